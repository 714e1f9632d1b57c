package io.autoinit.tck;

import io.autoinit.tck.history.History;
import io.autoinit.tck.history.HistoryChecker;
import io.autoinit.tck.history.HistoryEvent;
import io.autoinit.tck.history.HistoryEvent.Gone;
import io.autoinit.tck.history.LeaseId;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;

/** Keeps the history of a run and the counters, for the threads of this and other processes. */
final class HistoryDesk implements Scribe, AutoCloseable {

  private final History history = new History();
  private final Map<String, Long> counters = new HashMap<>();
  private final Set<String> barred = new HashSet<>();
  private final Map<LeaseId, Held> held = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> got = new ConcurrentHashMap<>();
  private final ServerSocket port;
  private final Queue<Thread> visitors = new ConcurrentLinkedQueue<>();

  /** What is known of a lease while it is held. */
  private record Held(Duration ttl, long sent, boolean got) {}

  HistoryDesk() {
    try {
      port = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    daemon(this::accept);
  }

  History history() {
    return history;
  }

  int port() {
    return port.getLocalPort();
  }

  @Override
  public void note(HistoryEvent event) {
    follow(event);
    history.add(event);
  }

  /** How many leases were got by some of the clients. */
  long leases(Predicate<String> clients) {
    return got.entrySet().stream()
        .filter(client -> clients.test(client.getKey()))
        .mapToLong(client -> client.getValue().sum())
        .sum();
  }

  private void follow(HistoryEvent event) {
    if (event instanceof HistoryEvent.Asked asked) {
      held.put(asked.lease(), new Held(asked.ttl(), asked.at(), false));
    } else if (event instanceof HistoryEvent.Got given) {
      got.computeIfAbsent(given.client(), client -> new LongAdder()).increment();
      held.computeIfPresent(given.lease(), (id, h) -> new Held(h.ttl(), h.sent(), true));
    } else if (event instanceof HistoryEvent.Renewed renewed && renewed.held()) {
      // Near enough: it was sent a little earlier.
      held.computeIfPresent(renewed.lease(), (id, h) -> new Held(h.ttl(), renewed.at(), true));
    } else if (event instanceof HistoryEvent.OfLease of
        && !(event instanceof HistoryEvent.Renewing)) {
      held.remove(of.lease());
    }
  }

  /** Whether a client holds a lease that was not just got and will not just end. */
  boolean holds(String client, Duration since, Duration yet) {
    long now = System.nanoTime();
    return held.entrySet().stream()
        .filter(h -> h.getKey().client().equals(client) && h.getValue().got())
        .map(Map.Entry::getValue)
        .anyMatch(
            h ->
                now - h.sent() > since.toNanos()
                    && HistoryChecker.validUntil(h.sent(), h.ttl()) - now > yet.toNanos());
  }

  @Override
  public synchronized long read(LeaseId lease, String lock) {
    long value = counters.getOrDefault(lock, 0L);
    history.add(new HistoryEvent.Read(System.nanoTime(), lease, value));
    return value;
  }

  @Override
  public synchronized void write(LeaseId lease, String lock, long value, long notAfter) {
    long now = System.nanoTime();
    if (now - notAfter < 0 && !barred.contains(lease.client())) {
      counters.put(lock, value);
      history.add(new HistoryEvent.Wrote(now, lease, value));
    }
  }

  /** A client is about to end: nothing that it still sends counts. */
  synchronized void bar(String client, Gone.How how) {
    barred.add(client);
    history.add(new Gone(System.nanoTime(), client, how));
  }

  /** Waits until the other processes have told all; says whether they have. */
  boolean drained(Duration patience) {
    long end = System.nanoTime() + patience.toNanos();
    try {
      for (Thread visitor : visitors) {
        TimeUnit.NANOSECONDS.timedJoin(visitor, Math.max(1, end - System.nanoTime()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the test was interrupted", e);
    }
    return visitors.stream().noneMatch(Thread::isAlive);
  }

  @Override
  public void close() {
    try {
      port.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Thread daemon(Runnable work) {
    var thread = new Thread(work, "tck-history-desk");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private void accept() {
    try {
      while (true) {
        Socket visitor = port.accept();
        visitors.add(daemon(() -> serve(visitor)));
      }
    } catch (IOException e) {
      // Closed: the run is over.
    }
  }

  private void serve(Socket visitor) {
    try (visitor) {
      visitor.setTcpNoDelay(true);
      var in = new DataInputStream(new BufferedInputStream(visitor.getInputStream()));
      var out = new DataOutputStream(visitor.getOutputStream());
      while (true) {
        switch (in.readUTF()) {
          case "note" -> note(HistoryEvent.fromLine(in.readUTF()));
          case "read" -> out.writeLong(read(LeaseId.fromText(in.readUTF()), in.readUTF()));
          case "write" -> {
            write(
                LeaseId.fromText(in.readUTF()),
                in.readUTF(),
                Long.parseLong(in.readUTF()),
                Long.parseLong(in.readUTF()));
            out.writeBoolean(true);
          }
          default -> throw new IllegalStateException("the visitor speaks another language");
        }
      }
    } catch (EOFException | SocketException e) {
      // Its work is done, or it was killed.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
