package io.autoinit.backend.postgres;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.SocketFactory;

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
  private static final ThreadLocal<Boolean> SAYING_GOODBYE = ThreadLocal.withInitial(() -> false);

  /** Made by the driver. */
  public GoodbyeSockets() {}

  /** Ends a connection; sockets that this closes wait for the server. */
  static void sayGoodbye(AutoCloseable connection) throws Exception {
    SAYING_GOODBYE.set(true);
    try {
      connection.close();
    } finally {
      SAYING_GOODBYE.remove();
    }
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
      if (SAYING_GOODBYE.get() && isConnected() && !isClosed()) {
        SAYING_GOODBYE.set(false);
        awaitEnd();
      }
      super.close();
    }

    private void awaitEnd() {
      long deadline = System.nanoTime() + LONGEST_WAIT_MILLIS * 1_000_000L;
      try {
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
