package io.autoinit.cli;

import io.autoinit.StartTimeoutException;
import io.autoinit.core.AutoInit;
import io.autoinit.core.LockHolder;
import io.autoinit.spi.BackendRefusedException;
import io.autoinit.spi.Observed;
import io.autoinit.spi.Readiness;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code autoinit unlock}. */
@Command(
    name = "unlock",
    description = {
      "Takes the infrastructure lock from a holder that is stuck, so that another member goes on.",
      "A holder whose heart beats keeps it unless --force is given; nobody is hit but the one shown."
    },
    footer = {
      "",
      "Examples:",
      "  autoinit unlock --run-id v42",
      "  autoinit unlock --run-id v42 --force --yes"
    })
final class UnlockCommand implements Callable<Integer> {

  @Mixin private final RunIdOption runId = new RunIdOption();
  @Mixin private final LookTimeoutOption timeout = new LookTimeoutOption();

  @Option(
      names = "--force",
      description =
          "Also if the holder's heart beats, or nothing is known of it: its step is cut off.")
  private boolean force;

  @Option(
      names = {"-y", "--yes"},
      description = "Take it without asking.")
  private boolean yes;

  private final Start start;
  private final Console console;

  UnlockCommand(Start start, Console console) {
    this.start = start;
    this.console = console;
  }

  @Override
  public Integer call() {
    return start.answering(
        builder -> {
          runId.applyTo(builder);
          timeout.applyTo(builder);
        },
        this::unlock);
  }

  private int unlock(AutoInit autoInit) {
    Optional<LockHolder> found = autoInit.lockHolder();
    if (found.isEmpty()) {
      return free("nobody holds the lock " + autoInit.lock(), Optional.empty());
    }
    LockHolder held = found.get();
    if (start.speaksToPeople()) {
      console.answer(lines(held));
    }
    if (!held.mayLoseIt()) {
      throw takenFromNobody(held);
    }
    refuseToHurt(held);
    if (!yes && !isConfirmed(held)) {
      return ExitCode.USAGE.code();
    }
    return unlock(autoInit, held);
  }

  /** Looks once more: an answer may take long, and a holder that was silent may have woken up. */
  private int unlock(AutoInit autoInit, LockHolder shown) {
    Optional<LockHolder> now = autoInit.lockHolder();
    now.filter(holder -> holder.holder().equals(shown.holder())).ifPresent(this::refuseToHurt);
    if (now.isPresent() && autoInit.unlock(shown)) {
      return free("taken; who held it ends as soon as it notices, with 71", now);
    }
    requireGone(shown, autoInit.lockHolder());
    return free("given back meanwhile by who held it", Optional.empty());
  }

  private boolean isConfirmed(LockHolder held) {
    if (!start.asks()) {
      start.decline(
          "%s would lose the lock %s: confirm with --yes".formatted(held.holder(), held.lock()));
      return false;
    }
    boolean confirmed =
        Question.isAnsweredYes(
            console,
            console.keyboard().orElseThrow(),
            "Take the lock %s from %s?".formatted(held.lock(), held.holder()));
    if (!confirmed) {
      start.decline("nothing was changed");
    }
    return confirmed;
  }

  private void refuseToHurt(LockHolder held) {
    if (force || held.isKnownSilent()) {
      return;
    }
    throw new StartTimeoutException(
        held.work()
            .map(
                seen ->
                    "The heart of %s, which holds the lock %s, beat %s ago: wait, or cut its step off with --force"
                        .formatted(held.holder(), held.lock(), Humanized.duration(seen.age())))
            .orElseGet(
                () ->
                    "Nothing is recorded of %s, which holds the lock %s: see whether it lives, or take the lock with --force"
                        .formatted(held.holder(), held.lock())));
  }

  private static void requireGone(LockHolder before, Optional<LockHolder> now) {
    if (now.isEmpty()) {
      return;
    }
    if (now.get().holder().equals(before.holder())) {
      throw takenFromNobody(before);
    }
    throw new StartTimeoutException(
        "The lock %s has a new holder since, %s, which was left alone"
            .formatted(before.lock(), now.get().holder()));
  }

  private static BackendRefusedException takenFromNobody(LockHolder held) {
    return new BackendRefusedException(
        "The store of the lock %s takes it from no holder that lives: end the process %s"
            .formatted(held.lock(), held.holder()));
  }

  private int free(String why, Optional<LockHolder> from) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("taken", from.isPresent());
    fields.put("lock", from.map(LockHolder::lock));
    fields.put("holder", from.map(LockHolder::holder));
    fields.put("runId", from.flatMap(LockHolder::work).map(seen -> seen.value().run().runId()));
    fields.put("age", from.flatMap(LockHolder::work).map(Observed::age));
    fields.put("silent", from.map(LockHolder::silent));
    start.answer("unlock", new Block().add("free", why).lines(), fields);
    return ExitCode.DONE.code();
  }

  private static List<String> lines(LockHolder held) {
    Block block = new Block().add("lock", held.lock().toString()).add("holder", held.holder());
    if (held.work().isEmpty()) {
      return block.add("heartbeat", "nothing is recorded of this holder").lines();
    }
    Observed<Readiness> seen = held.work().get();
    Readiness record = seen.value();
    String state = JsonListener.name(record.getClass()).toUpperCase(Locale.ROOT);
    Optional<String> step =
        record instanceof Readiness.Running running ? running.step() : Optional.empty();
    return block
        .add("run", record.run().inWords() + ", " + state + step.map(s -> ": step " + s).orElse(""))
        .add(
            "heartbeat",
            Humanized.duration(seen.age()) + " ago" + (held.silent() ? "; it is silent" : ""))
        .lines();
  }
}
