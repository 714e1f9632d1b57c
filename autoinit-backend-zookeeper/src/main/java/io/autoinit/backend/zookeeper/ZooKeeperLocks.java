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
 * A lock is a node that stays, with the last token as its data (LOCK-2). Who holds it has two
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
    client.write(List.of(client.create(lock, bytes("0"))), deadline);
  }

  /** Empty if the lock is no longer as it was read. */
  private Optional<Lease> take(
      LockName name, String lock, OpResult.GetDataResult read, Deadline deadline) {
    long now = Math.multiplyExact(clock.exactly(deadline).toEpochMilli(), 1000L);
    // Not behind the clock either, so that it grows also after the node was lost.
    long token = Math.max(lastToken(read.getData()) + 1, now);
    Session session = client.connected(deadline);
    int version = read.getStat().getVersion();
    String own = lock + "/lease-" + UUID.randomUUID();
    List<Op> ops =
        List.of(
            Op.setData(lock, bytes(Long.toString(token)), version),
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
    while (!deadline.passed()) {
      Reply read =
          client.read(
              List.of(Op.getData(lock), Op.getData(lock + "/" + HOLDER), Op.getChildren(lock)),
              deadline);
      if (!read.ok() || !text(read.data(1)).equals(holder)) {
        return false;
      }
      // As long as nobody has acquired it since.
      List<Op> ops = new ArrayList<>();
      ops.add(Op.check(lock, read.data(0).getStat().getVersion()));
      ((OpResult.GetChildrenResult) read.results().get(2))
          .getChildren()
          .forEach(child -> ops.add(Op.delete(lock + "/" + child, -1)));
      if (client.write(ops, deadline).ok()) {
        return true;
      }
    }
    throw new BackendUnavailableException(
        client.settings().place() + " gave no lock back in time: others always came first");
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

  private static long lastToken(byte[] data) {
    try {
      return Long.parseLong(new String(data, StandardCharsets.UTF_8));
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
