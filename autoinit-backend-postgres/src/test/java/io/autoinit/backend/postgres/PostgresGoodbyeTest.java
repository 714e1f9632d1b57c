package io.autoinit.backend.postgres;

import static io.autoinit.backend.postgres.Database.LONG;
import static org.assertj.core.api.Assertions.assertThat;

import io.autoinit.Namespace;
import io.autoinit.servers.TestPostgres;
import io.autoinit.spi.Lease;
import io.autoinit.spi.LockName;
import io.autoinit.spi.LockProvider;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** The end of a lease on a network where the server's side ends late. */
class PostgresGoodbyeTest {

  private static final String TOLD = "told";
  private static final String LEFT = "left";

  @Test
  void aLeaderTellsBothOfItsConnectionsBeforeItWaitsForEither() throws Exception {
    TestPostgres server = TestPostgres.shared();
    try (Database database = new Database();
        LateEnds network = new LateEnds(server.host(), server.port(), 2)) {
      LockProvider locks = locks(database, network);
      // The first makes the tables.
      locks.tryAcquire(LockName.infrastructure(new Namespace("first")), LONG).orElseThrow().close();
      Lease lease =
          locks.tryAcquire(LockName.infrastructure(new Namespace("late")), LONG).orElseThrow();
      network.endLate();

      lease.close();

      Eventually.within(
          Duration.ofSeconds(10),
          "both connections have ended",
          () -> network.events().size() == 4);
      assertThat(network.events()).containsExactly(TOLD, TOLD, LEFT, LEFT);
    }
  }

  private static LockProvider locks(Database database, LateEnds network) {
    return database.openAt("127.0.0.1", network.port(), Map.of()).locks().orElseThrow();
  }

  /**
   * Passes everything on; once asked, keeps the server's end of each connection from the client
   * until so many have said good-bye, and writes down who was told and who left.
   */
  private static final class LateEnds implements AutoCloseable {

    /** The message by which a client says good-bye, as PostgreSQL's protocol has it. */
    private static final byte[] TERMINATE = {'X', 0, 0, 0, 4};

    private static final int BUFFER = 16_384;

    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final String host;
    private final int port;
    private final int all;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final List<String> events = new CopyOnWriteArrayList<>();
    private boolean late;
    private int told;

    LateEnds(String host, int port, int all) throws IOException {
      this.host = host;
      this.port = port;
      this.all = all;
      start(this::accept);
    }

    int port() {
      return listener.getLocalPort();
    }

    synchronized void endLate() {
      late = true;
    }

    List<String> events() {
      return events;
    }

    private void accept() throws IOException {
      while (!listener.isClosed()) {
        Socket client = listener.accept();
        Socket server = new Socket(host, port);
        sockets.addAll(List.of(client, server));
        start(() -> toServer(client, server));
        start(() -> toClient(server, client));
      }
    }

    private void toServer(Socket client, Socket server) throws IOException {
      InputStream in = client.getInputStream();
      OutputStream out = server.getOutputStream();
      byte[] buffer = new byte[BUFFER];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        out.write(buffer, 0, read);
        if (endsWithTerminate(buffer, read)) {
          note(TOLD);
        }
      }
      note(LEFT);
      server.shutdownOutput();
    }

    private static boolean endsWithTerminate(byte[] buffer, int length) {
      int from = length - TERMINATE.length;
      return from >= 0 && Arrays.equals(buffer, from, length, TERMINATE, 0, TERMINATE.length);
    }

    private synchronized void note(String event) {
      if (late) {
        events.add(event);
        told += event.equals(TOLD) ? 1 : 0;
        notifyAll();
      }
    }

    private void toClient(Socket server, Socket client) throws IOException {
      server.getInputStream().transferTo(client.getOutputStream());
      awaitAll();
      client.shutdownOutput();
    }

    private synchronized void awaitAll() {
      try {
        while (late && told < all) {
          wait();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private interface Work {
      void run() throws IOException;
    }

    private static void start(Work work) {
      Thread thread =
          new Thread(
              () -> {
                try {
                  work.run();
                } catch (IOException e) {
                  // A side has gone, or the test is over.
                }
              },
              "late-ends");
      thread.setDaemon(true);
      thread.start();
    }

    @Override
    public void close() {
      try {
        listener.close();
        for (Socket socket : sockets) {
          socket.close();
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
