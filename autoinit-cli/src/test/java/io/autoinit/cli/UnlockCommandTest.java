package io.autoinit.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.autoinit.InitStep;
import io.autoinit.LeaseLostException;
import io.autoinit.Namespace;
import io.autoinit.Phase;
import io.autoinit.RunId;
import io.autoinit.StepContext;
import io.autoinit.core.AutoInit;
import io.autoinit.servers.TestPostgres;
import io.autoinit.servers.TestRedis;
import io.autoinit.spi.Backend;
import io.autoinit.spi.Lease;
import io.autoinit.spi.LockName;
import io.autoinit.spi.Observed;
import io.autoinit.spi.Readiness;
import io.autoinit.spi.ReadinessStore;
import io.autoinit.spi.RunKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole command on real stores. */
class UnlockCommandTest {

  private static final Namespace SHOP = new Namespace("shop");
  private static final LockName LOCK = LockName.infrastructure(SHOP);
  private static final RunKey V42 = new RunKey(SHOP, new RunId("v42"));
  private static final Duration LONG = Duration.ofMinutes(10);

  /** Whoever beat within the last minutes lives. */
  private static final String PATIENT = "takeover-delay = 10m, lease-ttl = 11m";

  /** Whoever has not beaten for a second is dead. */
  private static final String IMPATIENT =
      "heartbeat = 200ms, cancel-grace = 100ms, takeover-delay = 1s, lease-ttl = 10s";

  @TempDir Path temporary;

  private Path config(String settings) throws IOException {
    return Files.writeString(
        temporary.resolve("autoinit.conf"),
        "autoinit { namespace = shop, marker-dir = \"%s\", %s }"
            .formatted(temporary.resolve("markers"), settings));
  }

  private InProcess unlock(String settings, String... more) throws IOException {
    List<String> args =
        new ArrayList<>(
            List.of("unlock", "--config", config(settings).toString(), "--run-id", "another"));
    args.addAll(Arrays.asList(more));
    return InProcess.autoinit(args.toArray(String[]::new));
  }

  /** With somebody at the keyboard. */
  private InProcess asked(String settings, String answer) throws IOException {
    return InProcess.typing(
        answer, "unlock", "--run-id", "another", "--config", config(settings).toString());
  }

  private static Readiness running(long token, String holder) {
    return new Readiness.Running(
        V42, token, holder, List.of(), Optional.of("seed"), 1, Optional.empty());
  }

  private static String redis(TestRedis redis) {
    return "backends { redis { url = \"%s\" } }".formatted(redis.url());
  }

  private static Backend stuckOn(TestRedis redis) {
    return Stores.open("redis", "web-3/7/5f3a9c01", Map.of("url", redis.url()));
  }

  private static Lease lock(Backend backend) {
    return backend.locks().orElseThrow().tryAcquire(LOCK, LONG).orElseThrow();
  }

  @Test
  void where_nobody_holds_the_lock_that_is_told() throws IOException {
    InProcess end = unlock("", "--yes");

    assertThat(end.out().strip())
        .startsWith("free       nobody holds the lock ")
        .endsWith("/infrastructure");
    assertThat(end.err()).isEmpty();
    assertThat(end.code()).isZero();
  }

  @Test
  void whose_heart_beats_keeps_the_lock_and_who_is_silent_loses_it() throws Exception {
    try (TestRedis redis = TestRedis.start();
        Backend stuck = stuckOn(redis);
        Lease lease = lock(stuck)) {
      ReadinessStore readiness = stuck.readiness().orElseThrow();
      assertThat(readiness.publish(running(lease.token(), "web-3/7/5f3a9c01"))).isTrue();

      InProcess refused = unlock(PATIENT + ", " + redis(redis), "--yes");

      assertThat(refused.code()).isEqualTo(75);
      assertThat(refused.err())
          .containsPattern(
              "The heart of web-3/7/5f3a9c01, which holds the lock shop/infrastructure, beat .* ago:"
                  + " wait, or cut its step off with --force");
      assertThat(refused.out()).contains("run        v42 of shop, RUNNING: step seed");
      assertThat(lease.renew()).isTrue();

      Member.until("it is silent", () -> age(readiness) >= 1_000);
      InProcess end = unlock(IMPATIENT + ", " + redis(redis), "--yes");

      assertThat(end.err()).doesNotContain("autoinit: ");
      assertThat(end.code()).isZero();
      assertThat(end.out().lines().map(line -> line.replaceAll("[\\d.]+ m?s", "NOW")))
          .containsExactly(
              "lock       shop/infrastructure",
              "holder     web-3/7/5f3a9c01",
              "run        v42 of shop, RUNNING: step seed",
              "heartbeat  NOW ago; it is silent",
              "free       taken; who held it ends as soon as it notices, with 71");
      assertThat(lease.renew()).isFalse();
    }
  }

