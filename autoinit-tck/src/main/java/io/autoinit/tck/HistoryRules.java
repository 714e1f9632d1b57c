package io.autoinit.tck;

import io.autoinit.tck.history.Violation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The rules of locks, judged from what many holders saw at random. One history is played for each
 * run of a test class; each rule is a verdict on it, apart for what only the threads of one process
 * saw, and for what other processes had a part in.
 */
@ExtendWith(HistoryRules.OnePerClass.class)
abstract class HistoryRules extends ProcessRules {

  private static final String SECONDS = "autoinit.tck.history.seconds";
  private static final String SEED = "autoinit.tck.history.seed";

  private Shared shared = new Shared();

  /** What was played, or why that failed. */
  private static final class Shared {
    private Optional<HistoryRun> run = Optional.empty();
    private Optional<Throwable> failed = Optional.empty();
    private Optional<Path> file = Optional.empty();

    synchronized HistoryRun run(Supplier<HistoryRun> play) {
      if (run.isEmpty() && failed.isEmpty()) {
        try {
          run = Optional.of(play.get());
        } catch (RuntimeException | Error e) {
          failed = Optional.of(e);
        }
      }
      failed.ifPresent(
          thrown -> {
            if (thrown instanceof Error error) {
              throw error;
            }
            throw (RuntimeException) thrown;
          });
      return run.orElseThrow();
    }

    synchronized Path written(HistoryRun run, Class<?> test) {
      if (file.isEmpty()) {
        Path path =
            Path.of("target", "autoinit-tck")
                .resolve("history-%s-%d.txt".formatted(test.getSimpleName(), run.seed()));
        try {
          run.history().write(path, "%s, seed %d".formatted(test.getName(), run.seed()));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
        file = Optional.of(path);
      }
      return file.get();
    }
  }

  /** Gives all instances of a test class, in one run of it, the same history. */
  static final class OnePerClass implements BeforeEachCallback {

    /** For JUnit. */
    OnePerClass() {}

    @Override
    public void beforeEach(ExtensionContext test) {
      ExtensionContext ofClass = test.getParent().orElse(test);
      ExtensionContext.Store store =
          ofClass.getStore(ExtensionContext.Namespace.create(HistoryRules.class));
      synchronized (ofClass) {
        Shared shared = store.get(Shared.class, Shared.class);
        if (shared == null) {
          shared = new Shared();
          store.put(Shared.class, shared);
        }
        Shared found = shared;
        test.getRequiredTestInstances()
            .findInstance(HistoryRules.class)
            .ifPresent(instance -> instance.shared = found);
      }
    }
  }

  /** Threads and clients of one process, at random. */
  @Test
  @DisplayName("LOCK-1 one lease per name and no lost update, in a history of many holders")
  public final void neverHeldTwice() {
    judge("LOCK-1", false);
  }

  /** Processes that are frozen and killed, at random. */
  @Test
  @DisplayName(
      "LOCK-1 one lease per name and no lost update, in a history with frozen and killed processes")
  public final void neverHeldTwiceAmongProcesses() {
    judge("LOCK-1", true);
  }

  /** Threads and clients of one process, at random. */
  @Test
  @DisplayName("LOCK-2 tokens strictly increase, in a history of many holders")
  public final void tokensAlwaysIncrease() {
    judge("LOCK-2", false);
  }

  /** Processes that are frozen and killed, at random. */
  @Test
  @DisplayName("LOCK-2 tokens strictly increase, in a history with frozen and killed processes")
  public final void tokensAlwaysIncreaseAmongProcesses() {
    judge("LOCK-2", true);
  }

  /** Threads and clients of one process, at random. */
  @Test
  @DisplayName("LOCK-6 loss is for ever, in a history of many holders")
  public final void neverRevived() {
    judge("LOCK-6", false);
  }

  /** Processes that are frozen and killed, at random. */
  @Test
  @DisplayName("LOCK-6 loss is for ever, in a history with frozen and killed processes")
  public final void neverRevivedAmongProcesses() {
    judge("LOCK-6", true);
  }

  private void judge(String rule, boolean ofChildren) {
    HistoryRun run = shared.run(this::play);
    if (ofChildren) {
      run.children().requirePresent();
    }
    List<Violation> violations = run.violations(rule, ofChildren);
    if (!violations.isEmpty()) {
      throw broken(rule, told(run, violations), look(rule));
    }
    appliesIf(
        run.enough(ofChildren),
        "the history has only %d leases, too few to conclude anything; -D%s=... makes it longer"
            .formatted(run.leases(ofChildren), SECONDS));
  }

  private String told(HistoryRun run, List<Violation> violations) {
    Violation shortest = violations.get(0);
    String more = violations.size() == 1 ? "" : " (and %d more)".formatted(violations.size() - 1);
    return """
        %s%s. In ms; a lease counts as valid for 98 %% of its ttl from when it was asked for or last renewed:
        %s
        The whole history is in %s. -D%s=%d makes the same choices again, but threads never run the same way twice"""
        .formatted(
            shortest.what(),
            more,
            shortest.story(),
            shared.written(run, getClass()),
            SEED,
            run.seed());
  }

  private static String look(String rule) {
    return switch (rule) {
      case "LOCK-1" ->
          "whether the lock is tested and taken, renewed and released in one atomic step of the"
              + " store each, and kept for the whole ttl, however quiet its holder is";
      case "LOCK-2" -> "where tokens come from: one counter for all clients, in the store";
      default -> "whether renew asks the store for this very lease, and remembers its loss";
    };
  }

  private HistoryRun play() {
    return HistoryRun.play(
        Long.getLong(SEED, ThreadLocalRandom.current().nextLong(1_000_000)),
        Duration.ofSeconds(Math.min(600, Math.max(1, Integer.getInteger(SECONDS, 3)))),
        () -> {
          var client = client();
          var unused = locks(client);
          return client;
        },
        possibleFaults().abandon(),
        this::child);
  }
}
