package io.autoinit.backend.zookeeper;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.zookeeper.AddWatchMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.client.ZKClientConfig;
import org.jspecify.annotations.Nullable;

/**
 * One session with the servers: what belongs to it ends with it, for ever. The client library keeps
 * it alive and moves it between servers; a new one is another session. Safe for use by any thread.
 */
final class Session {

  enum State {
    CONNECTING,
    CONNECTED,
    /** Expired or closed. */
    ENDED,
    /** The servers do not believe who this is. */
    REFUSED
  }

  private final Handle handle;
  private volatile State state = State.CONNECTING;

  /** How often it was connected, so that what was true of a connection is not believed later. */
  private volatile int connection;

  private int leases;

  /**
   * Begins to connect.
   *
   * @throws IOException if the library cannot even begin
   * @throws io.autoinit.spi.BackendRefusedException if files that it needs are not as they must be
   */
  Session(ZooKeeperSettings settings, Listener listener) throws IOException {
    ZKClientConfig config = new ZKClientConfig();
    boolean sasl = settings.saslSection().isPresent();
    config.setProperty(ZKClientConfig.ENABLE_CLIENT_SASL_KEY, Boolean.toString(sasl));
    // Named, so that the library refuses to go on without it.
    settings
        .saslSection()
        .ifPresent(section -> config.setProperty(ZKClientConfig.LOGIN_CONTEXT_NAME_KEY, section));
    ZooKeeperTls.of(settings).configure(config);
    handle =
        new Handle(
            settings.ensemble().connectString(),
            Math.toIntExact(settings.sessionTimeout().toMillis()),
            event -> {
              if (event.getType() == Watcher.Event.EventType.None) {
                turn(event.getState(), listener);
              }
            },
            config);
    if (settings.user().isPresent()) {
      String identity = settings.user().get() + ":" + settings.password().orElse("");
      handle.addAuthInfo("digest", identity.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** Is told of each turn, on the library's thread. */
  interface Listener {
    void turned(Session session, State state);
  }

  private void turn(Watcher.Event.@Nullable KeeperState told, Listener listener) {
    if (told == null) {
      // SASL failed in a way that the library has no word for; it tells what is to come of it next.
      return;
    }
    State next =
        switch (told) {
          case SyncConnected -> State.CONNECTED;
          case Disconnected -> State.CONNECTING;
          case AuthFailed -> State.REFUSED;
          case Expired, Closed -> State.ENDED;
          default -> state;
        };
    synchronized (this) {
      if (state == State.ENDED || state == State.REFUSED) {
        return;
      }
      if (next == State.CONNECTED && state != State.CONNECTED) {
        connection++;
      }
      state = next;
    }
    listener.turned(this, next);
  }

  State state() {
    return state;
  }

  boolean dead() {
    State now = state;
    return now == State.ENDED || now == State.REFUSED;
  }

  int connection() {
    return connection;
  }

  /** How long the servers keep it without a word of its client, as they said. */
  Duration timeout() {
    return Duration.ofMillis(handle.getSessionTimeout());
  }

  synchronized void leaseBegun() {
    leases++;
  }

  synchronized void leaseEnded() {
    leases--;
  }

  synchronized boolean holdsLeases() {
    return leases > 0;
  }

  /** Sends operations to be done as one, after all that was sent before. */
  CompletableFuture<Reply> send(List<Op> ops) {
    CompletableFuture<Reply> answer = new CompletableFuture<>();
    handle.multi(
        ops,
        (rc, path, ctx, results) -> {
          if (results == null || results.isEmpty()) {
            answer.completeExceptionally(KeeperException.create(Code.get(rc)));
          } else {
            answer.complete(Reply.of(Code.get(rc), results));
          }
        },
        null);
    return answer;
  }

  /** Reads as one, nothing older than what anybody was told before this was called. */
  CompletableFuture<Reply> read(List<Op> reads) {
    return readEach(List.of(reads)).get(0);
  }

  /** Reads many things, each of them as one, likewise. */
  List<CompletableFuture<Reply>> readEach(List<List<Op>> reads) {
    // Of the requests on one connection the first that fails tells; the others fail likewise.
    handle.sync(reads.get(0).get(0).getPath(), (rc, path, ctx) -> {}, null);
    return reads.stream().map(this::send).toList();
  }

  /** Asks to be told of each change of a node until the session ends, also when it is made. */
  CompletableFuture<Reply> watch(String path, Watcher watcher) {
    CompletableFuture<Reply> answer = new CompletableFuture<>();
    handle.addWatch(
        path,
        watcher,
        AddWatchMode.PERSISTENT,
        (rc, watched, ctx) -> {
          if (rc == Code.OK.intValue()) {
            answer.complete(new Reply(Code.OK, -1, List.of()));
          } else {
            answer.completeExceptionally(KeeperException.create(Code.get(rc)));
          }
        },
        null);
    return answer;
  }

  /** Takes a watch back; if that fails, its hints go nowhere. */
  void unwatch(String path, Watcher watcher) {
    handle.removeWatches(
        path, watcher, Watcher.WatcherType.Any, true, (rc, watched, ctx) -> {}, null);
  }

  /**
   * Ends the session with a goodbye, as far as the servers answer, and with it all that belongs to
   * it. An interrupt is kept for later.
   */
  void close() {
    synchronized (this) {
      state = State.ENDED;
    }
    boolean interrupted = Thread.interrupted();
    try {
      handle.close();
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** For tests: ends the connection without a goodbye, as SIGKILL would. */
  void vanish() {
    synchronized (this) {
      state = State.ENDED;
    }
    handle.vanish();
  }

  @Override
  public String toString() {
    return "Session[" + state + "]";
  }

  /** Its close may be interrupted, which nobody finds out who only closes a resource. */
  @SuppressWarnings("try")
  private static final class Handle extends ZooKeeper {

    Handle(String connect, int timeout, Watcher watcher, ZKClientConfig config) throws IOException {
      super(connect, timeout, watcher, config);
    }

    void vanish() {
      cnxn.disconnect();
    }
  }
}
