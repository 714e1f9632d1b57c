package io.autoinit.tck;

import io.autoinit.Namespace;
import io.autoinit.NodeId;
import io.autoinit.RunId;
import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendUnavailableException;
import io.autoinit.spi.Claim;
import io.autoinit.spi.Guarantee;
import io.autoinit.spi.Hint;
import io.autoinit.spi.Lease;
import io.autoinit.spi.LockName;
import io.autoinit.spi.LockProvider;
import io.autoinit.spi.Marker;
import io.autoinit.spi.MarkerKey;
import io.autoinit.spi.MarkerStore;
import io.autoinit.spi.Observed;
import io.autoinit.spi.Publication;
import io.autoinit.spi.Readiness;
import io.autoinit.spi.ReadinessStore;
import io.autoinit.spi.RunKey;
import io.autoinit.spi.Watch;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A client of a {@link SocketMemoryServer}: no hints, and no notice of a client's death. */
final class SocketMemoryBackend implements Backend, LockProvider, ReadinessStore, MarkerStore {

  private interface Request {
    void write(DataOutputStream out) throws IOException;
  }

  private interface Reply<T> {
    T read(DataInputStream in) throws IOException;
  }

  /** What such a client may get wrong, where only a network or another process can tell. */
  enum Flaw {
    /** None. */
    NONE,
    /** Keeps a connection that is broken. */
    NEVER_CONNECTS_AGAIN,
    /** Leaves its connection to the garbage collector. */
    CONNECTION_LEFT_OPEN,
    /** Holds what it held, as long as nobody says otherwise. */
    SILENCE_IS_YES,
    /** Waits for an answer as long as it takes. */
    NO_TIMEOUT,
    /** Takes the lock for a day, and says with a second request how long it is really for. */
    TTL_IN_A_SECOND_REQUEST,
    /** Knows what it last read, once its connection broke. */
    READS_FROM_MEMORY_AFTER_A_CUT,
    /** Passes on what the library throws when it is closed under an operation. */
    CLOSED_WITH_A_STRANGE_ERROR,
    /** Finds nothing where nobody answers. */
    SILENCE_IS_ABSENCE,
    /** Puts a marker without its steps first. */
    MARKER_IN_TWO_REQUESTS,
    /** Gives a lock back some time after it is asked for the next one. */
    RELEASES_LATE,
    /** Tries whether the server answers, to say whether it waits for it. */
    WAITS_FOR_ASKS,
    /** Says what it waits for when the request under way is over. */
    WAITS_FOR_ITS_TURN,
    /** Asks the server for what it should know. */
    GUARANTEE_ASKED,
    /** Takes no connection for a lesser promise. */
    GUARANTEE_LESS_IN_SILENCE
  }

  private final int port;
  private final int timeoutMillis;
  private final Flaw flaw;
  private final Set<SocketLease> leases = ConcurrentHashMap.newKeySet();
  private final Map<RunKey, Optional<Observed<Readiness>>> remembered = new ConcurrentHashMap<>();
  private volatile boolean wasCut;
  private volatile boolean closed;

  // Guarded by this: one request at a time.
  private @Nullable Socket socket;
  private @Nullable SocketLease late;

  SocketMemoryBackend(int port, int timeoutMillis, Flaw flaw) {
    this.port = port;
    this.timeoutMillis = timeoutMillis;
    this.flaw = flaw;
  }

  private synchronized <T> T ask(String operation, Request request, Reply<T> reply) {
    requireOpen();
    try {
      return send(operation, request, reply);
    } catch (IOException e) {
      wasCut = true;
      if (flaw == Flaw.CLOSED_WITH_A_STRANGE_ERROR && closed) {
        throw new UncheckedIOException(e);
      }
      requireOpen();
      throw new BackendUnavailableException("The server does not answer", e);
    }
  }

  private <T> T send(String operation, Request request, Reply<T> reply) throws IOException {
    Socket line = connected();
    try {
      var out = new DataOutputStream(new BufferedOutputStream(line.getOutputStream()));
      out.writeUTF(operation);
      request.write(out);
      out.flush();
      return reply.read(new DataInputStream(line.getInputStream()));
    } catch (IOException e) {
      // A late answer must not be taken for that to the next question.
      disconnect();
      throw e;
    }
  }

