package io.autoinit.backend.postgres;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.HashSet;
import java.util.Set;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Sockets that, after a good-bye, wait until the server has really gone. Without that a process
 * which opens and closes one connection after another takes many on a busy server at once: those
 * that are still ending count too, and {@link Gate} would bound nothing.
 *
 * <p>Public for the driver alone, which makes it by name. Safe for use by any thread.
 */
public final class GoodbyeSockets extends SocketFactory {

  private static final int LONGEST_WAIT_MILLIS = 1000;
  private static final int BUFFER = 512;

  /** The sockets that a thread which says good-bye would close; null for all others. */
  private static final ThreadLocal<@Nullable Set<PatientSocket>> LEFT = new ThreadLocal<>();

  /** Made by the driver. */
  public GoodbyeSockets() {}

  /** A server that was told good-bye. */
  interface Farewell {

    /** Nobody was told. */
    Farewell NONE = () -> {};

    /** Waits until the server has gone, but not for long; to be called once. */
    void await();
  }

  /** Says good-bye and does not wait yet, so that several servers can be told first. */
  static Farewell sayGoodbye(AutoCloseable connection) {
    Set<PatientSocket> left = new HashSet<>();
    LEFT.set(left);
    try {
      connection.close();
    } catch (Exception e) {
      // It is gone already, all but the socket.
    } finally {
      LEFT.remove();
    }
    return () -> left.forEach(PatientSocket::awaitEnd);
  }

  @Override
  public Socket createSocket() {
    return new PatientSocket();
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    return new Socket(host, port);
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress localHost, int localPort)
      throws IOException {
    return new Socket(host, port, localHost, localPort);
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    return new Socket(host, port);
  }

  @Override
  public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort)
      throws IOException {
    return new Socket(address, port, localAddress, localPort);
  }

  private static final class PatientSocket extends Socket {

    /** Not synchronized: who cuts the connection must not wait behind a good-bye. */
    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized")
    public void close() throws IOException {
      Set<PatientSocket> left = LEFT.get();
      if (left != null && isConnected() && !isClosed()) {
        left.add(this);
      } else {
        super.close();
      }
    }

    private void awaitEnd() {
      long deadline = System.nanoTime() + LONGEST_WAIT_MILLIS * 1_000_000L;
      try (this) {
        setSoTimeout(LONGEST_WAIT_MILLIS);
        byte[] nothing = new byte[BUFFER];
        while (getInputStream().read(nothing) >= 0 && System.nanoTime() < deadline) {
          // What the server still says is of no interest.
        }
      } catch (IOException e) {
        // It has gone, or takes too long.
      }
    }
  }
}
