package io.autoinit.tck;

import io.autoinit.spi.Observed;
import io.autoinit.spi.Publication;
import io.autoinit.spi.Readiness;
import io.autoinit.spi.ReadinessStore;
import io.autoinit.spi.RunKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The rule READY-10. */
abstract class PublicationRules extends ClaimRules {

  /** A leader writes each record over the one before it. */
  @Test
  @DisplayName("READY-10 a publication over the record that stands there is accepted")
  public final void publicationsFollowEachOther() {
    ReadinessStore store = readiness(client());
    RunKey run = freshRun();
    Observed<Readiness> last = requireWritten(store, Optional.empty(), running(run, 4));
    for (int i = 0; i < 3; i++) {
      last = requireWritten(store, Optional.of(last.revision()), running(run, 4));
    }
    requireWritten(store, Optional.of(last.revision()), ready(run, 4));
  }

  /** What arrives late, after its sender gave up on it, changes nothing. */
  @Test
  @DisplayName("READY-10 a publication over a record that changed since is refused")
  public final void latePublicationsAreRefused() {
    ReadinessStore store = readiness(client());
    ReadinessStore late = readiness(client());
    RunKey run = freshRun();
    requireLate(late, run, Optional.of("7"), "over a record where there never was one");
    Observed<Readiness> first = requireWritten(store, Optional.empty(), running(run, 4));
    Observed<Readiness> second =
        requireWritten(store, Optional.of(first.revision()), running(run, 4));
    requireLate(late, run, Optional.of(first.revision()), "after a write of the same content");
    requireLate(late, run, Optional.empty(), "over the absence of a record that stands there");
    store.clear(run);
    requireLate(late, run, Optional.of(second.revision()), "after the record was cleared");
    requireWritten(store, Optional.empty(), running(run, 4));
    requireLate(late, run, Optional.of(second.revision()), "after it was written anew");
    requireLate(late, run, Optional.of(first.revision()), "after it was written anew");
  }

  /** Of two leaders that read the same record, one writes over it. */
  @Test
  @DisplayName("READY-10 of many publications over the same record exactly one is accepted")
  public final void onePublicationOverARecord() {
    List<ReadinessStore> clients = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      clients.add(readiness(client()));
    }
    RunKey run = freshRun();
    Optional<String> seen = Optional.empty();
    for (int round = 0; round < 10; round++) {
      List<Callable<Optional<Observed<Readiness>>>> writes = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        ReadinessStore store = clients.get(i % clients.size());
        Publication publication = Publication.over(seen, running(run, 4));
        writes.add(() -> store.publish(publication));
      }
      List<Observed<Readiness>> accepted =
          Worker.together(writes).stream().flatMap(Optional::stream).toList();
      rule(
          accepted.size() == 1,
          "READY-10",
          "of 16 simultaneous publications over %s, %d were accepted"
              .formatted(
                  seen.isPresent() ? "the same record" : "the absence of a record",
                  accepted.size()),
          "whether comparing the revision and writing the record are one atomic step of the store");
      seen = Optional.of(accepted.get(0).revision());
    }
  }

  /** That a record is as it was seen is no leave to pass by the other rules. */
  @Test
  @DisplayName("READY-10 a publication over the record that stands there is fenced all the same")
  public final void conditionsLiftNoFence() {
    ReadinessStore store = readiness(client());
    RunKey run = freshRun();
    Observed<Readiness> seven = requireWritten(store, Optional.empty(), running(run, 7));
    requireFenced(store, Optional.of(seven.revision()), running(run, 6));
    store.clear(run);
    requireFenced(store, Optional.empty(), running(run, 6));
    Observed<Readiness> last = requireWritten(store, Optional.empty(), ready(run, 7));
    requireFenced(store, Optional.of(last.revision()), running(run, 8));
    requireFenced(store, Optional.of(last.revision()), ready(run, 8));
  }

  private static void requireFenced(ReadinessStore store, Optional<String> seen, Readiness next) {
    Optional<Observed<Readiness>> before = store.find(next.run());
    rule(
        store.publish(Publication.over(seen, next)).isEmpty()
            && before
                .map(Observed::revision)
                .equals(store.find(next.run()).map(Observed::revision)),
        "READY-10",
        "over %s, which it named, %s was written with token %d"
            .formatted(
                before.map(o -> o.value().toString()).orElse("a cleared record"),
                next,
                next.token()),
        "whether publish compares the token and looks for READY also where the revision is right");
  }

  private static Observed<Readiness> requireWritten(
      ReadinessStore store, Optional<String> seen, Readiness next) {
    Observed<Readiness> written =
        store
            .publish(Publication.over(seen, next))
            .orElseThrow(
                () ->
                    broken(
                        "READY-10",
                        "a publication over just what stands there was refused: " + next,
                        "what publish compares: the revision that find, claim and publish gave, or absence"));
    Optional<Observed<Readiness>> found = store.find(next.run());
    rule(
        found.map(Observed::value).equals(Optional.of(next))
            && found.map(Observed::revision).equals(Optional.of(written.revision())),
        "READY-10",
        "publish answered %s but find gives %s".formatted(written, found),
        "whether publish returns the record and revision that it wrote");
    return written;
  }

  private static void requireLate(
      ReadinessStore store, RunKey run, Optional<String> seen, String when) {
    Optional<Observed<Readiness>> before = store.find(run);
    rule(
        store.publish(Publication.over(seen, ready(run, 4))).isEmpty(),
        "READY-10",
        "a conditional publication was accepted " + when,
        "whether publish compares the revision, new with each write, in the same step as it writes");
    Optional<Observed<Readiness>> after = store.find(run);
    rule(
        before.map(Observed::value).equals(after.map(Observed::value))
            && before.map(Observed::revision).equals(after.map(Observed::revision)),
        "READY-10",
        "a refused publication changed the record from %s to %s".formatted(before, after),
        "what publish writes before it knows that it is refused");
  }
}