  private synchronized Socket connected() throws IOException {
    if (socket != null && (!socket.isClosed() || flaw == Flaw.NEVER_CONNECTS_AGAIN)) {
      return socket;
    }
    var fresh = new Socket();
    fresh.setSoTimeout(flaw == Flaw.NO_TIMEOUT ? 0 : timeoutMillis);
    fresh.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), timeoutMillis);
    socket = fresh;
    return fresh;
  }

  private synchronized void disconnect() {
    try {
      if (socket != null) {
        socket.close();
      }
    } catch (IOException e) {
      // The server notices.
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the client is closed");
    }
  }

  @Override
  public Optional<LockProvider> locks() {
    return Optional.of(this);
  }

  @Override
  public Optional<ReadinessStore> readiness() {
    return Optional.of(this);
  }

  @Override
  public Optional<MarkerStore> markers() {
    return Optional.of(this);
  }

  @Override
  public void close() {
    closed = true;
    synchronized (this) {
      boolean answers = true;
      for (SocketLease lease : leases) {
        answers = answers && lease.release();
      }
      leases.clear();
      if (flaw != Flaw.CONNECTION_LEFT_OPEN) {
        disconnect();
      }
    }
  }

  @Override
  public Guarantee guarantee() {
    return Guarantee.STRONG;
  }

  @Override
  public Optional<Guarantee> guaranteeUnasked() {
    return switch (flaw) {
      case GUARANTEE_ASKED -> {
        ping();
        yield Optional.empty();
      }
      case GUARANTEE_LESS_IN_SILENCE ->
          Optional.of(isConnected() ? Guarantee.STRONG : Guarantee.BEST_EFFORT);
      default -> Optional.of(Guarantee.STRONG);
    };
  }

  private synchronized boolean isConnected() {
    return socket != null;
  }

  @Override
  public Optional<BackendUnavailableException> waitsFor() {
    return switch (flaw) {
      case WAITS_FOR_ASKS -> ping();
      case WAITS_FOR_ITS_TURN -> inTurn();
      default -> Optional.empty();
    };
  }

  private Optional<BackendUnavailableException> ping() {
    try {
      Optional<Observed<Readiness>> unused =
          find(new RunKey(new Namespace("any"), new RunId("any")));
      return Optional.empty();
    } catch (BackendUnavailableException e) {
      return Optional.of(e);
    }
  }

  private synchronized Optional<BackendUnavailableException> inTurn() {
    return Optional.empty();
  }

  /** In one step with {@link #close}: what is won is noted before anybody closes. */
  @Override
  public synchronized Optional<Lease> tryAcquire(LockName name, Duration ttl) {
    SocketLease last = late;
    if (last != null) {
      LockSupport.parkNanos(20_000_000);
      boolean unused = last.release();
      late = null;
    }
    boolean twoSteps = flaw == Flaw.TTL_IN_A_SECOND_REQUEST;
    long token =
        ask(
            "acquire",
            o -> {
              o.writeUTF(name.namespace().value());
              o.writeUTF(name.node().map(NodeId::value).orElse(""));
              o.writeLong(twoSteps ? Duration.ofDays(1).toMillis() : ttl.toMillis());
            },
            DataInputStream::readLong);
    if (token == 0) {
      return Optional.empty();
    }
    var lease = new SocketLease(token);
    leases.add(lease);
    if (twoSteps) {
      boolean unused =
          ask(
              "expire",
              o -> {
                o.writeLong(token);
                o.writeLong(ttl.toMillis());
              },
              DataInputStream::readBoolean);
    }
    return Optional.of(lease);
  }

  private final class SocketLease implements Lease {
    private final long token;

    SocketLease(long token) {
      this.token = token;
    }

    @Override
    public long token() {
      return token;
    }

    @Override
    public boolean renew() {
      try {
        return ask("renew", o -> o.writeLong(token), DataInputStream::readBoolean);
      } catch (BackendUnavailableException e) {
        if (flaw == Flaw.SILENCE_IS_YES) {
          return true;
        }
        throw e;
      }
    }

    @Override
    public void close() {
      synchronized (SocketMemoryBackend.this) {
        if (leases.remove(this)) {
          boolean unused = release();
        }
      }
    }

    /** Whether the server answered; if not, the lock ends by itself. */
    private boolean release() {
      if (flaw == Flaw.RELEASES_LATE && late != this) {
        late = this;
        return true;
      }
      try {
        return send("release", o -> o.writeLong(token), DataInputStream::readBoolean);
      } catch (IOException e) {
        return false;
      }
    }
  }

  @Override
  public Optional<Observed<Readiness>> find(RunKey run) {
    if (flaw == Flaw.READS_FROM_MEMORY_AFTER_A_CUT && wasCut && remembered.containsKey(run)) {
      return remembered.get(run);
    }
    Optional<Observed<Readiness>> found;
    try {
      found = ask("find", o -> write(o, run), SocketMemoryBackend::readObserved);
    } catch (BackendUnavailableException e) {
      if (flaw == Flaw.SILENCE_IS_ABSENCE) {
        return Optional.empty();
      }
      throw e;
    }
    remembered.put(run, found);
    return found;
  }

  @Override
  public Optional<Observed<Readiness>> publish(Publication publication) {
    return ask(
        "publish",
        o -> {
          o.writeBoolean(publication.conditional());
          o.writeUTF(publication.expected().orElse(""));
          SocketMemoryServer.write(o, publication.next().toText());
        },
        SocketMemoryBackend::readObserved);
  }

  @Override
  public Optional<Observed<Readiness>> claim(Claim claim) {
    return ask(
        "claim",
        o -> {
          o.writeUTF(claim.expected().orElse(""));
          SocketMemoryServer.write(o, claim.next().toText());
        },
        SocketMemoryBackend::readObserved);
  }

  @Override
  public Watch watch(RunKey run, Consumer<Hint> hints) {
    requireOpen();
    return Watch.NONE;
  }

  @Override
  public boolean clear(RunKey run) {
    return ask("clear", o -> write(o, run), DataInputStream::readBoolean);
  }

  @Override
  public boolean durable() {
    return false;
  }

  @Override
  public Optional<Marker> find(MarkerKey key) {
    String text = ask("marker", o -> write(o, key), SocketMemoryServer::text);
    return Optional.of(text).filter(t -> !t.isEmpty()).map(Marker::fromText);
  }

  @Override
  public void put(Marker marker) {
    if (flaw == Flaw.MARKER_IN_TWO_REQUESTS) {
      putText(new Marker(marker.key(), marker.holder(), Map.of()));
      // Much longer than the rest of a loop of writes, so that nearly every kill falls into it.
      LockSupport.parkNanos(200_000_000);
    }
    putText(marker);
  }

  private void putText(Marker marker) {
    boolean unused =
        ask("put", o -> SocketMemoryServer.write(o, marker.toText()), DataInputStream::readBoolean);
  }

  @Override
  public boolean remove(MarkerKey key) {
    return ask("remove", o -> write(o, key), DataInputStream::readBoolean);
  }

  private static Optional<Observed<Readiness>> readObserved(DataInputStream in) throws IOException {
    String text = SocketMemoryServer.text(in);
    Duration age = Duration.ofNanos(in.readLong());
    String revision = in.readUTF();
    return Optional.of(text)
        .filter(t -> !t.isEmpty())
        .map(t -> new Observed<>(Readiness.fromText(t), age, revision));
  }

  private static void write(DataOutputStream out, RunKey run) throws IOException {
    out.writeUTF(run.namespace().value());
    out.writeUTF(run.runId().value());
  }

  private static void write(DataOutputStream out, MarkerKey key) throws IOException {
    out.writeUTF(key.namespace().value());
    out.writeUTF(key.node().value());
    out.writeUTF(key.runId().value());
  }
}
