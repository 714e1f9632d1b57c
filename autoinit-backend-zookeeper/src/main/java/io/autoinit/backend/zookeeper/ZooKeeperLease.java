package io.autoinit.backend.zookeeper;

import io.autoinit.spi.BackendException;
import io.autoinit.spi.Lease;
import io.autoinit.spi.LockName;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;

/** A held lock: it belongs to one session and ends with it, for ever (LOCK-6). */
final class ZooKeeperLease implements Lease {

  private static final byte[] NOTHING = new byte[0];

  private final ZooKeeperClient client;
  private final Session session;
  private final LockName name;
  private final long token;
  private final String lock;
  private final String own;
  private final int version;
  private final Consumer<ZooKeeperLease> ended;
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile boolean lost;

  /**
   * @param lock the node of the lock
   * @param own the node that only this lease ever has
   * @param version what the node of the lock has until somebody else acquires it
   */
  ZooKeeperLease(
      ZooKeeperClient client,
      Session session,
      LockName name,
      long token,
      String lock,
      String own,
      int version,
      Consumer<ZooKeeperLease> ended) {
    this.client = client;
    this.session = session;
    this.name = name;
    this.token = token;
    this.lock = lock;
    this.own = own;
    this.version = version;
    this.ended = ended;
  }

  LockName name() {
    return name;
  }

  @Override
  public long token() {
    return token;
  }

  /** A write, so that most of the servers agree. */
  @Override
  public boolean renew() {
    Deadline deadline = client.deadline();
    while (!lost) {
      try {
        if (!client.cameBack(session, deadline)) {
          throw KeeperException.create(Code.OPERATIONTIMEOUT);
        }
        List<Op> touch = List.of(Op.setData(own, NOTHING, -1), held(), Op.check(holder(), -1));
        lost |= !client.await(session.send(touch), deadline).ok();
        return !lost;
      } catch (KeeperException e) {
        lost |= session.dead() || e.code() == Code.SESSIONEXPIRED;
        if (!lost) {
          client.pauseAfter(e, session, deadline);
        }
      }
    }
    return false;
  }

  /** What a write must find that is allowed to this lease alone. */
  List<Op> proof() {
    return List.of(Op.check(own, -1), held(), Op.check(holder(), -1));
  }

  /** What gives the lock back; nothing of it is done once it is another's. */
  List<Op> release() {
    return List.of(Op.delete(own, -1), held(), Op.delete(holder(), -1));
  }

  private Op held() {
    return Op.check(lock, version);
  }

  private String holder() {
    return lock + "/holder";
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    lost = true;
    ended.accept(this);
    session.leaseEnded();
    if (session.dead()) {
      return;
    }
    if (session.state() != Session.State.CONNECTED) {
      client.undo(session, this::release);
      return;
    }
    // So that the next holder gets in at once, also where an interrupt is what ends this one.
    boolean interrupted = Thread.interrupted();
    try {
      if (!client.await(session.send(release()), client.deadline()).ok()) {
        var unused = session.send(List.of(Op.delete(own, -1)));
      }
    } catch (KeeperException | BackendException e) {
      client.undo(session, this::release);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public String toString() {
    return "ZooKeeperLease[" + name + ", " + token + "]";
  }
}
