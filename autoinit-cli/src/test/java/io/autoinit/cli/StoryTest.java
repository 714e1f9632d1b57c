package io.autoinit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import io.autoinit.InitEvent;
import io.autoinit.InitListener;
import io.autoinit.Namespace;
import io.autoinit.OnFailure;
import io.autoinit.Phase;
import io.autoinit.RunId;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What people and programs read of a start. */
class StoryTest {

  private static final Phase INFRA = Phase.INFRASTRUCTURE;

  /** One of each kind, in an order that could happen. */
  static final List<InitEvent> ALL =
      List.of(
          new InitEvent.Warned("Redis may evict keys; set maxmemory-policy noeviction"),
          new InitEvent.PhaseStarted(
              INFRA, new Namespace("shop"), new RunId("v42"), List.of("migrate", "seed")),
          new InitEvent.Waiting(INFRA, "web-3 runs step seed", Duration.ofSeconds(299)),
          new InitEvent.Waiting(INFRA, "web-4 leads", Duration.ofSeconds(4), true),
          new InitEvent.LeaderProgress(INFRA, "web-3", "seed", 2, "half of it"),
          new InitEvent.LeaderProgress(INFRA, "web-3", "seed", 2, "more than half"),
          new InitEvent.BackendComing(
              "grid", "1 of at least 2 members is here", "it is tried again"),
          new InitEvent.BackendRecovered("grid"),
          new InitEvent.BackendTroubled("redis", "connection refused", "the ledger is asked"),
          new InitEvent.BackendRecovered("redis"),
          new InitEvent.Claimed(INFRA, "web-3 fell silent"),
          new InitEvent.LeaseAcquired(INFRA, "shop", 17, Duration.ofMillis(240)),
          new InitEvent.NothingRecorded(INFRA, List.of("postgres", "redis")),
          new InitEvent.TakenOver(INFRA, "web-3", List.of("migrate")),
          new InitEvent.LeaseRenewed(INFRA, Duration.ofMillis(3)),
          new InitEvent.StepSkipped(INFRA, "migrate", "web-3 completed it"),
          new InitEvent.StepStarted(INFRA, "seed", 1),
          new InitEvent.StepOutput(INFRA, "seed", "COPY 100000"),
          new InitEvent.StepProgress(INFRA, "seed", "half of it"),
          new InitEvent.StepFailed(
              INFRA, "seed", 1, "deadlock", Optional.of(Duration.ofSeconds(2)), OnFailure.ABORT),
          new InitEvent.StepStarted(INFRA, "seed", 2),
          new InitEvent.StepSucceeded(INFRA, "seed", Duration.ofMillis(42_000)),
          new InitEvent.PhaseCompleted(INFRA, 1, 1, 1, Duration.ofSeconds(200)),
          new InitEvent.LeaseReleased(INFRA, "shop"),
          new InitEvent.HookRan(INFRA, "autoinit.on-ready", "notify", Duration.ofMillis(240)),
          new InitEvent.PhaseSkipped(Phase.NODE, "the marker is there", Duration.ofMillis(4)),
          new InitEvent.StepFailed(
              Phase.NODE, "warm", 3, "no route", Optional.empty(), OnFailure.CONTINUE),
          new InitEvent.StepStuck(Phase.NODE, "warm", "the process ends in 1 s"),
          new InitEvent.LeaseLost(Phase.NODE, "the store did not answer for 4 s"),
          new InitEvent.PhaseFailed(Phase.NODE, "the lease was lost", Duration.ofHours(2)));

