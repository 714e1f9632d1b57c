package io.autoinit.tck;

import io.autoinit.Namespace;
import io.autoinit.RunId;
import io.autoinit.spi.Claim;
import io.autoinit.spi.CompletedStep;
import io.autoinit.spi.Hint;
import io.autoinit.spi.Observed;
import io.autoinit.spi.Poll;
import io.autoinit.spi.Publication;
import io.autoinit.spi.Readiness;
import io.autoinit.spi.ReadinessStore;
import io.autoinit.spi.RunKey;
import io.autoinit.spi.Watch;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The rules READY-1 to READY-8 and READY-11, within one process. */
abstract class ReadinessRules extends LeaseRules {

  private static final List<CompletedStep> STEPS =
      List.of(
          new CompletedStep("schema", Duration.ofMillis(1234)),
          new CompletedStep("seed", Duration.ZERO));

  /** What one client writes, others read, in every state a record can have. */
  @Test
  @DisplayName("READY-1 what one client publishes, every other client finds")
  public final void everyClientFindsIt() {
    ReadinessStore writer = readiness(client());
    ReadinessStore reader = readiness(client());
    RunKey run = freshRun();
    rule(
        reader.find(run).isEmpty(),
        "READY-1",
        "a run that nobody wrote has the record " + reader.find(run),
        "what find makes of a missing record");
    List<Readiness> life =
        List.of(
            running(run, 3),
            new Readiness.Running(run, 3, "leader", STEPS, Optional.empty(), 0, Optional.empty()),
            new Readiness.Failed(run, 3, "leader", STEPS, "seed", "boom", Duration.ofSeconds(9)),
            new Readiness.Stopped(run, 3, "leader", STEPS),
            ready(run, 4));
    for (Readiness record : life) {
      requirePublished("READY-1", writer, record);
      requireFound("READY-1", reader, record);
      requireFound("READY-1", readiness(client()), record);
    }
    rule(
        reader.clear(run) && writer.find(run).isEmpty() && !writer.clear(run),
        "READY-1",
        "clear by one client did not take the record from the others, or did not say whether there"
            + " was one",
        "what clear deletes and returns");
  }

  /** A leader that was overtaken writes nothing any more. */
  @Test
  @DisplayName("READY-2 a publish with a lower token than one seen is refused")
  public final void lowerTokensAreRefused() {
    ReadinessStore stale = readiness(client());
    ReadinessStore store = readiness(client());
    RunKey run = freshRun();
    requirePublished("READY-2", stale, running(run, 7));
    requirePublished("READY-2", store, running(run, 9));
    requireRefused("READY-2", stale, running(run, 8), "after token 9 had been seen");
    requireRefused("READY-2", stale, ready(run, 8), "after token 9 had been seen");
    requirePublished("READY-2", store, running(run, 9));
    requirePublished("READY-2", stale, running(run, 10));
  }

  /** Clearing a record does not open the door to an overtaken leader. */
  @Test
  @DisplayName("READY-2 a lower token is refused also after clear")
  public final void lowerTokensAreRefusedAfterClear() {
    ReadinessStore stale = readiness(client());
    ReadinessStore store = readiness(client());
    RunKey run = freshRun();
    requirePublished("READY-2", store, ready(run, 9));
    store.clear(run);
    rule(
        !stale.publish(ready(run, 8)) && store.find(run).isEmpty(),
        "READY-2",
        "after clear() of a record with token 9 a publish with token 8 was accepted",
        "whether the highest token seen is kept apart from the record, and outlives clear");
    requirePublished("READY-2", stale, running(run, 9));
  }

  /** Once READY, always READY, until somebody clears it on purpose. */
  @Test
  @DisplayName("READY-3 READY stands until it is cleared")
  public final void readyStands() {
    ReadinessStore leader = readiness(client());
    ReadinessStore other = readiness(client());
    RunKey run = freshRun();
    Readiness ready = ready(run, 5);
    requirePublished("READY-3", leader, ready);
    requireRefused("READY-3", other, running(run, 6), "over READY");
    requireRefused("READY-3", leader, running(run, 5), "over READY");
    requireRefused("READY-3", other, ready(run, 6), "over READY");
    requireRefused(
        "READY-3",
        other,
        new Readiness.Failed(run, 6, "other", STEPS, "seed", "boom", Duration.ZERO),
        "over READY");
    requireFound("READY-3", leader, ready);
    rule(
        other.clear(run) && leader.find(run).isEmpty(),
        "READY-3",
        "clear() did not take READY back",
        "whether clear treats READY like every other record");
    requirePublished("READY-3", other, running(run, 6));
  }

