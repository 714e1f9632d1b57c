package io.autoinit.core.probe;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.autoinit.ConfigurationException;
import io.autoinit.InitEvent;
import io.autoinit.InitListener;
import io.autoinit.Phase;
import io.autoinit.core.settings.ProbeAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Answers the probes of an orchestrator while the phases run: {@code /livez}, {@code /readyz},
 * {@code /startupz}, {@code /status}, {@code /metrics}. Opened when the first phase begins; nothing
 * of the port remains when it is closed. Safe for use by any thread.
 */
public final class Probes implements InitListener, AutoCloseable {

  private static final int THREADS = 4;
  private static final int LONGEST_QUEUE = 64;
  private static final int BACKLOG = 64;

  /** Ends a request that is not sent to its end, in seconds; of all servers of this kind. */
  private static final String LONGEST_REQUEST = "sun.net.httpserver.maxReqTime";

  private final ProbeAddress address;
  private final Course course;
  private final Map<String, Supplier<Answer>> paths;
  private @Nullable HttpServer server;
  private @Nullable ThreadPoolExecutor workers;

  /**
   * Prepares the server; no port is opened yet.
   *
   * @param address where it answers
   * @param silence how long a leader may go without a renewal
   * @param timeouts how long an attempt of a step may take; empty: for ever
   * @param redaction takes secrets out of a text
   */
  public Probes(
      ProbeAddress address,
      Duration silence,
      BiFunction<Phase, String, Optional<Duration>> timeouts,
      UnaryOperator<String> redaction) {
    this.address = address;
    this.course =
        new Course(
            () -> Duration.ofNanos(System.nanoTime()),
            Clock.systemUTC(),
            silence,
            timeouts,
            redaction);
    this.paths =
        Map.of(
            "/livez", course::live,
            "/readyz", course::ready,
            "/startupz", course::started,
            "/status", course::status,
            "/metrics", course::metrics);
  }

  @Override
  public void on(InitEvent event) {
    course.on(event);
  }

  /**
   * Opens the port, once.
   *
   * @throws ConfigurationException if it cannot be opened
   */
  public synchronized void open() {
    if (server != null) {
      return;
    }
    if (System.getProperty(LONGEST_REQUEST) == null) {
      System.setProperty(LONGEST_REQUEST, "5");
    }
    InetSocketAddress where =
        address
            .host()
            .map(host -> new InetSocketAddress(host, address.port()))
            .orElseGet(() -> new InetSocketAddress(address.port()));
    if (where.isUnresolved()) {
      throw refused(
          "nobody knows the address '%s'".formatted(where.getHostString()),
          "autoinit.probe-address to an address of this machine");
    }
    try {
      HttpServer opened = HttpServer.create(where, BACKLOG);
      workers = workers();
      opened.setExecutor(workers);
      opened.createContext("/", this::handle);
      // Its dispatcher is a daemon if the thread is that starts it.
      Thread starter = new Thread(opened::start, "autoinit-probes");
      starter.setDaemon(true);
      starter.start();
      server = opened;
    } catch (IOException e) {
      throw refused(
          String.valueOf(e.getMessage()),
          "autoinit.probe-port or autoinit.probe-address to what is free here, and open to this user");
    }
  }

  private ConfigurationException refused(String reason, String what) {
    return new ConfigurationException(
        List.of(
            "The probes cannot be answered at %s:%d: %s; set %s"
                .formatted(address.host().orElse("*"), address.port(), reason, what)));
  }

  private static ThreadPoolExecutor workers() {
    ThreadPoolExecutor workers =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            5,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(LONGEST_QUEUE),
            work -> {
              Thread thread = new Thread(work, "autoinit-probe");
              thread.setDaemon(true);
              return thread;
            });
    workers.allowCoreThreadTimeOut(true);
    return workers;
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Answer answer = answer(exchange.getRequestMethod(), exchange.getRequestURI().getPath());
      byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", answer.type());
      exchange.getResponseHeaders().set("Cache-Control", "no-store");
      if (answer.code() == 405) {
        exchange.getResponseHeaders().set("Allow", "GET, HEAD");
      }
      boolean head = exchange.getRequestMethod().equals("HEAD");
      exchange.sendResponseHeaders(answer.code(), head ? -1 : body.length);
      if (!head) {
        exchange.getResponseBody().write(body);
      }
    }
  }

  private Answer answer(String method, String path) {
    if (!method.equals("GET") && !method.equals("HEAD")) {
      return Answer.plain(405, "only GET and HEAD are answered");
    }
    Supplier<Answer> known = paths.get(path);
    return known == null
        ? Answer.plain(404, "there are /livez, /readyz, /startupz, /status and /metrics")
        : known.get();
  }

  /** Closes the port and every connection. Idempotent. */
  @Override
  public synchronized void close() {
    if (server != null) {
      server.stop(0);
      server = null;
    }
    if (workers != null) {
      workers.shutdownNow();
    }
  }
}
