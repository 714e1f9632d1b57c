package io.autoinit.examples.shop.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What {@code docs/operations.md} says is what comes out: each situation happens to a shop, and
 * what the page types is typed. {@code -Dautoinit.docs.write=true} writes what came out.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OperationsPageIT {

  private static final Path HOME =
      Path.of(System.getProperty("shop.run")).resolve("../../..").normalize();
  private static final Path PAGE = HOME.resolve("docs/operations.md");

  private Servers servers;
  private int shops;

  @TempDir private Path directory = Path.of("");

  /** A section of the page, and what happens in it. */
  enum Situation {
    LEADER_KILLED("The leader was killed", Situation::leaderKilled),
    MIGRATION_FAILED("A migration failed", Situation::migrationFailed);

    private interface Player {
      void play(Play play) throws Exception;
    }

    private final String section;
    private final Player player;

    Situation(String section, Player player) {
      this.section = section;
      this.player = player;
    }

    private static void leaderKilled(Play play) throws Exception {
      Map<String, String> slow = Map.of("SHOP_SEED_PAUSE_MS", "50");
      Pod leader = play.start("web-1", slow);
      leader.says("infrastructure  leads");
      Pod waiter = play.start("web-2", slow);
      waiter.says("waits");
      leader.says("20,000 of");
      leader.kill();
      play.read(
          waiter,
          "runs step",
          "is a candidate",
          "leads: ",
          "takes over",
          "seed: starts",
          "goes on");
      waiter.says("60,000 of");
      waiter.kill();
      play.type(waiter, "silent for longer");
      Pod back = play.start("web-1", Map.of());
      play.read(back, "candidate", "takes over", "skipped", "seed: done", "done in", "serves at");
      play.type(back);
    }

    private static void migrationFailed(Play play) throws Exception {
      Map<String, String> broken =
          Map.of("SHOP_MIGRATIONS", "db/migration,db/broken", "SHOP_SEED_PAUSE_MS", "0");
      Pod leader = play.start("web-1", broken);
      leader.says("infrastructure  leads");
      Pod waiter = play.start("web-2", broken);
      assertThat(leader.ends()).isEqualTo(70);
      assertThat(waiter.ends()).isEqualTo(70);
      play.read(leader, "leads: ", "starts", "attempt 1 failed", "failed after", "autoinit: ");
      play.read(waiter, "waits", "failed after", "autoinit: ");
      play.type(waiter, "is due now");
      play.sql("CREATE TABLE reviews (product_id int, stars numeric)");
      Pod again = play.start("web-1", broken);
      play.read(again, "candidate", "migrate: starts", "migrate: done", "serves at");
      Pod mended = play.start("web-2", Map.of("AUTOINIT_RUN_ID", "v43"));
      play.read(mended, "starts for run", "every step runs", "seed: done", "serves at");
    }
  }

  @BeforeAll
  void startServers() throws InterruptedException {
    servers = Servers.start(Backend.POSTGRES_REDIS, directory.resolve("fleet"));
  }

  @AfterAll
  void stopServers() {
    servers.close();
  }

  @Test
  void everySectionHasAPlayerAndEveryPlayerASection() {
    assertThat(OperationsPage.at(PAGE).sections())
        .containsExactlyElementsOf(
            Arrays.stream(Situation.values()).map(situation -> situation.section).toList());
  }

  @ParameterizedTest
  @EnumSource
  void thePageSaysWhatComesOut(Situation situation) throws Exception {
    OperationsPage page = OperationsPage.at(PAGE);
    OperationsPage after;
    try (Play play = play(page, situation.section)) {
      situation.player.play(play);
      after = page.with(situation.section, play.played());
    }
    if (Boolean.getBoolean("autoinit.docs.write")) {
      after.writeTo(PAGE);
    } else {
      assertThat(texts(page, situation))
          .as("write it with -Dautoinit.docs.write=true")
          .containsExactlyElementsOf(texts(after, situation));
    }
  }

  private static List<String> texts(OperationsPage page, Situation situation) {
    return page.blocks(situation.section).stream()
        .map(block -> String.join("\n", block.lines()))
        .toList();
  }

  private Play play(OperationsPage page, String section) {
    Map<String, String> names = new LinkedHashMap<>();
    Map<String, String> shop = new LinkedHashMap<>();
    String database = servers.postgres().freshDatabase();
    shops++;
    String redis = servers.store(Store.Redis.class).server().url();
    shop.put("AUTOINIT_BACKENDS_POSTGRES_URL", database);
    shop.put("SHOP_DB_URL", database + "?currentSchema=public");
    shop.put("AUTOINIT_BACKENDS_REDIS_URL", redis + "/" + shops);
    names.put(redis.substring("redis://".length()), "cache:6379");
    names.put("%s:%d".formatted(servers.postgres().host(), servers.postgres().port()), "db:5432");
    names.put(database.substring(database.lastIndexOf('/') + 1), "shop");
    return new Play(
        page, section, new Built(HOME), servers, directory.resolve("shop-" + shops), shop, names);
  }
}
