package io.autoinit.tck;

import io.autoinit.Namespace;
import io.autoinit.RunId;
import io.autoinit.spi.Claim;
import io.autoinit.spi.Observed;
import io.autoinit.spi.Readiness;
import io.autoinit.spi.ReadinessStore;
import io.autoinit.spi.RunKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The rule READY-9, and READY-4 for the longest names. */
abstract class ClaimRules extends ReadinessRules {

  /** Of many who saw no record, one becomes the candidate. */
  @Test
  @DisplayName("READY-9 of many claims on the absence of a record exactly one is accepted")
  public final void oneClaimOnAbsence() {
    List<ReadinessStore> clients = fourClients();
    for (int round = 0; round < 10; round++) {
      claimTogether(clients, freshRun(), Optional.empty());
    }
  }

  /** Of many who saw the same record, one becomes the candidate. */
  @Test
  @DisplayName("READY-9 of many claims on the same observed record exactly one is accepted")
  public final void oneClaimOnARecord() {
    List<ReadinessStore> clients = fourClients();
    RunKey run = freshRun();
    requirePublished("READY-9", clients.get(0), running(run, 4));
    for (int round = 0; round < 10; round++) {
      claimTogether(clients, run, clients.get(0).find(run));
    }
  }

  /** Who looked before the last change is too late. */
  @Test
  @DisplayName("READY-9 a claim on a record that changed since is refused")
  public final void staleClaimsAreRefused() {
    ReadinessStore store = readiness(client());
    ReadinessStore late = readiness(client());
    RunKey run = freshRun();
    requirePublished("READY-9", store, running(run, 4));
    Optional<Observed<Readiness>> seen = late.find(run);
    requirePublished("READY-9", store, running(run, 4));
    requireRefused(late, Claim.of(run, "late", seen), "after a heartbeat that changed no field");
    requireRefused(late, Claim.of(run, "late", Optional.empty()), "on the absence of a record");
    Optional<Observed<Readiness>> now = late.find(run);
    store.clear(run);
    requireRefused(late, Claim.of(run, "late", now), "after the record was cleared");
    requirePublished("READY-9", store, running(run, 4));
    requireRefused(
        late, Claim.of(run, "late", now), "after the record was cleared and written anew");
    requireRefused(
        late, Claim.of(run, "late", seen), "with the first revision, on a record written anew");
  }

  /** READY is no candidate's to take. */
  @Test
  @DisplayName("READY-9 a claim never disturbs READY")
  public final void claimsLeaveReady() {
    ReadinessStore store = readiness(client());
    RunKey run = freshRun();
    requirePublished("READY-9", store, ready(run, 4));
    Optional<Observed<Readiness>> seen = store.find(run);
    requireRefused(store, Claim.of(run, "late", seen), "over READY, with its own revision");
    requireRefused(store, Claim.of(run, "late", Optional.empty()), "over READY, as if absent");
    requireFound("READY-9", store, ready(run, 4));
  }

  /** A candidate keeps its claim young, gives it up, and gives way to whoever has a lease. */
  @Test
  @DisplayName("READY-9 a claim can be renewed, withdrawn and taken over, by its last revision")
  public final void claimsHaveALife() {
    ReadinessStore store = readiness(client());
    ReadinessStore other = readiness(client());
    RunKey run = freshRun();
    Observed<Readiness> claimed = requireClaimed(store, Claim.of(run, "one", Optional.empty()));
    Observed<Readiness> beating = requireClaimed(store, Claim.of(run, "one", Optional.of(claimed)));
    rule(
        !beating.revision().equals(claimed.revision()),
        "READY-9",
        "renewing a claim left the revision '" + claimed.revision() + "' as it was",
        "whether each accepted write gives the record a new revision");
    requireRefused(store, Claim.withdrawn(claimed), "with a revision that was renewed since");
    requireClaimed(store, Claim.withdrawn(beating));
    Observed<Readiness> taken = requireClaimed(other, Claim.of(run, "two", other.find(run)));
    requirePublished("READY-9", other, running(run, 3));
    requireRefused(other, Claim.of(run, "two", Optional.of(taken)), "after its leader published");
  }

