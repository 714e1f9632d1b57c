package io.autoinit.backend.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** A wire to a server that can be cut, can fall silent, and can lose an answer. */
final class Wire implements AutoCloseable {

  private final ServerSocket listening;
  private final InetSocketAddress server;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean loseNext = new AtomicBoolean();
  private final AtomicInteger lost = new AtomicInteger();
  private volatile boolean silent;

  Wire(String host, int port) throws IOException {
    this(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), host, port);
  }

  /** With a socket that talks TLS, this is where TLS ends. */
  Wire(ServerSocket listening, String host, int port) {
    this.listening = listening;
    this.server = new InetSocketAddress(host, port);
    daemon(this::accept);
  }

  String url() {
    return "redis://" + place();
  }

  String place() {
    return "127.0.0.1:" + listening.getLocalPort();
  }

  /** From now on nothing passes, of old connections and of new ones; none is closed. */
  void fallSilent() {
    silent = true;
  }

  void speakAgain() {
    silent = false;
  }

  /** Cuts every connection; new ones work. */
  void cut() {
    sockets.forEach(Wire::closeQuietly);
  }

  /** The next answer of the server does not arrive, and its connection breaks. */
  void loseNextAnswer() {
    loseNext.set(true);
  }

  int answersLost() {
    return lost.get();
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        Socket client = listening.accept();
        sockets.add(client);
        Socket upstream = new Socket();
        sockets.add(upstream);
        upstream.connect(server, 2_000);
        daemon(() -> pump(client, upstream, false));
        daemon(() -> pump(upstream, client, true));
      } catch (IOException e) {
        // A closed wire, or a server that is gone: the client's connection ends.
      }
    }
  }

  private void pump(Socket from, Socket to, boolean answers) {
    byte[] buffer = new byte[16_384];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        if (answers && loseNext.compareAndSet(true, false)) {
          lost.incrementAndGet();
          return;
        }
        if (!silent) {
          out.write(buffer, 0, count);
          out.flush();
        }
      }
    } catch (IOException e) {
      // The other side is gone; so is this one now.
      return;
    } finally {
      sockets.remove(from);
      sockets.remove(to);
    }
  }

  private static void daemon(Runnable work) {
    Thread thread = new Thread(work, "wire");
    thread.setDaemon(true);
    thread.start();
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      return;
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
    cut();
  }
}