  @Test
  void aStartIsToldInPlainLines() {
    assertThat(told(out -> new ConsoleListener(console(out), ConsoleListener.Detail.STORY)))
        .containsExactly(
            "autoinit 12:00:00 warning         Redis may evict keys; set maxmemory-policy noeviction",
            "autoinit 12:00:00 infrastructure  starts for run v42 of shop: migrate, seed",
            "autoinit 12:00:00 infrastructure  waits, for 4 min 59 s at most: web-3 runs step seed",
            "autoinit 12:00:00 infrastructure  waits while the leader gets on, else for 4 s at most: web-4 leads",
            "autoinit 12:00:00 infrastructure  waits: web-3 runs seed, attempt 2: half of it",
            "autoinit 12:00:00 grid            not there yet: 1 of at least 2 members is here; it is tried again",
            "autoinit 12:00:00 grid            is there",
            "autoinit 12:00:00 redis           in trouble: connection refused; the ledger is asked",
            "autoinit 12:00:00 redis           answers again",
            "autoinit 12:00:00 infrastructure  is a candidate: web-3 fell silent",
            "autoinit 12:00:00 infrastructure  leads: holds lock shop with token 17, after 240 ms",
            "autoinit 12:00:00 infrastructure  nothing is recorded of this run in postgres and redis: every step runs",
            "autoinit 12:00:00 infrastructure  takes over from web-3; not repeated: migrate",
            "autoinit 12:00:00 infrastructure  migrate: skipped: web-3 completed it",
            "autoinit 12:00:00 infrastructure  seed: starts",
            "autoinit 12:00:00 infrastructure  seed | COPY 100000",
            "autoinit 12:00:00 infrastructure  seed: half of it",
            "autoinit 12:00:00 infrastructure  seed: attempt 1 failed: deadlock; next attempt in 2 s",
            "autoinit 12:00:00 infrastructure  seed: starts, attempt 2",
            "autoinit 12:00:00 infrastructure  seed: done in 42 s",
            "autoinit 12:00:00 infrastructure  done in 3 min 20 s: 1 step ran (1 failed), 1 done before",
            "autoinit 12:00:00 infrastructure  released lock shop",
            "autoinit 12:00:00 infrastructure  on-ready: ran 'notify' in 240 ms",
            "autoinit 12:00:00 node            nothing to do (4 ms): the marker is there",
            "autoinit 12:00:00 node            warm: attempt 3 failed: no route; the phase goes on without it",
            "autoinit 12:00:00 node            warm: does not stop; the process ends in 1 s",
            "autoinit 12:00:00 node            lost the lease: the store did not answer for 4 s",
            "autoinit 12:00:00 node            failed after 2 h");
  }

  @Test
  void quietTellsOnlyOfTrouble() {
    assertThat(told(out -> new ConsoleListener(console(out), ConsoleListener.Detail.TROUBLE)))
        .hasSize(7)
        .allMatch(
            line -> line.matches(".*(warning|trouble|failed|does not stop|lost the lease).*"));
  }

  @Test
  void verboseTellsAlsoWhatHappensAllTheTime() {
    assertThat(told(out -> new ConsoleListener(console(out), ConsoleListener.Detail.ALL)))
        .hasSize(ALL.size())
        .anyMatch(line -> line.endsWith("renewed the lease in 3 ms"));
  }

  @Test
  void linesOfASentenceStayTogetherAndControlCharactersStayOut() {
    var event = new InitEvent.StepOutput(INFRA, "seed", "\u001b[31mred\r\nsecond\tline");

    assertThat(
            told(
                List.of(event),
                out -> new ConsoleListener(console(out), ConsoleListener.Detail.STORY)))
        .containsExactly(
            "autoinit 12:00:00 infrastructure  seed | ?[31mred?",
            "autoinit 12:00:00 infrastructure    second\tline");
  }

  @Test
  void onATerminalLinesGoOnBelowTheirBeginning() {
    var long80 =
        new InitEvent.StepOutput(
            INFRA,
            "seed",
            "a  b and more than fits into a line of 80 columns, with aligned  blanks");
    String margin = " ".repeat("autoinit 12:00:00 infrastructure  ".length());

    assertThat(told(List.of(long80), out -> onTerminal(out, 80)))
        .containsExactly(
            "autoinit 12:00:00 infrastructure  seed | a  b and more than fits into a line of",
            margin + "80 columns, with aligned  blanks");
    assertThat(told(ALL, out -> onTerminal(out, 80)))
        .hasSizeGreaterThan(ALL.size())
        .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    assertThat(told(ALL, out -> onTerminal(out, 200)))
        .isEqualTo(told(out -> new ConsoleListener(console(out), ConsoleListener.Detail.STORY)));
    // Where hardly any text fits the terminal breaks lines as it does.
    assertThat(told(List.of(long80), out -> onTerminal(out, 40))).hasSize(1);
    var url = new InitEvent.StepOutput(INFRA, "seed", "at https://" + "x".repeat(60) + " now");
    assertThat(told(List.of(url), out -> onTerminal(out, 80)))
        .as("what is copied stays whole")
        .contains(margin + "https://" + "x".repeat(60));
  }

