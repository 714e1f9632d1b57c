package io.autoinit.backend.zookeeper;

import io.autoinit.Namespace;
import io.autoinit.spi.BackendRefusedException;
import io.autoinit.spi.BackendUnavailableException;
import io.autoinit.spi.Claim;
import io.autoinit.spi.Hint;
import io.autoinit.spi.Observed;
import io.autoinit.spi.Poll;
import io.autoinit.spi.Publication;
import io.autoinit.spi.Readiness;
import io.autoinit.spi.ReadinessStore;
import io.autoinit.spi.RunKey;
import io.autoinit.spi.Watch;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;

/**
 * Readiness as a node for each run with one below it for its heartbeat, so that who watches can
 * tell one from the other. A write names the versions that it read, and the lease that it is
 * written under where that is one of this client's: so a leader whose session ended is refused,
 * also before its successor wrote anything.
 */
final class ZooKeeperReadiness implements ReadinessStore {

  private static final byte[] NOTHING = new byte[0];

  private static final String NOBODY = "-";

  private static final Duration PUSHED = Duration.ofSeconds(10);
  private static final Duration UNPUSHED = Duration.ofSeconds(1);

  private final ZooKeeperClient client;
  private final ServerClock clock;
  private final ZooKeeperHints hints;
  private final ZooKeeperLocks locks;

  ZooKeeperReadiness(
      ZooKeeperClient client, ServerClock clock, ZooKeeperHints hints, ZooKeeperLocks locks) {
    this.client = client;
    this.clock = clock;
    this.hints = hints;
    this.locks = locks;
  }

  @Override
  public Optional<Observed<Readiness>> find(RunKey run) {
    Deadline deadline = client.deadline();
    Optional<Entry> entry = entry(run, deadline).filter(e -> e.value().isPresent());
    return entry.isEmpty() ? Optional.empty() : entry.get().observed(clock.now(deadline));
  }

  /** Seldom while hints arrive, which tell of every change, and often while they do not. */
  @Override
  public Poll poll(RunKey run) {
    Optional<Observed<Readiness>> found = find(run);
    return hints.arrive(path(run))
        ? new Poll(found, jittered(PUSHED))
        : new Poll(found, jittered(UNPUSHED));
  }

  @Override
  public Optional<Observed<Readiness>> publish(Publication publication) {
    Readiness next = publication.next();
    List<Op> proof =
        locks
            .lease(next.run().namespace(), next.token())
            .map(ZooKeeperLease::proof)
            .orElse(List.of());
    return write(
        next,
        entry ->
            next.token() >= entry.fence()
                && !entry.ready()
                && publication.accepts(entry.revision()),
        next.token(),
        proof);
  }

  @Override
  public Optional<Observed<Readiness>> claim(Claim claim) {
    return write(
        claim.next(),
        entry -> !entry.ready() && entry.revision().equals(claim.expected()),
        Long.MIN_VALUE,
        List.of());
  }

  private Optional<Observed<Readiness>> write(
      Readiness next, Predicate<Entry> allowed, long token, List<Op> proof) {
    Deadline deadline = client.deadline();
    String id = UUID.randomUUID().toString();
    while (true) {
      Entry entry = present(next.run(), deadline);
      if (entry.writtenBy(id)) {
        // Done before, but the answer was lost.
        return entry.observed(entry.written());
      }
      if (!allowed.test(entry)) {
        return Optional.empty();
      }
      List<Op> ops = new ArrayList<>(proof);
      ops.addAll(entry.successor(path(next.run()), next, Math.max(token, entry.fence()), id));
      Optional<Reply> reply = client.attempt(ops, deadline);
      if (reply.filter(Reply::ok).isPresent()) {
        return Optional.of(
            new Observed<>(next, Duration.ZERO, entry.revisionAfter(reply.get(), proof.size())));
      }
      if (reply.filter(r -> r.failed() < proof.size()).isPresent()) {
        // The lease is no longer this client's.
        return Optional.empty();
      }
      requireTime(deadline);
    }
  }

  @Override
  public boolean clear(RunKey run) {
    Deadline deadline = client.deadline();
    String id = UUID.randomUUID().toString();
    while (true) {
      Optional<Entry> entry = entry(run, deadline);
      if (entry.filter(e -> e.writtenBy(id)).isPresent()) {
        // Done before, but the answer was lost.
        return true;
      }
      if (entry.filter(e -> e.value().isPresent()).isEmpty()) {
        return false;
      }
      Op clear =
          Op.setData(
              path(run),
              Entry.record(entry.get().fence(), id, ""),
              entry.get().record().getVersion());
      if (client.attempt(List.of(clear), deadline).filter(Reply::ok).isPresent()) {
        return true;
      }
      requireTime(deadline);
    }
  }

  @Override
  public Watch watch(RunKey run, Consumer<Hint> told) {
    return hints.watch(path(run), told, client);
  }

  @Override
  public Optional<List<Observed<Readiness>>> runs(Namespace namespace) {
    Deadline deadline = client.deadline();
    String parent = client.path("readiness", namespace.toString());
    List<List<Op>> reads =
        client.names(parent, deadline).stream().map(name -> both(parent + "/" + name)).toList();
    List<Entry> entries =
        client.readEach(reads, deadline).stream()
            .filter(Reply::ok)
            .flatMap(reply -> readable(reply).stream())
            .toList();
    if (entries.isEmpty()) {
      return Optional.of(List.of());
    }
    Instant now = clock.now(deadline);
    return Optional.of(entries.stream().flatMap(entry -> entry.observed(now).stream()).toList());
  }

  /** Empty for what is no record: the others are no less there for it. */
  private static Optional<Entry> readable(Reply read) {
    try {
      return Optional.of(Entry.of(read.data(0), read.data(1)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static List<Op> both(String path) {
    return List.of(Op.getData(path), Op.getData(path + ZooKeeperHints.BEAT));
  }

  /** Each write is on the disks of most of the servers before it is answered. */
  @Override
  public boolean durable() {
    return true;
  }

  /** The nodes of a run, made if they are not there. */
  private Entry present(RunKey run, Deadline deadline) {
    while (true) {
      Optional<Entry> entry = entry(run, deadline);
      if (entry.isPresent()) {
        return entry.get();
      }
      String path = path(run);
      client.makeParents(path, deadline);
      client.write(
          List.of(
              client.create(path, Entry.record(0, NOBODY, "")),
              client.create(path + ZooKeeperHints.BEAT, NOTHING)),
          deadline);
      requireTime(deadline);
    }
  }

  private Optional<Entry> entry(RunKey run, Deadline deadline) {
    String path = path(run);
    Reply read = client.read(both(path), deadline);
    if (read.code() == Code.NONODE) {
      return Optional.empty();
    }
    try {
      return Optional.of(Entry.of(read.data(0), read.data(1)));
    } catch (IllegalArgumentException e) {
      throw new BackendRefusedException(
          "%s holds something else than readiness at %s: delete that node"
              .formatted(client.settings().place(), path),
          e);
    }
  }

  /** Others who write all the time are no reason to try for ever. */
  private void requireTime(Deadline deadline) {
    if (deadline.passed()) {
      throw new BackendUnavailableException(
          client.settings().place() + " took no write in time: others always came first");
    }
  }

  private String path(RunKey run) {
    return client.path("readiness", run.namespace().toString(), run.runId().toString());
  }

  /** Up to half as long again. */
  private static Duration jittered(Duration least) {
    long more = ThreadLocalRandom.current().nextLong(least.toMillis() / 2 + 1);
    return least.plusMillis(more);
  }
}
