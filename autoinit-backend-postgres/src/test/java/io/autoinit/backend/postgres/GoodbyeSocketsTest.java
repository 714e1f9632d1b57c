package io.autoinit.backend.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.autoinit.backend.postgres.GoodbyeSockets.Farewell;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** What is waited for after a good-bye. */
class GoodbyeSocketsTest {

  @Test
  void aServerIsWaitedForUntilItHasGone() throws Exception {
    ExecutorService threads = Executors.newSingleThreadExecutor();
    try (ServerSocket listener = new ServerSocket(0, 2, InetAddress.getLoopbackAddress());
        Socket client = connected(listener);
        Socket server = listener.accept()) {
      Farewell farewell = GoodbyeSockets.sayGoodbye(client);
      assertThat(client.isClosed()).isFalse();
      Future<?> waiting = threads.submit(farewell::await);
      assertThatThrownBy(() -> waiting.get(200, TimeUnit.MILLISECONDS))
          .isInstanceOf(TimeoutException.class);

      end(server);

      waiting.get();
      assertThat(client.isClosed()).isTrue();
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void aServerThatStaysIsLeftAfterAWhile() throws Exception {
    try (ServerSocket listener = new ServerSocket(0, 2, InetAddress.getLoopbackAddress());
        Socket client = connected(listener);
        Socket server = listener.accept()) {
      Farewell farewell =
          GoodbyeSockets.sayGoodbye(
              () -> {
                end(client);
                throw new IOException("the connection was broken before");
              });
      farewell.await();
      assertThat(client.isClosed()).isTrue();
      assertThat(server.getInputStream().read()).isEqualTo(-1);
    }
  }

  private static void end(Socket socket) throws IOException {
    socket.close();
  }

  private static Socket connected(ServerSocket listener) throws IOException {
    Socket client = new GoodbyeSockets().createSocket();
    client.connect(listener.getLocalSocketAddress());
    return client;
  }
}
