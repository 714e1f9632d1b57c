package io.autoinit.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each fault of the proxy, seen from both sides. */
class TcpProxyTest {

  /** What the server, which answers each byte with the same one, was sent. */
  private final Queue<Integer> heard = new ConcurrentLinkedQueue<>();

  private final List<Socket> clients = new ArrayList<>();
  private ServerSocket echo;
  private TcpProxy proxy;

  private Thread server = new Thread();

  @BeforeEach
  void start() throws IOException {
    echo = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    server = new Thread(this::serve, "echo");
    server.setDaemon(true);
    server.start();
    proxy = TcpProxy.to("127.0.0.1", echo.getLocalPort());
  }

  @AfterEach
  void stop() throws IOException {
    for (Socket client : clients) {
      client.close();
    }
    proxy.close();
    echo.close();
  }

  private void serve() {
    try {
      while (true) {
        Socket socket = echo.accept();
        Thread thread = new Thread(() -> answer(socket), "echo-connection");
        thread.setDaemon(true);
        thread.start();
      }
    } catch (IOException e) {
      // The test is over.
    }
  }

  private void answer(Socket socket) {
    try (socket) {
      for (int got = socket.getInputStream().read();
          got >= 0;
          got = socket.getInputStream().read()) {
        heard.add(got);
        socket.getOutputStream().write(got);
      }
    } catch (IOException e) {
      // The client is gone.
    }
  }

  private Socket client() throws IOException {
    Socket client = new Socket(proxy.host(), proxy.port());
    client.setSoTimeout(5_000);
    clients.add(client);
    return client;
  }

  private static int ask(Socket client, int value) throws IOException {
    client.getOutputStream().write(value);
    return client.getInputStream().read();
  }

  private static void assertSilent(Socket client) throws IOException {
    client.setSoTimeout(200);
    assertThatThrownBy(() -> client.getInputStream().read())
        .isInstanceOf(SocketTimeoutException.class);
    client.setSoTimeout(5_000);
  }

  private static void assertEnded(Socket client) {
    assertThat(hasEnded(client)).isTrue();
  }

  private static boolean hasEnded(Socket client) {
    try {
      return ask(client, 0) < 0;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  @Test
  void what_is_healthy_passes_and_is_counted() throws IOException {
    Socket first = client();
    Socket second = client();
    assertThat(ask(first, 1)).isEqualTo(1);
    assertThat(ask(second, 2)).isEqualTo(2);
    assertThat(proxy.accepted()).isEqualTo(2);
    assertThat(proxy.open()).isEqualTo(2);
    first.close();
    assertThat(Kit.within(Kit.PATIENCE, () -> proxy.open() == 1)).isTrue();
    assertThat(proxy.accepted()).isEqualTo(2);
  }

  @Test
  void a_cut_ends_what_is_open_and_lets_new_connections_in() throws IOException {
    Socket before = client();
    assertThat(ask(before, 1)).isEqualTo(1);
    proxy.cut();
    assertEnded(before);
    assertThat(ask(client(), 2)).isEqualTo(2);
  }

  @Test
  void who_is_refused_gets_in_once_the_network_is_healed() throws IOException {
    Socket before = client();
    assertThat(ask(before, 1)).isEqualTo(1);
    proxy.refuse();
    assertEnded(before);
    assertEnded(client());
    proxy.heal();
    assertThat(ask(client(), 2)).isEqualTo(2);
    assertThat(heard).containsExactly(1, 2);
  }

  @Test
  void a_black_hole_loses_both_ways_on_old_and_new_connections_and_ends_none() throws IOException {
    Socket before = client();
    assertThat(ask(before, 1)).isEqualTo(1);
    proxy.blackHole();
    Socket during = client();
    before.getOutputStream().write(2);
    during.getOutputStream().write(3);
    assertSilent(before);
    assertSilent(during);
    assertThat(heard).containsExactly(1);
    proxy.heal();
    assertEnded(before);
    assertEnded(during);
    assertThat(ask(client(), 4)).isEqualTo(4);
  }

  @Test
  void a_connection_that_lost_nothing_outlives_a_black_hole() throws IOException {
    Socket quiet = client();
    assertThat(ask(quiet, 1)).isEqualTo(1);
    proxy.blackHole();
    assertSilent(quiet);
    proxy.heal();
    assertThat(ask(quiet, 2)).isEqualTo(2);
  }

  @Test
  void lost_replies_are_of_requests_that_were_done() throws IOException {
    Socket client = client();
    assertThat(ask(client, 1)).isEqualTo(1);
    proxy.loseReplies();
    client.getOutputStream().write(2);
    assertThat(Kit.within(Kit.PATIENCE, () -> heard.contains(2))).isTrue();
    assertSilent(client);
    proxy.heal();
    assertEnded(client);
  }

  @Test
  void lost_requests_are_never_done() throws IOException {
    Socket client = client();
    assertThat(ask(client, 1)).isEqualTo(1);
    proxy.loseRequests();
    client.getOutputStream().write(2);
    assertSilent(client);
    assertThat(heard).containsExactly(1);
  }

  @Test
  void what_was_held_arrives_late_and_whole() throws IOException {
    Socket client = client();
    assertThat(ask(client, 1)).isEqualTo(1);
    proxy.hold();
    Socket during = client();
    during.getOutputStream().write(2);
    client.getOutputStream().write(3);
    assertSilent(client);
    assertThat(heard).containsExactly(1);
    proxy.heal();
    assertThat(client.getInputStream().read()).isEqualTo(3);
    assertThat(during.getInputStream().read()).isEqualTo(2);
  }

  @Test
  void a_delay_counts_each_way() throws IOException {
    Socket client = client();
    assertThat(ask(client, 1)).isEqualTo(1);
    proxy.delay(Duration.ofMillis(100));
    long begun = System.nanoTime();
    assertThat(ask(client, 2)).isEqualTo(2);
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofMillis(199));
  }

  @Test
  void the_reply_to_be_lost_is_lost_with_its_connection_and_no_other() throws IOException {
    Socket client = client();
    proxy.loseReply(2);
    assertThat(ask(client, 1)).isEqualTo(1);
    assertThat(proxy.repliesLost()).isZero();
    assertThat(ask(client, 2)).isNegative();
    assertThat(proxy.repliesLost()).isEqualTo(1);
    assertThat(heard).containsExactly(1, 2);
    assertThat(ask(client(), 3)).isEqualTo(3);
  }

  @Test
  void without_a_server_a_connection_ends() throws Exception {
    echo.close();
    // Its port takes connections until the thread that waits on it has left.
    server.join();
    assertEnded(client());
  }

  @Test
  void closing_ends_connections_and_threads() throws IOException {
    Socket client = client();
    assertThat(ask(client, 1)).isEqualTo(1);
    proxy.hold();
    client.getOutputStream().write(2);
    proxy.close();
    proxy.close();
    assertEnded(client);
    assertThatThrownBy(this::client).isInstanceOf(IOException.class);
    assertThat(proxy.open()).isZero();
  }
}
