package io.autoinit.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TestRedisTest {

  @Test
  void aServerAnswersAndTakesItsConfiguration() throws IOException {
    try (TestRedis redis = TestRedis.start("requirepass opensesame")) {
      assertThat(ask(redis, "PING")).startsWith("-NOAUTH");
      assertThat(ask(redis, "AUTH opensesame")).isEqualTo("+OK");
    }
  }

  @Test
  void aServerComesBackAtTheSameAddress() throws IOException {
    try (TestRedis redis = TestRedis.start()) {
      int port = redis.port();
      redis.kill();
      assertThatThrownBy(() -> ask(redis, "PING")).isInstanceOf(IOException.class);
      redis.restart();
      assertThat(redis.port()).isEqualTo(port);
      assertThat(ask(redis, "PING")).isEqualTo("+PONG");
    }
  }

  @Test
  void aFrozenServerKeepsSilentUntilItIsResumed() throws IOException {
    try (TestRedis redis = TestRedis.start()) {
      redis.pause();
      assertThatThrownBy(() -> ask(redis, "PING")).isInstanceOf(SocketTimeoutException.class);
      redis.resume();
      assertThat(ask(redis, "PING")).isEqualTo("+PONG");
    }
  }

  @Test
  void aClosedServerIsGone() {
    TestRedis redis = TestRedis.start();
    redis.close();
    redis.close();
    assertThatThrownBy(() -> ask(redis, "PING")).isInstanceOf(IOException.class);
  }

  private static String ask(TestRedis redis, String command) throws IOException {
    try (Socket socket = new Socket(redis.host(), redis.port())) {
      socket.setSoTimeout(1_000);
      socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
      String line =
          new BufferedReader(
                  new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
              .readLine();
      if (line == null) {
        throw new IOException("closed");
      }
      return line;
    }
  }
}
