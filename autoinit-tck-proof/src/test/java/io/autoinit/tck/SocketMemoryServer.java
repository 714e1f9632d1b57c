package io.autoinit.tck;

import io.autoinit.Namespace;
import io.autoinit.NodeId;
import io.autoinit.RunId;
import io.autoinit.spi.Claim;
import io.autoinit.spi.Lease;
import io.autoinit.spi.LockName;
import io.autoinit.spi.LockProvider;
import io.autoinit.spi.Marker;
import io.autoinit.spi.MarkerKey;
import io.autoinit.spi.Observed;
import io.autoinit.spi.Publication;
import io.autoinit.spi.Readiness;
import io.autoinit.spi.RunKey;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** An {@link InMemoryStore} behind a port of the loopback, so that other processes reach it. */
final class SocketMemoryServer implements AutoCloseable {

  /** What such a server may get wrong, where only other processes can tell. */
  enum Flaw {
    /** None. */
    NONE,
    /** Takes a client for dead, and frees its locks, when it says nothing for a quarter second. */
    SILENCE_IS_DEATH,
    /** Counts tokens for each connection, and says that a renewed lease is held without looking. */
    OWN_TOKENS_AND_BLIND_RENEWALS,
    /** Knows no time to live. */
    NEVER_DROPS,
    /** Keeps the locks of each connection apart. */
    LOCKS_OF_EACH_CONNECTION,
    /** Forgets the highest token seen. */
    NO_FENCE
  }

  private static final int SILENCE_MILLIS = 250;

  private final InMemoryStore store = new InMemoryStore();
  private final Flaw flaw;
  private final ServerSocket port;

  /** The leases of all clients by token: a client that connects anew finds its own. */
  private final Map<Long, Lease> leases = new ConcurrentHashMap<>();

  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final InMemoryBackend client = store.open("socket");
  private int connections;

  SocketMemoryServer() throws IOException {
    this(Flaw.NONE);
  }

  SocketMemoryServer(Flaw flaw) throws IOException {
    this.flaw = flaw;
    port = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    daemon(this::accept);
  }

  int port() {
    return port.getLocalPort();
  }

  @Override
  public void close() throws IOException {
    port.close();
  }

  /** Goes and comes back, with its data. */
  void restart() {
    for (Socket socket : sockets) {
      try {
        socket.close();
      } catch (IOException e) {
        // It is closed.
      }
    }
    sockets.clear();
  }

