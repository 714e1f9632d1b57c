package io.autoinit.tck;

import io.autoinit.NodeId;
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
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** A client of a {@link SocketMemoryServer}: no hints, and no notice of a client's death. */
final class SocketMemoryBackend implements Backend, LockProvider, ReadinessStore, MarkerStore {

  private interface Request {
    void write(DataOutputStream out) throws IOException;
  }

  private interface Reply<T> {
    T read(DataInputStream in) throws IOException;
  }

  private final Socket socket;
  private final DataInputStream in;
  private final DataOutputStream out;
  private final Set<SocketLease> leases = ConcurrentHashMap.newKeySet();
  private boolean closed;

  SocketMemoryBackend(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new DataInputStream(socket.getInputStream());
    this.out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
  }

  private synchronized <T> T ask(String operation, Request request, Reply<T> reply) {
    if (closed) {
      throw new IllegalStateException("the client is closed");
    }
    try {
      out.writeUTF(operation);
      request.write(out);
      out.flush();
      return reply.read(in);
    } catch (IOException e) {
      throw new BackendUnavailableException("The server does not answer", e);
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
  public synchronized void close() {
    if (closed) {
      return;
    }
    leases.forEach(SocketLease::close);
    closed = true;
    try {
      socket.close();
    } catch (IOException e) {
      // The server notices.
    }
  }

  @Override
  public Guarantee guarantee() {
    return Guarantee.STRONG;
  }

  @Override
  public Optional<Lease> tryAcquire(LockName name, Duration ttl) {
    long token =
        ask(
            "acquire",
            o -> {
              o.writeUTF(name.namespace().value());
              o.writeUTF(name.node().map(NodeId::value).orElse(""));
              o.writeLong(ttl.toMillis());
            },
            DataInputStream::readLong);
    if (token == 0) {
      return Optional.empty();
    }
    var lease = new SocketLease(token);
    leases.add(lease);
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
      return ask("renew", o -> o.writeLong(token), DataInputStream::readBoolean);
    }

    @Override
    public void close() {
      if (leases.remove(this)) {
        boolean unused = ask("release", o -> o.writeLong(token), DataInputStream::readBoolean);
      }
    }
  }

  @Override
  public Optional<Observed<Readiness>> find(RunKey run) {
    return ask("find", o -> write(o, run), SocketMemoryBackend::readObserved);
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
  public synchronized Watch watch(RunKey run, Consumer<Hint> hints) {
    if (closed) {
      throw new IllegalStateException("the client is closed");
    }
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