  /** Each run of each namespace has a record of its own. */
  @Test
  @DisplayName("READY-4 runs and namespaces do not see each other")
  public final void runsAreSeparate() {
    String base = fresh("r");
    List<RunKey> runs =
        List.of(
            new RunKey(Namespace.DEFAULT, new RunId(base)),
            new RunKey(Namespace.DEFAULT, new RunId(base + "a")),
            new RunKey(Namespace.DEFAULT, new RunId(base.toUpperCase(java.util.Locale.ROOT))),
            new RunKey(new Namespace(base), new RunId(base)),
            new RunKey(new Namespace(base), new RunId("default")),
            new RunKey(new Namespace(base), new RunId("a.b")),
            new RunKey(new Namespace(base + ".a"), new RunId("b")),
            new RunKey(new Namespace(base), new RunId("a-b")),
            new RunKey(new Namespace(base + "-a"), new RunId("b")),
            new RunKey(new Namespace(base), new RunId("a_b")));
    ReadinessStore store = readiness(client());
    for (RunKey run : runs) {
      rule(
          store.find(run).isEmpty(),
          "READY-4",
          "the run '%s' was never written but has the record %s".formatted(run, store.find(run)),
          "how the store's key is made from RunKey: letter case, punctuation, separators");
      requirePublished("READY-4", store, running(run, 2));
    }
    for (RunKey run : runs) {
      requireFound("READY-4", store, running(run, 2));
    }
    store.clear(runs.get(0));
    for (RunKey run : runs.subList(1, runs.size())) {
      requireFound("READY-4", store, running(run, 2));
    }
    runs.forEach(store::clear);
  }

  /** Whoever watches is told by the store, well before it would have looked by itself. */
  @Test
  @DisplayName("READY-5 a watcher hears of changes that another client makes")
  public final void watchersHear() throws InterruptedException {
    RunKey run = freshRun();
    ReadinessStore watcher = readiness(client());
    ReadinessStore writer = readiness(client());
    BlockingQueue<Hint> hints = new LinkedBlockingQueue<>();
    try (Watch watch = watcher.watch(run, hints::add)) {
      appliesIf(watch != Watch.NONE, "the store gives no hints: watch() returns Watch.NONE");
      hints.clear();
      requirePublished("READY-5", writer, running(run, 2));
      requireHint(hints, "a first record");
      requirePublished("READY-5", writer, failed(run, "boom"));
      requireHint(hints, "FAILED");
      Optional<String> seen = writer.find(run).map(Observed::revision);
      writer.publish(Publication.over(seen, ready(run, 2)));
      requireHint(hints, "READY");
      writer.clear(run);
      requireHint(hints, "clear()");
      writer.claim(Claim.of(run, "candidate", Optional.empty()));
      requireHint(hints, "a claim");
    }
  }

  /** A hint that spares a look may come late: it must not fit what was read since. */
  @Test
  @DisplayName("READY-5 a hint tells READY of nothing else, and only over what its client has read")
  public final void readyIsToldOverWhatWasRead() throws InterruptedException {
    RunKey run = freshRun();
    ReadinessStore watcher = readiness(client());
    ReadinessStore writer = readiness(client());
    BlockingQueue<Hint> hints = new LinkedBlockingQueue<>();
    try (Watch watch = watcher.watch(run, hints::add)) {
      appliesIf(watch != Watch.NONE, "the store gives no hints: watch() returns Watch.NONE");
      hints.clear();
      requirePublished("READY-5", writer, running(run, 2));
      requireReasonToRead(hints, "a first record");
      requireFound("READY-5", watcher, running(run, 2));
      requirePublished("READY-5", writer, failed(run, "boom"));
      requireReasonToRead(hints, "FAILED over what was read");
      requirePublished("READY-5", writer, ready(run, 2));
      requireReasonToRead(hints, "READY over a record that nobody has read");
      writer.clear(run);
      requireReasonToRead(hints, "clear()");
      requirePublished("READY-5", writer, running(run, 3));
      requireReasonToRead(hints, "another first record");
      requireFound("READY-5", watcher, running(run, 3));
      requirePublished("READY-5", writer, running(run, 4));
      requireReasonToRead(hints, "another leader");
      requirePublished("READY-5", writer, ready(run, 4));
      requireReasonToRead(hints, "READY over another record than was read");
    }
  }

