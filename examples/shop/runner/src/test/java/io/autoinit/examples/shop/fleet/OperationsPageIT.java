package io.autoinit.examples.shop.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.autoinit.servers.TestPostgres;
import io.autoinit.servers.TestRedis;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What {@code docs/operations.md} says is what comes out: each situation happens to a shop, and
 * what the page types is typed. {@code -Dautoinit.docs.write=true} writes what came out.
 */
@Tag("long")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OperationsPageIT {

  private static final Path HOME =
      Path.of(System.getProperty("shop.run")).resolve("../../..").normalize();
  private static final Path PAGE = HOME.resolve("docs/operations.md");

  private final AtomicInteger shops = new AtomicInteger();
  private Servers shared;

  @TempDir private static Path directory = Path.of("");

  @BeforeAll
  void startServers() throws InterruptedException {
    shared = start();
  }

  private static Servers start() throws InterruptedException {
    return Servers.start(Backend.POSTGRES_REDIS, directory.resolve("fleet"));
  }

  @AfterAll
  void stopServers() {
    shared.close();
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

  /** Some at once: most of their time they wait. */
  @ParameterizedTest
  @MethodSource("situations")
  @Execution(ExecutionMode.CONCURRENT)
  void thePageSaysWhatComesOut(Situations.Situation situation) throws Exception {
    if (situation.needs() == Situations.Needs.STORES) {
      try (Servers own = start()) {
        compare(situation, own);
      }
    } else {
      compare(situation, shared);
    }
  }

  private void compare(Situations.Situation situation, Servers servers) throws Exception {
    OperationsPage page = OperationsPage.at(PAGE);
    List<List<String>> played;
    try (Play play = play(page, situation, servers)) {
      situation.player().play(play);
      played = play.played();
    }
    if (Boolean.getBoolean("autoinit.docs.write")) {
      write(situation, played);
    } else {
      assertThat(page.blocks(situation.section()).stream().map(OperationsPage.Block::text))
          .as("write it with -Dautoinit.docs.write=true")
          .containsExactlyElementsOf(played.stream().map(OperationsPageIT::text).toList());
    }
  }

  private static String text(List<String> lines) {
    return String.join("\n", lines);
  }

  private static synchronized void write(
      Situations.Situation situation, List<List<String>> played) {
    OperationsPage.at(PAGE).with(situation.section(), played).writeTo(PAGE);
  }

  private Play play(OperationsPage page, Situations.Situation situation, Servers servers) {
    int shop = shops.incrementAndGet();
    TestPostgres postgres = servers.postgres();
    TestRedis redis = servers.store(Store.Redis.class).server();
    Play.Shop stores =
        new Play.Shop(
            postgres.freshDatabase(), redis.url() + "/" + shop, situation.needs().environment());
    Sample sample =
        new Sample(
            Map.of(
                "%s:%d".formatted(postgres.host(), postgres.port()), "db:5432",
                "%s:%d".formatted(redis.host(), redis.port()), "cache:6379"));
    Path volumes = directory.resolve("shop-" + shop);
    return new Play(page, situation.section(), new Built(HOME), servers, volumes, stores, sample);
  }
}
