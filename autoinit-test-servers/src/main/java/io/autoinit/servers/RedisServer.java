package io.autoinit.servers;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** One Redis server that keeps its address until it is closed. */
interface RedisServer extends AutoCloseable {

  String host();

  int port();

  /** Starts, or starts again, and returns when the server answers. */
  void start();

  /** Asks the server to end. */
  void stop();

  /** Ends the server at once, as a power cut does. */
  void kill();

  /** Freezes the server: connections stay, and nothing answers. */
  void pause();

  /** Lets a frozen server go on. */
  void resume();

  /** What it is, for the log. */
  String origin();

  @Override
  void close();

  /** Whether the server answers, if only that it wants a password. */
  default boolean answers() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(host(), port()), 1_000);
      socket.setSoTimeout(1_000);
      socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
      InputStream in = socket.getInputStream();
      String reply = new String(in.readNBytes(5), StandardCharsets.US_ASCII);
      return reply.equals("+PONG") || reply.equals("-NOAU");
    } catch (IOException e) {
      return false;
    }
  }
}