  /** A watch can be ended, twice, and before the store is closed. */
  @Test
  @DisplayName("READY-5 a closed watch is quiet, and others go on")
  public final void closedWatchesAreQuiet() throws InterruptedException {
    RunKey run = freshRun();
    ReadinessStore store = readiness(client());
    BlockingQueue<Hint> hints = new LinkedBlockingQueue<>();
    try (Watch other = store.watch(run, hints::add)) {
      appliesIf(other != Watch.NONE, "the store gives no hints: watch() returns Watch.NONE");
      BlockingQueue<Hint> closed = new LinkedBlockingQueue<>();
      Watch watch = store.watch(run, closed::add);
      watch.close();
      watch.close();
      hints.clear();
      requirePublished("READY-5", store, running(run, 2));
      requireHint(hints, "a record, after another watch of the same run was closed");
      closed.clear();
      hints.clear();
      requirePublished("READY-5", store, ready(run, 2));
      requireHint(hints, "READY, after another watch of the same run was closed");
      rule(
          closed.isEmpty(),
          "READY-5",
          "a watch still got hints of writes that came after its close()",
          "what Watch.close unsubscribes");
    }
  }

  /** Nobody depends on hints: the record is there for whoever looks. */
  @Test
  @DisplayName("READY-5 polling alone sees every change, with a sane pause")
  public final void pollingIsEnough() {
    ReadinessStore writer = readiness(client());
    ReadinessStore waiter = readiness(client());
    RunKey run = freshRun();
    requireSane(waiter.poll(run), Optional.empty());
    requirePublished("READY-5", writer, running(run, 2));
    requireSane(waiter.poll(run), Optional.of(running(run, 2)));
    requirePublished("READY-5", writer, ready(run, 2));
    requireSane(waiter.poll(run), Optional.of(ready(run, 2)));
  }

  private static void requireSane(Poll poll, Optional<Readiness> expected) {
    rule(
        poll.found().map(Observed::value).equals(expected),
        "READY-5",
        "poll found %s, not %s".formatted(poll.found(), expected),
        "whether poll reads the same record as find");
    rule(
        poll.again().compareTo(Duration.ofMillis(10)) >= 0
            && poll.again().compareTo(Duration.ofMinutes(1)) <= 0,
        "READY-5",
        "poll tells a waiter to come back in " + poll.again(),
        "the pause of poll, which must lie between 10 ms and a minute");
  }

  /** Records age by the store's clock, and a write makes them young. */
  @Test
  @DisplayName("READY-6 the age of a record is measured by the store")
  public final void recordsAge() {
    ReadinessStore writer = readiness(client());
    ReadinessStore reader = readiness(client());
    RunKey run = freshRun();
    long before = System.nanoTime();
    requirePublished("READY-6", writer, running(run, 2));
    long written = System.nanoTime();
    within(PATIENCE, () -> System.nanoTime() - written > Duration.ofMillis(400).toNanos());
    Duration atLeast = Duration.ofNanos(System.nanoTime() - written);
    Duration age = observed(reader, run).age();
    Duration atMost = Duration.ofNanos(System.nanoTime() - before);
    requireAge(age, atLeast, atMost, "after a first write");
    long again = System.nanoTime();
    requirePublished("READY-6", writer, running(run, 2));
    Duration young = observed(reader, run).age();
    requireAge(
        young, Duration.ZERO, Duration.ofNanos(System.nanoTime() - again), "after a heartbeat");
  }

