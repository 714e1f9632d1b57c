package io.autoinit.backend.postgres;

import io.autoinit.servers.TestPostgres;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A pooler in transaction mode, as pgbouncer is one: a client gets a server connection for each
 * transaction, by the status that ReadyForQuery tells. A client logs in at the server by itself;
 * the connection that it used for that goes to the pool for everybody.
 */
final class StandInPooler implements Pooler {

  private static final int SSL_REQUEST = 80877103;
  private static final int GSS_REQUEST = 80877104;
  private static final int AUTHENTICATION_OK = 0;
  private static final int SASL_FINAL = 12;

  private final ServerSocket listener;
  private final TestPostgres server;
  private final BlockingDeque<Wire> pool = new LinkedBlockingDeque<>(SERVER_CONNECTIONS);
  private final Set<Wire> open = ConcurrentHashMap.newKeySet();

  StandInPooler(TestPostgres server) throws IOException {
    this.server = server;
    this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    start(this::accept);
  }

  @Override
  public String name() {
    return "stand-in";
  }

  @Override
  public int port() {
    return listener.getLocalPort();
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(work, "pooler");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Wire client = wire(listener.accept());
        start(() -> serve(client));
      } catch (IOException e) {
        return;
      }
    }
  }

  private Wire wire(Socket socket) throws IOException {
    Wire wire = new Wire(socket);
    open.add(wire);
    return wire;
  }

  private void serve(Wire client) {
    try {
      if (logIn(client)) {
        transactions(client);
      }
    } catch (IOException | InterruptedException e) {
      // The client or the server has gone.
    } finally {
      end(client);
    }
  }

  private boolean logIn(Wire client) throws IOException {
    byte[] startup = client.readStartup();
    while (Wire.number(startup, 0) == SSL_REQUEST || Wire.number(startup, 0) == GSS_REQUEST) {
      client.out.write('N');
      client.out.flush();
      startup = client.readStartup();
    }
    Wire connection = wire(new Socket(server.host(), server.port()));
    connection.writeStartup(startup);
    while (true) {
      Message message = connection.read();
      if (message.type == 'Z') {
        giveBack(connection);
        client.write(message);
        return true;
      }
      client.write(message);
      if (message.type == 'E') {
        end(connection);
        return false;
      }
      int asks = message.type == 'R' ? Wire.number(message.body, 0) : AUTHENTICATION_OK;
      if (asks != AUTHENTICATION_OK && asks != SASL_FINAL) {
        connection.write(client.read());
      }
    }
  }

  private void transactions(Wire client) throws IOException, InterruptedException {
    Wire connection = null;
    try {
      while (true) {
        Message message = client.read();
        if (message.type == 'X') {
          return;
        }
        if (connection == null) {
          connection = pool.pollFirst(10, TimeUnit.SECONDS);
          if (connection == null) {
            throw new IOException("no server connection");
          }
        }
        connection.write(message);
        if (message.type == 'Q' || message.type == 'S') {
          Message ready = relay(connection, client);
          if (ready.body[0] == 'I') {
            giveBack(connection);
            connection = null;
          }
          client.write(ready);
        }
      }
    } finally {
      // A client that leaves in the middle of a transaction takes the connection with it.
      end(connection);
    }
  }

  /** Passes answers on until the server is ready again, but for the word that it is. */
  private static Message relay(Wire connection, Wire client) throws IOException {
    Message message = connection.read();
    while (message.type != 'Z') {
      client.write(message);
      message = connection.read();
    }
    return message;
  }

  /** Before the client hears that it is ready: what it asks next finds the connection here. */
  private void giveBack(Wire connection) {
    if (!pool.offerFirst(connection)) {
      end(connection);
    }
  }

  private void end(@Nullable Wire wire) {
    if (wire != null) {
      open.remove(wire);
      wire.close();
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    open.forEach(Wire::close);
  }

  /** One message of the protocol. */
  private static final class Message {

    private final char type;
    private final byte[] body;

    Message(char type, byte[] body) {
      this.type = type;
      this.body = body;
    }
  }

  /** One side of a connection, message by message. */
  private static final class Wire {

    private final Socket socket;
    private final DataInputStream in;
    private final DataOutputStream out;

    Wire(Socket socket) throws IOException {
      this.socket = socket;
      socket.setTcpNoDelay(true);
      this.in = new DataInputStream(new java.io.BufferedInputStream(socket.getInputStream()));
      this.out = new DataOutputStream(new java.io.BufferedOutputStream(socket.getOutputStream()));
    }

    static int number(byte[] bytes, int at) {
      return java.nio.ByteBuffer.wrap(bytes).getInt(at);
    }

    byte[] readStartup() throws IOException {
      return in.readNBytes(in.readInt() - Integer.BYTES);
    }

    void writeStartup(byte[] body) throws IOException {
      out.writeInt(body.length + Integer.BYTES);
      out.write(body);
      out.flush();
    }

    Message read() throws IOException {
      char type = (char) in.readUnsignedByte();
      return new Message(type, readStartup());
    }

    void write(Message message) throws IOException {
      out.writeByte(message.type);
      writeStartup(message.body);
    }

    void close() {
      try {
        socket.close();
      } catch (IOException e) {
        // It is closed.
      }
    }
  }
}