  /** A claim is a sign of life: whoever waits for its end counts from the last write. */
  @Test
  @DisplayName("READY-6 a claim makes the record young")
  public final void claimsAreYoung() {
    ReadinessStore store = readiness(client());
    RunKey run = freshRun();
    requirePublished("READY-6", store, running(run, 4));
    Duration old = Duration.ofMillis(300);
    within(PATIENCE, () -> observed(store, run).age().compareTo(old) >= 0);
    Optional<Observed<Readiness>> seen = store.find(run);
    long before = System.nanoTime();
    requireClaimed(store, Claim.of(run, "candidate", seen));
    Duration age = observed(store, run).age();
    requireAge(
        age, Duration.ZERO, Duration.ofNanos(System.nanoTime() - before), "after a claim on it");
  }

  /** A claim carries no lease, so it neither raises nor lowers the fence. */
  @Test
  @DisplayName("READY-9 a claim leaves the highest token seen as it is")
  public final void claimsKeepTheFence() {
    ReadinessStore store = readiness(client());
    RunKey run = freshRun();
    requirePublished("READY-9", store, running(run, 9));
    store.clear(run);
    requireClaimed(store, Claim.of(run, "candidate", Optional.empty()));
    requireRefused("READY-9", store, running(run, 8), "although token 9 was seen before the claim");
    requirePublished("READY-9", store, running(run, 9));
  }

  /** No store cuts a legal name. */
  @Test
  @DisplayName("READY-4 names of 128 characters are told apart by the last")
  public final void longRunsAreSeparate() {
    ReadinessStore store = readiness(client());
    String base = longest("r");
    List<RunKey> runs =
        List.of(
            new RunKey(new Namespace(base + 1), new RunId(base + 1)),
            new RunKey(new Namespace(base + 1), new RunId(base + 2)),
            new RunKey(new Namespace(base + 2), new RunId(base + 1)));
    for (RunKey run : runs) {
      rule(
          store.find(run).isEmpty(),
          "READY-4",
          "the run '%s' was never written but has the record %s".formatted(run, store.find(run)),
          "how long the store's key may be, and whether it is cut");
      requirePublished("READY-4", store, running(run, 2));
    }
    runs.forEach(run -> requireFound("READY-4", store, running(run, 2)));
    runs.forEach(store::clear);
  }

  private List<ReadinessStore> fourClients() {
    List<ReadinessStore> clients = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      clients.add(readiness(client()));
    }
    return clients;
  }

  private static void claimTogether(
      List<ReadinessStore> clients, RunKey run, Optional<Observed<Readiness>> seen) {
    List<Callable<Optional<Observed<Readiness>>>> claims = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      ReadinessStore store = clients.get(i % clients.size());
      Claim claim = Claim.of(run, "candidate-" + i, seen);
      claims.add(() -> store.claim(claim));
    }
    List<Observed<Readiness>> accepted =
        Worker.together(claims).stream().flatMap(Optional::stream).toList();
    rule(
        accepted.size() == 1,
        "READY-9",
        "of 16 simultaneous claims on %s, %d were accepted"
            .formatted(
                seen.isPresent() ? "the same record" : "the absence of a record", accepted.size()),
        "whether comparing the revision and writing the claim are one atomic step of the store");
    Optional<Observed<Readiness>> now = clients.get(1).find(run);
    rule(
        now.map(Observed::value).equals(Optional.of(accepted.get(0).value()))
            && now.map(Observed::revision).equals(Optional.of(accepted.get(0).revision())),
        "READY-9",
        "the accepted claim answered %s but find gives %s".formatted(accepted.get(0), now),
        "whether claim returns the record and revision that it wrote");
  }

  private static Observed<Readiness> requireClaimed(ReadinessStore store, Claim claim) {
    return store
        .claim(claim)
        .orElseThrow(
            () ->
                broken(
                    "READY-9",
                    "a claim on the record exactly as it stands was refused: " + claim,
                    "what claim compares: the revision that find and claim gave, or absence"));
  }

  private static void requireRefused(ReadinessStore store, Claim claim, String when) {
    RunKey run = claim.next().run();
    Optional<Observed<Readiness>> before = store.find(run);
    rule(
        store.claim(claim).isEmpty(),
        "READY-9",
        "a claim was accepted " + when,
        "whether claim compares the revision, new with each write, in the same step as it writes");
    Optional<Observed<Readiness>> after = store.find(run);
    rule(
        before.map(Observed::value).equals(after.map(Observed::value))
            && before.map(Observed::revision).equals(after.map(Observed::revision)),
        "READY-9",
        "a refused claim changed the record from %s to %s".formatted(before, after),
        "what claim writes before it knows that it is refused");
  }
}
