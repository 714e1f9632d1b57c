package io.autoinit.tck;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A network that fails on demand: listens on the loopback and passes what comes to a server, until
 * told to cut it, lose it, hold it or slow it down. Works in front of anything that talks TCP.
 *
 * <pre>{@code
 * try (TcpProxy proxy = TcpProxy.to(server.host(), server.port())) {
 *   var client = connect(proxy.host(), proxy.port());
 *   proxy.blackHole();
 *   ...
 *   proxy.heal();
 * }
 * }</pre>
 *
 * <p>A fault is for all connections, those that are open and those to come, until {@link #heal} or
 * the next fault. Connections are never closed by losing bytes alone, as in a real network; but one
 * that lost some is ended by {@link #heal}, since a stream with a hole is none. Safe for use by any
 * thread; its own threads are daemons and end with it.
 */
public final class TcpProxy implements AutoCloseable {

  /** What happens to bytes on their way. */
  private enum Fate {
    PASS,
    LOSE,
    HOLD
  }

  private static final Duration LONGEST_ACCEPT = Duration.ofSeconds(5);

  private final ServerSocket listener;
  private final Thread acceptor;
  private final InetSocketAddress server;
  private final Set<Link> links = ConcurrentHashMap.newKeySet();

  // All below is guarded by this.
  private Fate requests = Fate.PASS;
  private Fate replies = Fate.PASS;
  private boolean refusing;
  private Duration delay = Duration.ZERO;
  private int repliesUntilLoss;
  private int repliesLost;
  private int accepted;
  private boolean closed;

  private TcpProxy(ServerSocket listener, InetSocketAddress server) {
    this.listener = listener;
    this.server = server;
    this.acceptor = start(this::accept);
  }

  /**
   * Starts a proxy on a free port of the loopback.
   *
   * @param host where the server listens
   * @param port where the server listens
   * @return the proxy, healthy, to be closed by the caller
   */
  public static TcpProxy to(String host, int port) {
    try {
      return behind(new ServerSocket(0, 100, InetAddress.getLoopbackAddress()), host, port);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Starts a proxy on a socket of the caller's own, for example one that ends TLS.
   *
   * @param listener where clients come in; closed with the proxy
   * @param host where the server listens
   * @param port where the server listens
   * @return the proxy, healthy, to be closed by the caller
   */
  public static TcpProxy behind(ServerSocket listener, String host, int port) {
    return new TcpProxy(listener, new InetSocketAddress(host, port));
  }

  /**
   * Where clients connect.
   *
   * @return the numeric address of the loopback
   */
  public String host() {
    return "127.0.0.1";
  }

  /**
   * Where clients connect.
   *
   * @return the port, the same for the life of the proxy
   */
  public int port() {
    return listener.getLocalPort();
  }

  /** Ends every open connection, once; new ones work. */
  public void cut() {
    links.forEach(Link::end);
  }

  /** Ends every open connection, and each new one as soon as it is made. */
  public void refuse() {
    synchronized (this) {
      refusing = true;
    }
    cut();
  }

  /** Loses everything, both ways, also the end of a connection. New ones are made, and silent. */
  public void blackHole() {
    set(Fate.LOSE, Fate.LOSE);
  }

  /** Half open: the server gets what clients send, and does it, but nothing comes back. */
  public void loseReplies() {
    set(Fate.PASS, Fate.LOSE);
  }

  /** Half open the other way: clients hear the server, which hears nothing. */
  public void loseRequests() {
    set(Fate.LOSE, Fate.PASS);
  }

  /** Stops everything on its way, both ways; {@link #heal} delivers it late but whole. */
  public void hold() {
    set(Fate.HOLD, Fate.HOLD);
  }

  /**
   * Slows everything down.
   *
   * @param each how long each piece of what is sent takes longer, each way
   */
  public synchronized void delay(Duration each) {
    delay = each;
  }

  /**
   * Loses one piece of what the server sends, as large as it arrives, and ends its connection. With
   * 1, 2, 3 and so on this breaks a conversation at every point.
   *
   * @param number which one from now on, over all connections; 1 is the next
   */
  public synchronized void loseReply(int number) {
    repliesUntilLoss = number;
  }

  /**
   * How often {@link #loseReply} took effect.
   *
   * @return the count since the start
   */
  public synchronized int repliesLost() {
    return repliesLost;
  }

  /** Ends all faults. What was held arrives; connections that lost something end. */
  public void heal() {
    set(Fate.PASS, Fate.PASS);
    synchronized (this) {
      refusing = false;
      delay = Duration.ZERO;
      repliesUntilLoss = 0;
    }
    links.stream().filter(link -> link.torn).forEach(Link::end);
  }

  /**
   * How many connections clients made.
   *
   * @return the count since the start
   */
  public synchronized int accepted() {
    return accepted;
  }

  /**
   * How many connections clients have open: neither did they close them, nor the server or this
   * proxy.
   *
   * @return the count now
   */
  public int open() {
    return (int) links.stream().filter(link -> !link.clientGone).count();
  }

  /** Ends every connection and the proxy. Idempotent. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    try {
      listener.close();
    } catch (IOException e) {
      // It is closed.
    }
    // The port takes connections until the thread that waits on it has left.
    try {
      acceptor.join(LONGEST_ACCEPT.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    cut();
  }

  private synchronized void set(Fate ofRequests, Fate ofReplies) {
    requests = ofRequests;
    replies = ofReplies;
    notifyAll();
  }

  private static Thread start(Runnable work) {
    Thread thread = new Thread(work, "tck-proxy");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Link link = new Link(listener.accept());
        links.add(link);
        if (welcome()) {
          Thread unused = start(link::requests);
        } else {
          link.end();
        }
      } catch (IOException e) {
        // Closed, or a connection that ended before it began.
      }
    }
  }

  private synchronized boolean welcome() {
    accepted++;
    return !refusing && !closed;
  }

  /** One connection of a client, and the one to the server that belongs to it. */
  private final class Link {

    private final Socket client;
    private final Socket upstream = new Socket();
    private volatile boolean torn;
    private volatile boolean clientGone;
    private volatile boolean over;

    Link(Socket client) {
      this.client = client;
    }

    void requests() {
      boolean connected = false;
      try {
        client.setTcpNoDelay(true);
        connected = passes(true);
        if (connected) {
          upstream.connect(server, 5_000);
          upstream.setTcpNoDelay(true);
          Thread unused = start(this::replies);
        }
        pump(client.getInputStream(), connected ? upstream.getOutputStream() : null, true);
      } catch (IOException e) {
        // The end of one side, or no server.
      }
      clientGone = true;
      if (passes(true)) {
        end();
      }
    }

    void replies() {
      try {
        pump(upstream.getInputStream(), client.getOutputStream(), false);
      } catch (IOException e) {
        // The end of one side.
      }
      if (passes(false)) {
        end();
      }
    }

    private void pump(InputStream in, @Nullable OutputStream out, boolean ofClient)
        throws IOException {
      byte[] buffer = new byte[16_384];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        if (!ofClient && isToBeLost()) {
          end();
        } else if (passes(ofClient) && out != null) {
          out.write(buffer, 0, count);
          out.flush();
        }
      }
    }

    private boolean isToBeLost() {
      synchronized (TcpProxy.this) {
        if (repliesUntilLoss == 0 || --repliesUntilLoss > 0) {
          return false;
        }
        repliesLost++;
        return true;
      }
    }

    /** Waits as long as it takes; whether what comes from one side reaches the other. */
    private boolean passes(boolean ofClient) {
      try {
        synchronized (TcpProxy.this) {
          long end = System.nanoTime() + delay.toNanos();
          for (long left = delay.toNanos(); left > 0 && !over; left = end - System.nanoTime()) {
            TcpProxy.this.wait(left / 1_000_000, (int) (left % 1_000_000));
          }
          while (fate(ofClient) == Fate.HOLD && !over) {
            TcpProxy.this.wait();
          }
          if (fate(ofClient) == Fate.LOSE) {
            torn = true;
            return false;
          }
          // What was held when the connection ended is lost with it.
          return !over;
        }
      } catch (InterruptedException e) {
        return false;
      }
    }

    private Fate fate(boolean ofClient) {
      return ofClient ? requests : replies;
    }

    void end() {
      clientGone = true;
      links.remove(this);
      synchronized (TcpProxy.this) {
        over = true;
        TcpProxy.this.notifyAll();
      }
      for (Socket socket : List.of(client, upstream)) {
        try {
          socket.close();
        } catch (IOException e) {
          // It is closed.
        }
      }
    }
  }
}