  private static ConsoleListener onTerminal(PrintStream err, int columns) {
    return new ConsoleListener(
        new Console(
            err,
            err,
            InProcess.NOON,
            Optional.of(new StatusLine(err, columns)),
            true,
            false,
            Optional.empty()),
        ConsoleListener.Detail.STORY);
  }

  @Test
  void everyEventIsOneJsonObjectWithStableNames() {
    assertThat(told(out -> new JsonListener(out, InProcess.NOON)))
        .hasSize(ALL.size())
        .contains(
            "{\"time\":\"2026-01-01T12:00:00Z\",\"event\":\"phase-started\",\"phase\":\"infrastructure\",\"namespace\":\"shop\",\"runId\":\"v42\",\"steps\":[\"migrate\",\"seed\"]}",
            "{\"time\":\"2026-01-01T12:00:00Z\",\"event\":\"waiting\",\"phase\":\"infrastructure\",\"reason\":\"web-3 runs step seed\",\"leftMs\":299000,\"whileProgressing\":false}",
            "{\"time\":\"2026-01-01T12:00:00Z\",\"event\":\"lease-acquired\",\"phase\":\"infrastructure\",\"lock\":\"shop\",\"token\":17,\"waitedMs\":240}",
            "{\"time\":\"2026-01-01T12:00:00Z\",\"event\":\"step-failed\",\"phase\":\"infrastructure\",\"step\":\"seed\",\"attempt\":1,\"reason\":\"deadlock\",\"retryInMs\":2000,\"onFailure\":\"abort\"}",
            "{\"time\":\"2026-01-01T12:00:00Z\",\"event\":\"step-failed\",\"phase\":\"node\",\"step\":\"warm\",\"attempt\":3,\"reason\":\"no route\",\"onFailure\":\"continue\"}",
            "{\"time\":\"2026-01-01T12:00:00Z\",\"event\":\"phase-completed\",\"phase\":\"infrastructure\",\"ran\":1,\"skipped\":1,\"failed\":1,\"tookMs\":200000}");
  }

  @Test
  void jsonSurvivesAnyText() {
    String text =
        "quote \" backslash \\ newline \n control \u0001 umlaut \u00fc separator \u2028 <&>";

    List<String> lines =
        told(
            List.of(new InitEvent.StepOutput(INFRA, "seed", text)),
            out -> new JsonListener(out, InProcess.NOON));

    assertThat(lines).hasSize(1);
    assertThat(JsonParser.parseString(lines.get(0)).getAsJsonObject().get("line").getAsString())
        .isEqualTo(text);
  }

  @Test
  void theListHereHasEveryKindOfEvent() {
    assertThat(ALL.stream().map(Object::getClass).distinct())
        .hasSize(InitEvent.class.getPermittedSubclasses().length);
  }

  private static Console console(PrintStream err) {
    return new Console(err, err, InProcess.NOON);
  }

  private static List<String> told(Function<PrintStream, InitListener> listener) {
    return told(ALL, listener);
  }

  private static List<String> told(
      List<InitEvent> events, Function<PrintStream, InitListener> listener) {
    var out = new ByteArrayOutputStream();
    InitListener hears = listener.apply(new PrintStream(out, true, StandardCharsets.UTF_8));
    events.forEach(hears::on);
    return out.toString(StandardCharsets.UTF_8).lines().toList();
  }
}
