package io.autoinit.backend.zookeeper;

import io.autoinit.spi.BackendException;
import io.autoinit.spi.BackendUnavailableException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.data.ACL;
import org.jspecify.annotations.Nullable;

/**
 * The one connection that the facets share: a session at a time, begun at the first operation, and
 * anew whenever one has ended. Safe for use by any thread.
 */
final class ZooKeeperClient implements AutoCloseable {

  private static final byte[] NOTHING = new byte[0];

  /** How many reads are sent before the first is answered: a small part of what a server bears. */
  private static final int AT_ONCE = 100;

  private final ZooKeeperSettings settings;
  private final ZooKeeperErrors errors;
  private final List<ACL> acl;
  private final Session.Listener listener;

  // Guarded by this; what waits for a turn waits on this.
  private @Nullable Session session;
  private boolean closed;

  /** Tells the listener of the turns of each session, on the library's thread. */
  ZooKeeperClient(ZooKeeperSettings settings, Session.Listener listener) {
    this.settings = settings;
    this.errors = new ZooKeeperErrors(settings);
    this.acl = settings.authenticated() ? Ids.CREATOR_ALL_ACL : Ids.OPEN_ACL_UNSAFE;
    this.listener = listener;
  }

  ZooKeeperSettings settings() {
    return settings;
  }

  Deadline deadline() {
    return Deadline.in(settings.operationTimeout());
  }

  // Nodes.

  /** The path of a node below the root. */
  String path(String... names) {
    return settings.root() + "/" + String.join("/", names);
  }

  Op create(String path, byte[] data) {
    return Op.create(path, data, acl, CreateMode.PERSISTENT);
  }

  Op createEphemeral(String path, byte[] data) {
    return Op.create(path, data, acl, CreateMode.EPHEMERAL);
  }

  /** The names below a node; none if it is not there. */
  List<String> names(String path, Deadline deadline) {
    Reply read = read(List.of(Op.getChildren(path)), deadline);
    return read.ok()
        ? ((OpResult.GetChildrenResult) read.results().get(0)).getChildren()
        : List.of();
  }

  /** Makes the nodes above one, as far as they are missing. */
  void makeParents(String path, Deadline deadline) {
    String parent = path.substring(0, path.lastIndexOf('/'));
    if (parent.isEmpty()) {
      return;
    }
    Op make = create(parent, NOTHING);
    Reply reply = write(List.of(make), deadline);
    if (reply.code() == Code.NONODE) {
      makeParents(parent, deadline);
      write(List.of(make), deadline);
    }
  }

  // Operations.

  /** Reads as one what is there now; asks again while the connection is lost and found. */
  Reply read(List<Op> reads, Deadline deadline) {
    while (true) {
      Session present = connected(deadline);
      try {
        return errors.expected(await(present.read(reads), deadline));
      } catch (KeeperException e) {
        pauseAfter(e, present, deadline);
      }
    }
  }

  /**
   * Reads many things, each of them as one, without waiting for one before asking for the next.
   * Answers as many, in their order; what is not there or not for this user is no reason not to
   * answer the others.
   */
  List<Reply> readEach(List<List<Op>> reads, Deadline deadline) {
    List<Reply> replies = new ArrayList<>();
    while (replies.size() < reads.size()) {
      int end = Math.min(reads.size(), replies.size() + AT_ONCE);
      List<List<Op>> some = reads.subList(replies.size(), end);
      Session present = connected(deadline);
      try {
        for (CompletableFuture<Reply> answer : present.readEach(some)) {
          replies.add(errors.expectedOrHidden(await(answer, deadline)));
        }
      } catch (KeeperException e) {
        pauseAfter(e, present, deadline);
      }
    }
    return replies;
  }

  /** Writes as one what may be written twice; again while the connection is lost and found. */
  Reply write(List<Op> ops, Deadline deadline) {
    while (true) {
      Session present = connected(deadline);
      try {
        return once(present, ops, deadline);
      } catch (KeeperException e) {
        pauseAfter(e, present, deadline);
      }
    }
  }

  /**
   * Writes as one, at most once; empty if the connection was lost, and the servers are to be asked
   * what became of it.
   */
  Optional<Reply> attempt(List<Op> ops, Deadline deadline) {
    Session present = connected(deadline);
    try {
      return Optional.of(once(present, ops, deadline));
    } catch (KeeperException e) {
      pauseAfter(e, present, deadline);
      return Optional.empty();
    }
  }

  /**
   * Writes as one, at most once.
   *
   * @throws KeeperException if no answer came; it may or may not have been done
   */
  Reply once(Session present, List<Op> ops, Deadline deadline) throws KeeperException {
    return errors.expected(await(present.send(ops), deadline));
  }