  @Test
  void a_holder_of_whom_nothing_is_known_keeps_the_lock_unless_forced() throws IOException {
    try (TestRedis redis = TestRedis.start();
        Backend stuck = stuckOn(redis);
        Lease lease = lock(stuck)) {
      InProcess refused = unlock(redis(redis), "--yes");
      assertThat(refused.code()).isEqualTo(75);
      assertThat(refused.err()).contains("Nothing is recorded of web-3/7/5f3a9c01");
      assertThat(lease.renew()).isTrue();

      List<JsonObject> told =
          unlock(redis(redis), "--yes", "--force", "--json")
              .out()
              .lines()
              .map(line -> JsonParser.parseString(line).getAsJsonObject())
              .toList();
      assertThat(told).hasSize(2);
      assertThat(told.get(0).toString())
          .contains(
              "\"event\":\"unlock\",\"taken\":true,\"lock\":\"shop/infrastructure\","
                  + "\"holder\":\"web-3/7/5f3a9c01\",\"silent\":false");
      assertThat(lease.renew()).isFalse();
    }
  }

  @Test
  void a_person_is_asked_and_whatever_is_not_a_yes_is_a_no() throws Exception {
    try (TestRedis redis = TestRedis.start();
        Backend stuck = stuckOn(redis);
        Lease lease = lock(stuck)) {
      stuck.readiness().orElseThrow().publish(running(lease.token(), "web-3/7/5f3a9c01"));
      Member.until("it is silent", () -> age(stuck.readiness().orElseThrow()) >= 1_000);
      for (String answer : List.of("\n", "n\n", "", "of course\n")) {
        InProcess no = asked(IMPATIENT + ", " + redis(redis), answer);
        assertThat(no.code()).isEqualTo(64);
        assertThat(no.out()).contains("heartbeat ").doesNotContain("free ");
        assertThat(no.err())
            .contains("Take the lock shop/infrastructure from web-3/7/5f3a9c01? [y/N] ")
            .endsWith("autoinit: nothing was changed\n");
        assertThat(lease.renew()).isTrue();
      }
      for (String more : List.of("--json", "--quiet", "--verbose")) {
        InProcess refused = unlock(IMPATIENT + ", " + redis(redis), more);
        assertThat(refused.code()).isEqualTo(64);
        // The story comes from a thread of its own, before this or behind it.
        assertThat(refused.err().lines().filter(line -> !line.matches("autoinit \\d.*")))
            .containsExactly(
                "autoinit: web-3/7/5f3a9c01 would lose the lock shop/infrastructure: confirm with --yes");
        assertThat(lease.renew()).isTrue();
      }
      assertThat(asked(IMPATIENT + ", " + redis(redis), "Yes\n").code()).isZero();
      assertThat(lease.renew()).isFalse();
    }
  }

  @Test
  void files_are_taken_from_nobody_who_lives_and_that_is_told() throws IOException {
    Map<String, String> settings = Map.of("marker-dir", temporary.resolve("markers").toString());
    try (Backend files = Stores.open("file", "web-3/7/5f3a9c01", settings);
        Lease lease = lock(files)) {
      for (String[] more : new String[][] {{}, {"--yes"}, {"--yes", "--force"}}) {
        InProcess end = unlock("", more);

        assertThat(end.code()).isEqualTo(78);
        assertThat(end.out()).contains("holder     web-3/7/5f3a9c01");
        assertThat(end.err().lines())
            .singleElement()
            .asString()
            .endsWith("takes it from no holder that lives: end the process web-3/7/5f3a9c01");
      }
      assertThat(lease.renew()).isTrue();
    }
  }

