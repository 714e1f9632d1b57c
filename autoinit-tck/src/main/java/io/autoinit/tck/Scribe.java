package io.autoinit.tck;

import io.autoinit.tck.history.HistoryEvent;
import io.autoinit.tck.history.LeaseId;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;

/** Where a worker tells what it does, and finds the counters that the locks guard. */
interface Scribe {

  /** Adds an event to the history; when this returns, no SIGKILL undoes it. */
  void note(HistoryEvent event);

  /** Reads the counter that a lock guards. */
  long read(LeaseId lease, String lock);

  /**
   * Writes the counter that a lock guards, unless it is too late for that: a holder that was
   * stopped between looking at the clock and writing must not spoil what its successors count. It
   * stands when this returns.
   *
   * @param notAfter a reading of {@link System#nanoTime}
   */
  void write(LeaseId lease, String lock, long value, long notAfter);

  /** A scribe in another process of this machine; for one thread. */
  final class Remote implements Scribe, AutoCloseable {

    private final Socket socket;
    private final DataInputStream in;
    private final DataOutputStream out;

    Remote(int port) {
      try {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
        out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void note(HistoryEvent event) {
      send("note", event.line());
    }

    @Override
    public long read(LeaseId lease, String lock) {
      try {
        send("read", lease.toString(), lock);
        return in.readLong();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void write(LeaseId lease, String lock, long value, long notAfter) {
      try {
        send("write", lease.toString(), lock, Long.toString(value), Long.toString(notAfter));
        // It must stand before this thread gives the lock back.
        boolean unused = in.readBoolean();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private void send(String... words) {
      try {
        for (String word : words) {
          out.writeUTF(word);
        }
        out.flush();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() {
      try {
        socket.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