  static void requireAge(Duration age, Duration atLeast, Duration atMost, String when) {
    // Clocks of stores tick in milliseconds, some of them in whole ones cut on both sides.
    Duration slack = Duration.ofMillis(100);
    rule(
        !age.isNegative()
            && age.compareTo(atLeast.minus(slack)) >= 0
            && age.compareTo(atMost.plus(slack)) <= 0,
        "READY-6",
        "%s the age is %s, but by this test's monotonic clock it lies between %s and %s"
            .formatted(when, age, atLeast, atMost),
        "whether both the moment of writing and the moment of reading come from the store's own"
            + " clock, in the right unit, and whether each write renews the former");
  }

  /** A store that says it is durable keeps records over its restart. */
  @Test
  @DisplayName("READY-7 a durable record survives a restart of the store")
  public final void durableRecordsSurvive() {
    ReadinessStore store = readiness(client());
    appliesIf(store.durable(), "the store says that it is not durable");
    Runnable restart = offeredFault(possibleFaults().restart(), "restart");
    RunKey run = freshRun();
    requirePublished("READY-7", store, ready(run, 2));
    restart.run();
    requireFound("READY-7", readiness(client()), ready(run, 2));
  }

  /** Any text arrives as it was sent. */
  @Test
  @DisplayName("READY-8 any legal text survives the round trip")
  public final void anyTextSurvives() {
    ReadinessStore writer = readiness(client());
    ReadinessStore reader = readiness(client());
    RunKey run = freshRun();
    for (String text : NastyTexts.ALL) {
      for (Readiness record : List.of(failed(run, text), telling(run, text), named(run, text))) {
        requirePublished("READY-8", writer, record);
        requireFound("READY-8", reader, record);
      }
    }
  }

  /** Long texts are cut, never refused. */
  @Test
  @DisplayName("READY-8 a message of 8 KiB survives, a longer one is cut and not refused")
  public final void longTextsAreCut() {
    ReadinessStore store = readiness(client());
    RunKey run = freshRun();
    for (String text : NastyTexts.LONG) {
      Readiness record = failed(run, text);
      requirePublished("READY-8", store, record);
      requireFound("READY-8", store, record);
      requireFound("READY-8", readiness(client()), record);
    }
  }

  // Records.

  /** Who looks for a run whose name was forgotten. */
  @Test
  @DisplayName("READY-11 a store that lists runs lists each of a namespace and no other")
  public final void runsAreListed() {
    ReadinessStore writer = readiness(client());
    ReadinessStore reader = readiness(client());
    Namespace mine = freshNamespace();
    Namespace like = new Namespace(mine + "-b");
    Optional<List<Observed<Readiness>>> none = reader.runs(mine);
    appliesIf(none.isPresent(), "the store cannot list runs");
    requireListed(reader, mine, Set.of());
    Set<Readiness> expected = new HashSet<>();
    for (Namespace namespace : List.of(mine, like)) {
      RunKey running = new RunKey(namespace, freshRunId());
      RunKey ready = new RunKey(namespace, freshRunId());
      RunKey claimed = new RunKey(namespace, freshRunId());
      RunKey cleared = new RunKey(namespace, freshRunId());
      requirePublished("READY-11", writer, running(running, 4));
      requirePublished("READY-11", writer, ready(ready, 5));
      requirePublished("READY-11", writer, ready(cleared, 6));
      writer.clear(cleared);
      Readiness claim =
          writer.claim(Claim.of(claimed, "x", Optional.empty())).orElseThrow().value();
      if (namespace.equals(mine)) {
        expected.addAll(List.of(running(running, 4), ready(ready, 5), claim));
      }
    }
    requireListed(reader, mine, expected);
    // The namespace of whoever names none is where stores take short cuts with their keys.
    rule(
        reader.runs(Namespace.DEFAULT).orElseThrow().stream()
            .allMatch(o -> o.value().run().namespace().equals(Namespace.DEFAULT)),
        "READY-11",
        "the runs of the namespace 'default' hold those of another",
        "how the store's keys are told apart");
  }

