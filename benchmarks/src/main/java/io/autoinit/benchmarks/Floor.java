package io.autoinit.benchmarks;

import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** One PUBLISH to raw sockets that one selector reads: below it no release by Redis can be. */
final class Floor {

  private static final long LONGEST_MILLIS = 10_000;

  private Floor() {}

  /** Milliseconds until each of the sockets had the message, in order. */
  static double[] milliseconds(Servers servers, int nodes) throws Exception {
    List<SocketChannel> sockets = new ArrayList<>();
    InetSocketAddress redis = new InetSocketAddress(servers.redis().host(), servers.redis().port());
    try (Selector selector = Selector.open();
        Socket publisher = new Socket(servers.redis().host(), servers.redis().port())) {
      for (int i = 0; i < nodes; i++) {
        SocketChannel socket = SocketChannel.open(redis);
        sockets.add(socket);
        socket.write(bytes("SUBSCRIBE floor\r\n"));
        socket.configureBlocking(false);
        socket.register(selector, SelectionKey.OP_READ);
      }
      read(selector, nodes);
      publisher.setTcpNoDelay(true);
      long begun = System.nanoTime();
      publisher
          .getOutputStream()
          .write("PUBLISH floor ready\r\n".getBytes(StandardCharsets.US_ASCII));
      List<Long> heard = read(selector, nodes);
      return heard.stream().mapToDouble(at -> (at - begun) / 1e6).toArray();
    } finally {
      for (SocketChannel socket : sockets) {
        socket.close();
      }
    }
  }

  private static List<Long> read(Selector selector, int nodes) throws Exception {
    long deadline = System.nanoTime() + LONGEST_MILLIS * 1_000_000;
    Set<SelectionKey> told = new HashSet<>();
    List<Long> heard = new ArrayList<>();
    ByteBuffer buffer = ByteBuffer.allocate(512);
    while (heard.size() < nodes) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("%d of %d were told".formatted(heard.size(), nodes));
      }
      selector.select(100);
      for (SelectionKey key : selector.selectedKeys()) {
        buffer.clear();
        if (((SocketChannel) key.channel()).read(buffer) > 0 && told.add(key)) {
          heard.add(System.nanoTime());
        }
      }
      selector.selectedKeys().clear();
    }
    return heard;
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
  }
}