  /** Waits for an answer. */
  <T> T await(CompletableFuture<T> answer, Deadline deadline) throws KeeperException {
    try {
      return answer.get(Math.max(0, deadline.leftNanos()), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof KeeperException told) {
        throw told;
      }
      throw new IllegalStateException(e.getCause());
    } catch (TimeoutException e) {
      throw KeeperException.create(Code.OPERATIONTIMEOUT);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private BackendUnavailableException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new BackendUnavailableException(
        settings.place() + " was not waited for: the thread was interrupted", e);
  }

  // Sessions.

  /**
   * A session that is connected.
   *
   * @throws io.autoinit.spi.BackendException if that takes longer than it may
   * @throws IllegalStateException after {@link #close}
   */
  Session connected(Deadline operation) {
    Deadline first = operation.orIn(settings.connectTimeout());
    Session present;
    synchronized (this) {
      present = present();
      while (present.state() != Session.State.CONNECTED) {
        if (present.state() == Session.State.REFUSED) {
          throw errors.translate(KeeperException.create(Code.AUTHFAILED));
        }
        if (first.passed()) {
          break;
        }
        waitForTurn(first);
        present = present();
      }
    }
    if (present.state() != Session.State.CONNECTED) {
      throw errors.unreachable();
    }
    return present;
  }

  /** Whether a session is connected, or is so again within the time that connecting may take. */
  boolean cameBack(Session one, Deadline operation) {
    Deadline first = operation.orIn(settings.connectTimeout());
    synchronized (this) {
      while (one.state() == Session.State.CONNECTING && !closed && !first.passed()) {
        waitForTurn(first);
      }
    }
    return one.state() == Session.State.CONNECTED;
  }

  /**
   * Waits for what comes after the loss of a connection, for one that asks again.
   *
   * @throws io.autoinit.spi.BackendException if asking again is of no use, or there is no time
   */
  synchronized void pauseAfter(KeeperException told, Session lost, Deadline deadline) {
    requireOpen();
    if (!ZooKeeperErrors.passing(told.code()) || deadline.passed()) {
      throw errors.translate(told);
    }
    // It is told to its requests a little before it is told to all.
    if (lost.state() == Session.State.CONNECTED) {
      waitForTurn(Deadline.in(Duration.ofMillis(50)));
    }
  }

  private void waitForTurn(Deadline deadline) {
    try {
      TimeUnit.NANOSECONDS.timedWait(this, Math.max(1_000_000, deadline.leftNanos()));
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private Session present() {
    requireOpen();
    if (session == null || session.state() == Session.State.ENDED) {
      session = begun();
    }
    return session;
  }

  private Session begun() {
    try {
      return new Session(settings, this::turned);
    } catch (IOException e) {
      throw new BackendUnavailableException(
          settings.place() + " cannot be reached: " + e.getMessage(), e);
    }
  }

  private void turned(Session one, Session.State state) {
    synchronized (this) {
      if (state == Session.State.ENDED) {
        replace(one);
      }
      notifyAll();
    }
    listener.turned(one, state);
  }

  /** At once, not at the next operation, so that watchers are told again. */
  private void replace(Session ended) {
    if (ended != session || closed) {
      return;
    }
    session = null;
    try {
      session = begun();
    } catch (BackendException e) {
      // The next operation tries again, and tells.
      return;
    }
  }

  /**
   * Undoes what may have been done without an answer, in the background: whatever was sent before
   * this on the same connection is done before. Once that connection is lost, only the end of the
   * session is certain to leave nothing; it is ended, unless a lease lives in it.
   */
  void undo(Session one, Supplier<List<Op>> ops) {
    var unused =
        one.send(ops.get())
            .whenComplete(
                (reply, failure) -> {
                  if (failure != null && !one.dead()) {
                    undoAfterLoss(one, ops);
                  }
                });
  }

  private void undoAfterLoss(Session one, Supplier<List<Op>> ops) {
    if (!one.holdsLeases()) {
      end(one);
      return;
    }
    Thread again = new Thread(() -> undoLater(one, ops), "autoinit-zookeeper-undo");
    again.setDaemon(true);
    again.start();
  }

  private void undoLater(Session one, Supplier<List<Op>> ops) {
    while (!one.dead() && !closedNow()) {
      if (cameBack(one, deadline())) {
        undo(one, ops);
        return;
      }
    }
  }

  private synchronized boolean closedNow() {
    return closed;
  }

  /** Ends a session in the background; the next operation begins another. */
  private void end(Session one) {
    synchronized (this) {
      replace(one);
      notifyAll();
    }
    Thread end = new Thread(one::close, "autoinit-zookeeper-end");
    end.setDaemon(true);
    end.start();
    listener.turned(one, Session.State.ENDED);
  }

  private synchronized void requireOpen() {
    if (closed) {
      throw closed();
    }
  }

  /** What to throw in place of what the library threw. */
  RuntimeException translated(KeeperException told) {
    return closedNow() ? closed() : errors.translate(told);
  }

  /** What is thrown after the end. */
  IllegalStateException closed() {
    return new IllegalStateException(
        "the backend " + settings.config().instance() + " is closed: open another one");
  }

  /** For tests: what ends like this looks to the servers like a process that died. */
  void vanish() {
    Session last;
    synchronized (this) {
      closed = true;
      last = session;
    }
    if (last != null) {
      last.vanish();
    }
  }

  @Override
  public void close() {
    Session last;
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      last = session;
      notifyAll();
    }
    if (last != null) {
      last.close();
    }
  }
}