  private static void requireListed(
      ReadinessStore store, Namespace namespace, Set<Readiness> expected) {
    List<Observed<Readiness>> listed = store.runs(namespace).orElse(List.of());
    rule(
        listed.size() == expected.size()
            && listed.stream().map(Observed::value).collect(Collectors.toSet()).equals(expected),
        "READY-11",
        "%d runs of '%s' have a record, but these are listed: %.300s"
            .formatted(expected.size(), namespace, listed),
        "which keys runs takes for those of a namespace, and whether it leaves out what was cleared");
    rule(
        listed.stream().allMatch(o -> o.age().compareTo(PATIENCE.multipliedBy(6)) < 0),
        "READY-11",
        "a record just written is listed with the age " + listed,
        "whether runs measures ages as find does");
  }

  static Readiness running(RunKey run, long token) {
    return new Readiness.Running(
        run, token, "leader", STEPS, Optional.of("seed"), 1, Optional.of("42 %"));
  }

  static Readiness ready(RunKey run, long token) {
    return new Readiness.Ready(run, token, "leader", STEPS);
  }

  static Readiness failed(RunKey run, String cause) {
    return new Readiness.Failed(run, 2, "leader", STEPS, "seed", cause, Duration.ofMillis(1500));
  }

  private static Readiness telling(RunKey run, String progress) {
    return new Readiness.Running(
        run, 2, "leader", STEPS, Optional.of("seed"), 1, Optional.of(progress));
  }

  private static Readiness named(RunKey run, String holder) {
    return new Readiness.Running(run, 2, holder, STEPS, Optional.empty(), 0, Optional.empty());
  }

  static Observed<Readiness> observed(ReadinessStore store, RunKey run) {
    return store
        .find(run)
        .orElseThrow(
            () ->
                broken(
                    "READY-1",
                    "the record of '" + run + "' was published but is not found",
                    "whether find reads what publish wrote, and whether the store keeps it"));
  }

  static void requirePublished(String rule, ReadinessStore store, Readiness record) {
    rule(
        store.publish(record),
        rule,
        "publish refused a record that nothing forbids: " + shown(record),
        "what publish compares: only a higher token seen for this run, and READY, may refuse");
  }

  static void requireRefused(String rule, ReadinessStore store, Readiness record, String when) {
    Optional<Observed<Readiness>> before = store.find(record.run());
    rule(
        !store.publish(record),
        rule,
        "publish accepted %s %s".formatted(shown(record), when),
        "whether the comparison and the write are one atomic step of the store");
    Optional<Observed<Readiness>> after = store.find(record.run());
    rule(
        before.map(Observed::value).equals(after.map(Observed::value))
            && before.map(Observed::revision).equals(after.map(Observed::revision)),
        rule,
        "a refused publish changed the record from %s to %s".formatted(before, after),
        "what publish writes before it knows that it is refused");
  }

  static void requireFound(String rule, ReadinessStore store, Readiness expected) {
    Optional<Readiness> found = store.find(expected.run()).map(Observed::value);
    rule(
        found.equals(Optional.of(expected)),
        rule,
        "%s was published but find gives %s"
            .formatted(shown(expected), found.map(ReadinessRules::shown).orElse("nothing")),
        "how the store keeps Readiness.toText() (ASCII, line feeds, up to 100 KiB) and whether all"
            + " clients read the same place");
  }

  private static void requireReasonToRead(BlockingQueue<Hint> hints, String of)
      throws InterruptedException {
    rule(
        requireHint(hints, of) != Hint.READY,
        "READY-5",
        "the hint of %s is READY, which tells the watcher not to look".formatted(of),
        "whether the hint says over what READY was written, and is compared with what was read last");
  }

  private static Hint requireHint(BlockingQueue<Hint> hints, String of)
      throws InterruptedException {
    Hint hint = hints.poll(PATIENCE.toSeconds(), java.util.concurrent.TimeUnit.SECONDS);
    rule(
        hint != null,
        "READY-5",
        "a watcher had no hint of %s within %s".formatted(of, seconds(PATIENCE)),
        "whether watch has subscribed when it returns, and whether this kind of write notifies");
    rule(
        hint != Hint.BEAT,
        "READY-5",
        "the hint of %s is BEAT, which tells the watcher not to look".formatted(of),
        "what the store takes for a heartbeat: only the same holder in the same state");
    hints.clear();
    return hint;
  }

  private static String shown(Readiness record) {
    String text = record.toString();
    return text.length() <= 300 ? text : text.substring(0, 300) + "...";
  }
}
