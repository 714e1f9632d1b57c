package io.autoinit.tck;

import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendException;
import io.autoinit.spi.BackendUnavailableException;
import io.autoinit.spi.Lease;
import io.autoinit.spi.LockName;
import io.autoinit.spi.LockProvider;
import io.autoinit.spi.Marker;
import io.autoinit.spi.MarkerKey;
import io.autoinit.spi.MarkerStore;
import io.autoinit.spi.Observed;
import io.autoinit.spi.Readiness;
import io.autoinit.spi.ReadinessStore;
import io.autoinit.spi.RunKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The rules BACKEND-8 to BACKEND-10. */
abstract class AsideRules extends ClosingRules {

  private static final String HOW_ASIDE =
      "BackendProvider.openAside, and which parts of the store a client that is opened so sees";

  /** A person looks, and mends, while the fleet is at work. */
  @Test
  @DisplayName("BACKEND-8 who is opened aside sees and does what any other client does")
  public final void asideServesAsAnyOther() {
    Backend member = client();
    Backend aside = aside();
    member.locks().ifPresent(locks -> requireSameLock(locks, locks(aside)));
    member.readiness().ifPresent(store -> requireSameRecord(store, readiness(aside)));
    member
        .markers()
        .ifPresent(
            store -> {
              requireSameMarker(store, markers(aside));
              requireSameMarker(markers(aside), store);
            });
  }

  private static void requireSameLock(LockProvider member, LockProvider aside) {
    LockName name = freshLock();
    try (Lease held = acquire("BACKEND-8", member, name, LONG)) {
      rule(
          aside.tryAcquire(name, LONG).isEmpty()
              && aside.holder(name).equals(member.holder(name))
              && held.renew(),
          "BACKEND-8",
          "a lock that a member holds is another one to who is opened aside",
          HOW_ASIDE);
    }
    acquireInTime("BACKEND-8", aside, name, PATIENCE).close();
  }

  private static void requireSameRecord(ReadinessStore member, ReadinessStore aside) {
    RunKey run = freshRun();
    requirePublished("BACKEND-8", member, running(run, 1));
    Optional<Readiness> seen = aside.find(run).map(Observed::value);
    rule(
        seen.equals(Optional.of(running(run, 1))),
        "BACKEND-8",
        "who is opened aside finds %s in place of what a member published".formatted(seen),
        HOW_ASIDE);
    requirePublished("BACKEND-8", aside, ready(run, 2));
    rule(
        member.find(run).map(Observed::value).filter(Readiness::isReady).isPresent()
            && aside.clear(run)
            && member.find(run).isEmpty(),
        "BACKEND-8",
        "a member does not find what somebody who was opened aside published or cleared",
        HOW_ASIDE);
  }

  private static void requireSameMarker(MarkerStore writer, MarkerStore reader) {
    MarkerKey key = freshKey();
    writer.put(sized(key, 1));
    rule(
        reader.find(key).isPresent(),
        "BACKEND-8",
        "a marker is not found both by a member and by who is opened aside",
        HOW_ASIDE);
  }

  /** A look ends at any moment, and nobody may suffer for it. */
  @Test
  @DisplayName(
      "BACKEND-8 nothing rests on who is opened aside: what it wrote stays, what it held is free")
  public final void nothingRestsOnWhoIsAside() {
    Backend member = client();
    LockName kept = freshLock();
    Optional<Lease> lease = member.locks().map(l -> acquire("BACKEND-8", l, kept, LONG));
    Backend aside = aside();
    LockName name = freshLock();
    RunKey run = freshRun();
    MarkerKey key = freshKey();
    aside.locks().ifPresent(locks -> acquire("BACKEND-8", locks, name, LONG));
    aside.readiness().ifPresent(store -> requirePublished("BACKEND-8", store, ready(run, 1)));
    aside.markers().ifPresent(store -> store.put(sized(key, 1)));

    aside.close();

    Optional<Readiness> record =
        member.readiness().flatMap(store -> store.find(run)).map(Observed::value);
    Optional<Marker> marker = member.markers().flatMap(store -> store.find(key));
    rule(
        record.isPresent() == member.readiness().isPresent()
            && marker.isPresent() == member.markers().isPresent(),
        "BACKEND-8",
        "what a client that was opened aside had written was gone when it was closed",
        "which part of the data a client that is opened aside keeps: none");
    rule(
        lease.map(Lease::renew).orElse(true),
        "BACKEND-8",
        "a member lost its lease when a client that was opened aside was closed",
        "what close releases: the leases of this backend alone");
    member.locks().ifPresent(locks -> acquireInTime("BACKEND-8", locks, name, PATIENCE).close());
    lease.ifPresent(Lease::close);
  }

  /** It is judged once, at a start, before anybody has waited. */
  @Test
  @DisplayName(
      "BACKEND-9 longestStandstill is not negative, and the same at any time, for any client")
  public final void standstillIsConstant() {
    Backend backend = client();
    Duration before = backend.longestStandstill();
    use(backend);
    Map<String, Duration> later =
        Map.of(
            "after use", backend.longestStandstill(),
            "of another client", client().longestStandstill(),
            "of one that is opened aside", aside().longestStandstill());
    rule(
        !before.isNegative() && later.values().stream().allMatch(before::equals),
        "BACKEND-9",
        "longestStandstill was %s, and then %s".formatted(before, later),
        "Backend.longestStandstill, which tells what the settings say and asks nobody");
  }

  /** Nobody is told to wait for what is there. */
  @Test
  @DisplayName("BACKEND-10 waitsFor is empty while the store serves")
  public final void waitsForNothingThatServes() {
    for (Backend backend : List.of(client(), aside())) {
      waitsFor(backend);
      use(backend);
      Optional<BackendUnavailableException> told = waitsFor(backend);
      rule(
          told.isEmpty(),
          "BACKEND-10",
          "waitsFor told %s of a store that had just served".formatted(told),
          "whether Backend.waitsFor forgets what is over");
    }
  }

  /** It is asked beside an operation: that tells what went wrong. */
  @Test
  @DisplayName("BACKEND-10 waitsFor throws nothing of an unreachable store, and shows no secret")
  public final void waitsForAbsenceInPeace() {
    Map<String, String> settings = unreachable();
    Backend backend = openedWithoutItsStore(settings);
    List<BackendUnavailableException> told = new ArrayList<>();
    waitsFor(backend).ifPresent(told::add);
    try {
      use(backend);
    } catch (BackendException e) {
      // What BACKEND-3 asks for.
    }
    waitsFor(backend).ifPresent(told::add);
    told.forEach(cause -> requireNoSecret("BACKEND-10", cause, settings));
  }

  static Optional<BackendUnavailableException> waitsFor(Backend backend) {
    try {
      return backend.waitsFor();
    } catch (RuntimeException e) {
      throw broken(
          "BACKEND-10", "waitsFor threw " + e, "Backend.waitsFor, which tells by its answer alone");
    }
  }
}
