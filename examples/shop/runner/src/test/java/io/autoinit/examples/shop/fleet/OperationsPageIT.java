package io.autoinit.examples.shop.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.autoinit.servers.TestPostgres;
import io.autoinit.servers.TestRedis;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

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

  @BeforeAll
  void startServers() {
    // As an operator has it: what is committed is on the disk.
    Map<String, String> durable = Map.of("fsync", "on", "full_page_writes", "on");
    Store.Postgres postgres = new Store.Postgres(TestPostgres.start(durable));
    servers = new Servers(postgres, List.of(postgres, Store.Redis.start()));
  }

  @AfterAll
  void stopServers() {
    servers.close();
  }

  @Test
  void everySectionHasAPlayerAndEveryPlayerASection() {
    assertThat(OperationsPage.at(PAGE).sections())
        .containsExactlyElementsOf(Situations.all().map(Situations.Situation::section).toList());
  }

  /** All, or those that {@code -Dautoinit.operations.section=REGEX} names. */
  static Stream<Situations.Situation> situations() {
    Pattern wanted = Pattern.compile(System.getProperty("autoinit.operations.section", ".*"));
    return Situations.all().filter(situation -> wanted.matcher(situation.section()).matches());
  }

  @ParameterizedTest
  @MethodSource("situations")
  void thePageSaysWhatComesOut(Situations.Situation situation) throws Exception {
    OperationsPage page = OperationsPage.at(PAGE);
    OperationsPage after;
    try (Play play = play(page, situation.section())) {
      situation.player().play(play);
      after = page.with(situation.section(), play.played());
    }
    if (Boolean.getBoolean("autoinit.docs.write")) {
      after.writeTo(PAGE);
    } else {
      assertThat(texts(page, situation))
          .as("write it with -Dautoinit.docs.write=true")
          .containsExactlyElementsOf(texts(after, situation));
    }
  }

  private static List<String> texts(OperationsPage page, Situations.Situation situation) {
    return page.blocks(situation.section()).stream()
        .map(block -> String.join("\n", block.lines()))
        .toList();
  }

  private Play play(OperationsPage page, String section) {
    shops++;
    TestPostgres postgres = servers.postgres();
    TestRedis redis = servers.store(Store.Redis.class).server();
    Play.Shop shop = new Play.Shop(postgres.freshDatabase(), redis.url() + "/" + shops);
    Sample sample =
        new Sample(
            Map.of(
                "%s:%d".formatted(postgres.host(), postgres.port()), "db:5432",
                "%s:%d".formatted(redis.host(), redis.port()), "cache:6379",
                shop.database().substring(shop.database().lastIndexOf('/') + 1), "shop"));
    Path volumes = directory.resolve("shop-" + shops);
    return new Play(page, section, new Built(HOME), servers, volumes, shop, sample);
  }
}