  private static void daemon(Runnable work) {
    var thread = new Thread(work, "tck-socket-server");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = port.accept();
        sockets.add(socket);
        int connection = ++connections;
        daemon(() -> serve(socket, connection));
      }
    } catch (IOException e) {
      // Closed: the tests are over.
    }
  }

  private void serve(Socket socket, int connection) {
    // A client that goes without goodbye keeps its leases until their ttl.
    Map<Long, Lease> own = new HashMap<>();
    LockProvider locks =
        (flaw == Flaw.LOCKS_OF_EACH_CONNECTION ? new InMemoryStore().open("own") : client)
            .locks()
            .orElseThrow();
    try (socket) {
      var in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
      var out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
      if (flaw == Flaw.SILENCE_IS_DEATH) {
        socket.setSoTimeout(SILENCE_MILLIS);
      }
      while (true) {
        awaitRequest(in, own);
        answer(in, out, locks, own, connection);
        out.flush();
      }
    } catch (IOException e) {
      sockets.remove(socket);
    }
  }

  private static void awaitRequest(DataInputStream in, Map<Long, Lease> leases) throws IOException {
    while (true) {
      in.mark(1);
      try {
        int unused = in.read();
        in.reset();
        return;
      } catch (SocketTimeoutException e) {
        leases.values().forEach(Lease::close);
      }
    }
  }

  private void answer(
      DataInputStream in,
      DataOutputStream out,
      LockProvider locks,
      Map<Long, Lease> own,
      int connection)
      throws IOException {
    var readiness = client.readiness().orElseThrow();
    var markers = client.markers().orElseThrow();
    switch (in.readUTF()) {
      case "acquire" -> {
        LockName name = lockName(in);
        Duration ttl = Duration.ofMillis(in.readLong());
        Optional<Lease> lease =
            locks.tryAcquire(name, flaw == Flaw.NEVER_DROPS ? Duration.ofDays(1) : ttl);
        boolean ownTokens = flaw == Flaw.OWN_TOKENS_AND_BLIND_RENEWALS;
        long token = lease.map(l -> ownTokens ? own(connection, own) : l.token()).orElse(0L);
        lease.ifPresent(
            l -> {
              own.put(token, l);
              leases.put(token, l);
            });
        out.writeLong(token);
      }
      case "expire" -> {
        long token = in.readLong();
        Duration ttl = Duration.ofMillis(in.readLong());
        var held = (InMemoryLease) Objects.requireNonNull(leases.get(token));
        held.close();
        locks.tryAcquire(held.name(), ttl).ifPresent(l -> leases.put(token, l));
        out.writeBoolean(true);
      }
      case "renew" -> {
        boolean held = held(in).renew();
        out.writeBoolean(held || flaw == Flaw.OWN_TOKENS_AND_BLIND_RENEWALS);
      }
      case "release" -> {
        held(in).close();
        out.writeBoolean(true);
      }
      case "find" -> write(out, readiness.find(run(in)));
      case "publish" -> {
        if (flaw == Flaw.NO_FENCE) {
          store.flushReadiness();
        }
        boolean conditional = in.readBoolean();
        Optional<String> expected = Optional.of(in.readUTF()).filter(e -> !e.isEmpty());
        Readiness next = Readiness.fromText(text(in));
        write(out, readiness.publish(new Publication(next, conditional, expected)));
      }
      case "claim" -> {
        String expected = in.readUTF();
        Readiness next = Readiness.fromText(text(in));
        Optional<String> revision = Optional.of(expected).filter(e -> !e.isEmpty());
        write(out, readiness.claim(new Claim(revision, next)));
      }
      case "clear" -> out.writeBoolean(readiness.clear(run(in)));
      case "marker" -> write(out, markers.find(markerKey(in)).map(Marker::toText).orElse(""));
      case "put" -> {
        markers.put(Marker.fromText(text(in)));
        out.writeBoolean(true);
      }
      case "remove" -> out.writeBoolean(markers.remove(markerKey(in)));
      default -> throw new IOException("the client speaks another language");
    }
  }

  /** Equal to no token of another connection. */
  private static long own(int connection, Map<Long, Lease> own) {
    return (1_000L - connection) * 1_000_000 + own.size();
  }

  private Lease held(DataInputStream in) throws IOException {
    return Optional.ofNullable(leases.get(in.readLong()))
        .orElseThrow(() -> new IOException("the client never had this lease"));
  }

  private static LockName lockName(DataInputStream in) throws IOException {
    Namespace namespace = new Namespace(in.readUTF());
    String node = in.readUTF();
    return new LockName(namespace, Optional.of(node).filter(n -> !n.isEmpty()).map(NodeId::new));
  }

  private static RunKey run(DataInputStream in) throws IOException {
    return new RunKey(new Namespace(in.readUTF()), new RunId(in.readUTF()));
  }

  private static MarkerKey markerKey(DataInputStream in) throws IOException {
    return new MarkerKey(
        new Namespace(in.readUTF()), new NodeId(in.readUTF()), new RunId(in.readUTF()));
  }

  private static void write(DataOutputStream out, Optional<Observed<Readiness>> found)
      throws IOException {
    write(out, found.map(f -> f.value().toText()).orElse(""));
    out.writeLong(found.map(f -> f.age().toNanos()).orElse(0L));
    out.writeUTF(found.map(Observed::revision).orElse(""));
  }

  static void write(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  static String text(DataInputStream in) throws IOException {
    byte[] bytes = new byte[in.readInt()];
    in.readFully(bytes);
    return new String(bytes, StandardCharsets.US_ASCII);
  }
}
