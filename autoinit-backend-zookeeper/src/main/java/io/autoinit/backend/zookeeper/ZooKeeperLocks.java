package io.autoinit.backend.zookeeper;

import io.autoinit.Namespace;
import io.autoinit.spi.BackendException;
import io.autoinit.spi.BackendUnavailableException;
import io.autoinit.spi.Guarantee;
import io.autoinit.spi.Lease;
import io.autoinit.spi.LockName;
import io.autoinit.spi.LockProvider;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;

/**
 * A lock is a node that stays, with the last token in its data (LOCK-2). Who holds it has two
 * ephemeral nodes below it: {@code holder}, which there can be only one of (LOCK-1), and one of a
 * name that never comes back, by which a lease knows itself (LOCK-6, LOCK-7). Both end with the
 * session (LOCK-5).
 */
final class ZooKeeperLocks implements LockProvider {

  private static final String HOLDER = "holder";

  private final ZooKeeperClient client;
  private final ServerClock clock;
  private final Set<ZooKeeperLease> leases = ConcurrentHashMap.newKeySet();

  ZooKeeperLocks(ZooKeeperClient client, ServerClock clock) {
    this.client = client;
    this.clock = clock;
  }

  /** The time to live is the session's timeout, whatever is asked for. */
  @Override
  public Optional<Lease> tryAcquire(LockName name, Duration ttl) {
    Deadline deadline = client.deadline();
    String lock = path(name);
    while (true) {
      Reply read = client.read(List.of(Op.getChildren(lock), Op.getData(lock)), deadline);
      if (deadline.passed()) {
        throw new BackendUnavailableException(
            client.settings().place() + " gave no lock in time: others always came first");
      }
      if (read.code() == Code.NONODE) {
        make(lock, deadline);
        continue;
      }
      if (((OpResult.GetChildrenResult) read.results().get(0)).getChildren().contains(HOLDER)) {
        return Optional.empty();
      }
      Optional<Lease> lease = take(name, lock, read.data(1), deadline);
      // Whoever was quicker is seen as the holder now.
      if (lease.isPresent()) {
        return lease;
      }
    }
  }

  private void make(String lock, Deadline deadline) {
    client.makeParents(lock, deadline);
    client.write(List.of(client.create(lock, Kept.NOTHING.bytes())), deadline);
  }

  /** Empty if the lock is no longer as it was read. */
  private Optional<Lease> take(
      LockName name, String lock, OpResult.GetDataResult read, Deadline deadline) {
    long now = Math.multiplyExact(clock.exactly(deadline).toEpochMilli(), 1000L);
    Kept kept = Kept.of(read);
    // Not behind the clock either, so that it grows also after the node was lost.
    long token = Math.max(kept.token() + 1, now);
    Session session = client.connected(deadline);
    int version = read.getStat().getVersion();
    String own = lock + "/lease-" + UUID.randomUUID();
    List<Op> ops =
        List.of(
            Op.setData(lock, kept.acquired(token).bytes(), version),
            client.createEphemeral(lock + "/" + HOLDER, bytes(client.settings().config().client())),
            client.createEphemeral(own, bytes(Long.toString(token))));
    var lease =
        new ZooKeeperLease(client, session, name, token, lock, own, version + 1, leases::remove);
    Reply reply;
    // Without an answer the lock may be ours (LOCK-4).
    try {
      reply = client.once(session, ops, deadline);
    } catch (KeeperException e) {
      client.undo(session, lease::release);
      throw client.translated(e);
    } catch (BackendException e) {
      client.undo(session, lease::release);
      throw e;
    }
    if (!reply.ok()) {
      return Optional.empty();
    }
    session.leaseBegun();
    leases.add(lease);
    if (session.dead()) {
      client.connected(deadline);
    }
    return Optional.of(lease);
  }

  @Override
  public Guarantee guarantee() {
    return Guarantee.STRONG;
  }

