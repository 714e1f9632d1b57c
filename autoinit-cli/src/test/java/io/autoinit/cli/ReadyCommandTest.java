package io.autoinit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.autoinit.Namespace;
import io.autoinit.servers.TestPostgres;
import io.autoinit.servers.TestRedis;
import io.autoinit.spi.Backend;
import io.autoinit.spi.Lease;
import io.autoinit.spi.LockName;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Readiness set and cleared by hand, on real stores. */
class ReadyCommandTest {

  @TempDir Path temporary;

  private Path configured(String backends) throws IOException {
    return Files.writeString(
        temporary.resolve("autoinit.conf"),
        """
        autoinit { run-id = v42, namespace = shop, marker-dir = "%s", backends { %s }, takeover-delay = 60s, lease-ttl = 120s }
        """
            .formatted(temporary.resolve("markers"), backends));
  }

  private static String[] args(Path config, String command, String... more) {
    List<String> args = new ArrayList<>(List.of("ready", command, "--config", config.toString()));
    args.addAll(List.of(more));
    return args.toArray(String[]::new);
  }

  private static InProcess ready(Path config, String command, String... more) {
    return InProcess.autoinit(args(config, command, more));
  }

  @Test
  void onFilesItSaysWhatItChangedAndNothingTwice() throws Exception {
    saysWhatItChanged(configured(""));
  }

  @Test
  void onPostgresAndRedisItSaysWhatItChangedAndNothingTwice() throws Exception {
    TestPostgres postgres = TestPostgres.shared();
    try (TestRedis redis = TestRedis.start()) {
      saysWhatItChanged(
          configured(
              "postgres { url = \"%s\", user = %s, password = \"%s\" }, redis { url = \"%s\" }"
                  .formatted(
                      postgres.freshDatabase(),
                      postgres.user(),
                      postgres.password(),
                      redis.url())));
    }
  }

  private static void saysWhatItChanged(Path config) throws Exception {
    InProcess nothing = ready(config, "clear");
    assertThat(nothing.code()).isZero();
    assertThat(nothing.out().lines())
        .containsExactly(
            "there was nothing to clear: run v42 of shop", "now        nothing is recorded");

    InProcess set = ready(config, "set");
    assertThat(set.code()).isZero();
    assertThat(set.out().lines().toList())
        .startsWith("READY is set: run v42 of shop", "before     nothing is recorded")
        .hasSize(3)
        .last()
        .asString()
        .matches("now        READY for \\d+ ms, by \\S+, token \\d+");

    InProcess again = ready(config, "set");
    assertThat(again.code()).isZero();
    assertThat(again.out().lines().toList())
        .startsWith("it was READY already: run v42 of shop")
        .hasSize(2);

    InProcess cleared = ready(config, "clear", "--yes");
    assertThat(cleared.code()).isZero();
    assertThat(cleared.out().replaceAll("\\s+", " "))
        .startsWith("readiness is cleared: run v42 of shop before READY for ")
        .contains(", token ", "now nothing is recorded; the next start runs")
        .endsWith("all steps of it ");
    assertThat(ready(config, "clear").out()).startsWith("there was nothing to clear");

    try (Member broken = Member.start(config, "web-1")) {
      broken.fail("no table orders");
    }
    InProcess failed = ready(config, "clear", "--json");
    JsonObject told =
        JsonParser.parseString(failed.out().lines().findFirst().orElse("")).getAsJsonObject();
    assertThat(told.get("event").getAsString()).isEqualTo("ready-cleared");
    assertThat(told.get("changed").getAsBoolean()).isTrue();
    assertThat(told.get("before").getAsString()).isEqualTo("failed");
    assertThat(told.get("holder").getAsString()).startsWith("web-1/");
    assertThat(told.get("token").getAsLong()).isPositive();
    assertThat(told.get("ageMs").getAsLong()).isNotNegative();
  }

  @Test
  void readyIsClearedOnlyByWhoMeansIt() throws Exception {
    Path config = configured("");
    assertThat(ready(config, "set").code()).isZero();

    for (String[] more : new String[][] {{}, {"--json"}, {"--quiet"}}) {
      InProcess refused = ready(config, "clear", more);
      assertThat(refused.code()).isEqualTo(64);
      assertThat(refused.err())
          .hasLineCount(1)
          .startsWith("autoinit: run v42 of shop is READY for ")
          .endsWith("confirm with --yes\n");
    }
    assertThat(ready(config, "clear", "--json").out())
        .contains(
            "\"code\":64", "\"message\":\"run v42 of shop is READY for ", "confirm with --yes");
    for (String typed : new String[] {"\n", "n\n", "nonsense\n", ""}) {
      InProcess no = InProcess.typing(typed, args(config, "clear"));
      assertThat(no.code()).isEqualTo(64);
      assertThat(no.out()).isEmpty();
      assertThat(no.err())
          .contains("run v42 of shop is READY for ", "Clear it? [y/N] ")
          .endsWith("autoinit: nothing was changed\n");
    }
    assertThat(ready(config, "check").code()).isZero();

    InProcess yes = InProcess.typing("Yes\n", args(config, "clear"));
    assertThat(yes.code()).isZero();
    assertThat(yes.out()).startsWith("readiness is cleared");
    assertThat(ready(config, "check").code()).isEqualTo(75);
  }