  /** The first time it is run it hangs, until it is cut off. */
  private static final class Migrate implements InitStep {

    final List<Long> tokens = new ArrayList<>();
    final CountDownLatch begun = new CountDownLatch(1);

    @Override
    public String name() {
      return "migrate";
    }

    @Override
    public Phase phase() {
      return Phase.INFRASTRUCTURE;
    }

    @Override
    public void run(StepContext context) throws Exception {
      boolean first;
      synchronized (tokens) {
        tokens.add(context.fencingToken());
        first = tokens.size() == 1;
      }
      begun.countDown();
      if (first) {
        new CountDownLatch(1).await();
      }
    }
  }

  private static CompletableFuture<Void> started(AutoInit member) {
    return CompletableFuture.runAsync(
        member::infrastructure, work -> new Thread(work, "member").start());
  }

  @ParameterizedTest
  @ValueSource(strings = {"postgres", "redis"})
  void a_leader_in_the_middle_of_a_step_loses_it_by_force_and_another_replica_takes_over(
      String locks) throws Exception {
    try (TestPostgres postgres = TestPostgres.start(Map.of());
        TestRedis redis = TestRedis.start()) {
      Map<String, String> database =
          Map.of(
              "url",
              postgres.freshDatabase(),
              "user",
              postgres.user(),
              "password",
              postgres.password());
      String settings =
          """
          locks = %s, readiness = redis, markers = file, timeout = 5m,
          backends { redis { url = "%s" }, postgres { url = "%s", user = %s, password = "%s" } }"""
              .formatted(
                  locks, redis.url(), database.get("url"), postgres.user(), postgres.password());
      Path file = Files.copy(config(settings), temporary.resolve("fleet.conf"));
      var step = new Migrate();
      try (AutoInit leader = member(file, step);
          AutoInit replica = member(file, step);
          Backend operator =
              Stores.open(
                  locks,
                  "operator",
                  locks.equals("redis") ? Map.of("url", redis.url()) : database)) {
        CompletableFuture<Void> leading = started(leader);
        assertThat(step.begun.await(2, TimeUnit.MINUTES)).isTrue();
        CompletableFuture<Void> waiting = started(replica);
        try (Backend signal = Stores.open("redis", "onlooker", Map.of("url", redis.url()))) {
          Member.until(
              "it is in a step", () -> inAStep(signal.readiness().orElseThrow().find(V42)));
        }

        InProcess end = unlock(settings, "--yes", "--force");

        assertThat(end.code()).as(end.err()).isZero();
        assertThat(end.out())
            .contains("free       taken")
            .contains("v42 of shop, RUNNING: step migrate");
        assertThatThrownBy(leading::join)
            .isInstanceOf(CompletionException.class)
            .hasCauseInstanceOf(LeaseLostException.class);
        waiting.get(2, TimeUnit.MINUTES);
        assertThat(step.tokens).hasSize(2);
        assertThat(step.tokens.get(1)).isGreaterThan(step.tokens.get(0));
        var readiness = operator.readiness().orElseThrow();
        assertThat(readiness.publish(running(step.tokens.get(0), "late"))).isFalse();
        assertThat(readiness.find(V42).map(Observed::value).map(Readiness::token))
            .contains(step.tokens.get(1));
      }
    }
  }

  private static long age(ReadinessStore store) {
    return store.find(V42).orElseThrow().age().toMillis();
  }

  private static boolean inAStep(Optional<Observed<Readiness>> seen) {
    return seen.map(Observed::value)
        .filter(record -> record instanceof Readiness.Running r && r.step().isPresent())
        .isPresent();
  }

  private static AutoInit member(Path config, InitStep step) {
    return AutoInit.builder()
        .environment(Map.of())
        .config(config)
        .set("autoinit.run-id", "v42", "test")
        .withoutDiscoveredSteps()
        .step(step)
        .build();
  }
}