  @Override
  public Optional<String> holder(LockName name) {
    Reply read = client.read(List.of(Op.getData(path(name) + "/" + HOLDER)), client.deadline());
    return read.ok() ? Optional.of(text(read.data(0))) : Optional.empty();
  }

  private static String text(OpResult.GetDataResult read) {
    return new String(read.getData(), StandardCharsets.UTF_8);
  }

  /** The holder's session lives on, without what it holds the lock by. */
  @Override
  public boolean revoke(LockName name, String holder) {
    Deadline deadline = client.deadline();
    String lock = path(name);
    String id = UUID.randomUUID().toString();
    Optional<Kept> unanswered = Optional.empty();
    while (!deadline.passed()) {
      Reply read =
          client.read(
              List.of(Op.getData(lock), Op.getChildren(lock), Op.getData(lock + "/" + HOLDER)),
              deadline);
      if (read.failed() == 0) {
        // Nobody ever had it.
        return false;
      }
      Kept kept = Kept.of(read.data(0));
      if (kept.revocation().equals(id)) {
        // Done before, but the answer was lost.
        return true;
      }
      if (!read.ok() || !text(read.data(2)).equals(holder)) {
        unanswered.ifPresent(before -> requireNoOther(before, kept));
        return false;
      }
      Optional<Reply> reply = client.attempt(revocation(lock, read, kept.revoked(id)), deadline);
      if (reply.filter(Reply::ok).isPresent()) {
        return true;
      }
      if (reply.isEmpty()) {
        unanswered = unanswered.or(() -> Optional.of(kept));
      }
    }
    throw new BackendUnavailableException(
        client.settings().place() + " gave no lock back in time: others always came first");
  }

  /** What takes a lock away, as long as nobody has acquired it since it was read. */
  private static List<Op> revocation(String lock, Reply read, Kept next) {
    List<Op> ops = new ArrayList<>();
    ops.add(Op.setData(lock, next.bytes(), read.data(0).getStat().getVersion()));
    ((OpResult.GetChildrenResult) read.results().get(1))
        .getChildren()
        .forEach(child -> ops.add(Op.delete(lock + "/" + child, -1)));
    return ops;
  }

  /** Who took the lock away after this one has left no trace of this one. */
  private void requireNoOther(Kept before, Kept now) {
    if (!now.revocation().equals(before.revocation())) {
      throw new BackendUnavailableException(
          "%s lost the answer, and the lock was taken away again since: look who holds it now"
              .formatted(client.settings().place()));
    }
  }

  /**
   * What the node of a lock holds.
   *
   * @param token the last one
   * @param revocation the id of the last revoke, by which it knows itself without an answer
   */
  private record Kept(long token, String revocation) {

    static final Kept NOTHING = new Kept(0, "");

    static Kept of(OpResult.GetDataResult read) {
      String[] parts = text(read).split(" ", 2);
      try {
        return new Kept(Long.parseLong(parts[0]), parts.length < 2 ? "" : parts[1]);
      } catch (NumberFormatException e) {
        return NOTHING;
      }
    }

    Kept acquired(long next) {
      return new Kept(next, revocation);
    }

    Kept revoked(String id) {
      return new Kept(token, id);
    }

    byte[] bytes() {
      return ZooKeeperLocks.bytes((token + " " + revocation).strip());
    }
  }

  /** The lease of this client that a record is written under, if it is one of this client's. */
  Optional<ZooKeeperLease> lease(Namespace namespace, long token) {
    return leases.stream()
        .filter(lease -> lease.token() == token)
        .filter(lease -> lease.name().equals(LockName.infrastructure(namespace)))
        .findFirst();
  }

  private String path(LockName name) {
    String namespace = name.namespace().toString();
    return name.node()
        .map(node -> client.path("locks", namespace, "nodes", node.toString()))
        .orElseGet(() -> client.path("locks", namespace, "infrastructure"));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