  @Test
  void whatChangedSinceItWasShownIsLeftAlone() throws Exception {
    TestPostgres postgres = TestPostgres.shared();
    try (TestRedis redis = TestRedis.start()) {
      for (String backends :
          List.of(
              "",
              "postgres { url = \"%s\", user = %s, password = \"%s\" }, redis { url = \"%s\" }"
                  .formatted(
                      postgres.freshDatabase(),
                      postgres.user(),
                      postgres.password(),
                      redis.url()))) {
        Path config = configured(backends);
        assertThat(ready(config, "set").code()).isZero();

        InProcess late =
            InProcess.typing(
                meanwhile(
                    () -> {
                      assertThat(ready(config, "clear", "--yes").code()).isZero();
                      assertThat(ready(config, "set").code()).isZero();
                    }),
                args(config, "clear"));

        assertThat(late.code()).isEqualTo(75);
        assertThat(late.out()).isEmpty();
        assertThat(late.err().lines().reduce((a, b) -> b).orElseThrow())
            .matches(
                ".*autoinit: Run v42 of shop has changed since it was looked at \\(READY by \\S+ before,"
                    + " READY by \\S+ now\\), so nothing was cleared: look again");
        assertThat(ready(config, "check").code()).isZero();

        InProcess gone =
            InProcess.typing(
                meanwhile(() -> assertThat(ready(config, "clear", "--yes").code()).isZero()),
                args(config, "clear"));
        assertThat(gone.code()).isEqualTo(75);
        assertThat(gone.err()).contains("before, nothing recorded now");
      }
    }
  }

  /** A yes, before which something happens. */
  private static InputStream meanwhile(Runnable what) {
    byte[] yes = "y\n".getBytes(StandardCharsets.UTF_8);
    return new FilterInputStream(new ByteArrayInputStream(yes)) {
      private boolean happened;

      @Override
      public int read() throws IOException {
        happens();
        return super.read();
      }

      @Override
      public int read(byte[] bytes, int offset, int length) throws IOException {
        happens();
        return super.read(bytes, offset, length);
      }

      private void happens() {
        if (!happened) {
          happened = true;
          what.run();
        }
      }
    };
  }

  @Test
  void ofACandidateThatBeatsItIsToldThatItClaimsAgain() throws Exception {
    Path config = configured("");
    Map<String, String> settings = Map.of("marker-dir", temporary.resolve("markers").toString());
    try (Backend files = Stores.open("file", "web-9/7/5f3a9c01", settings);
        Member candidate = Member.start(config, "web-1")) {
      LockName lock = LockName.infrastructure(new Namespace("shop"));
      try (Lease held =
          files.locks().orElseThrow().tryAcquire(lock, Duration.ofMinutes(10)).orElseThrow()) {
        Member.until("it claims", () -> ready(config, "check").out().startsWith("CLAIMED"));

        assertThat(ready(config, "clear").out().replaceAll("\\s+", " "))
            .contains("before CLAIMED: ")
            .containsPattern(
                "now nothing is recorded; its candidate was heard of \\S+ m?s ago, and claims it"
                    + " again while it lives");

        Member.until("it claims again", () -> ready(config, "check").out().startsWith("CLAIMED"));
        assertThat(held.renew()).isTrue();
      }
      assertThat(candidate.end().ran()).isEqualTo(1);
    }
  }

  @Test
  void ofALeaderThatBeatsItIsToldWhen() throws Exception {
    Path config = configured("");
    try (Member leader = Member.start(config, "web-1")) {
      Member.until("it leads", () -> ready(config, "check").out().contains("seed"));

      InProcess set = ready(config, "set");
      assertThat(set.code()).isEqualTo(75);
      assertThat(set.err()).contains("is held by web-1/");
      assertThat(ready(config, "clear").out().replaceAll("\\s+", " "))
          .contains("before RUNNING: step seed, attempt 1, by web-1/", "heard of ")
          .containsPattern(
              "now nothing is recorded; its leader was heard of \\S+ m?s ago, and records it again");
      assertThat(leader.end().ran()).isEqualTo(1);
    }
    assertThat(ready(config, "check").code()).isZero();
  }
}
