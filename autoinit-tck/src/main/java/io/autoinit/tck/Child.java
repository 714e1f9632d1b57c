package io.autoinit.tck;

import io.autoinit.Namespace;
import io.autoinit.NodeId;
import io.autoinit.RunId;
import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendConfig;
import io.autoinit.spi.BackendProvider;
import io.autoinit.spi.Lease;
import io.autoinit.spi.LockName;
import io.autoinit.spi.LockProvider;
import io.autoinit.spi.MarkerKey;
import io.autoinit.spi.MarkerStore;
import io.autoinit.spi.Readiness;
import io.autoinit.spi.ReadinessStore;
import io.autoinit.spi.RunKey;
import java.io.DataInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;

/**
 * The main class of the process that tests kill and freeze. It takes its backend from {@link
 * ServiceLoader}, its settings and commands from standard input, so that no secret stands on a
 * command line, and ends when that input does. Each command has one line of reply.
 */
final class Child {

  /** Tells replies from whatever else a client library prints. */
  static final String REPLY = "autoinit-tck-reply ";

  private final Backend backend;
  private Lease lease = NO_LEASE;
  private volatile boolean over;

  private static final Lease NO_LEASE =
      new Lease() {
        @Override
        public long token() {
          return 0;
        }

        @Override
        public boolean renew() {
          return false;
        }

        @Override
        public void close() {}
      };

  private Child(Backend backend) {
    this.backend = backend;
  }

  /** Opens the backend, then obeys until the input ends. */
  public static void main(String[] args) throws IOException {
    try {
      var in = new DataInputStream(System.in);
      Child child = answer(() -> new Child(open(in)), opened -> "opened");
      while (child != null) {
        child.obey(List.of(in.readUTF().split(" ", -1)));
      }
    } finally {
      // Threads of a client library must not keep an orphan alive.
      Runtime.getRuntime().halt(1);
    }
  }

  private static Backend open(DataInputStream in) {
    try {
      String type = in.readUTF();
      Map<String, String> settings = new HashMap<>();
      for (int left = in.readInt(); left > 0; left--) {
        settings.put(in.readUTF(), in.readUTF());
      }
      BackendProvider provider =
          ServiceLoader.load(BackendProvider.class).stream()
              .map(ServiceLoader.Provider::get)
              .filter(p -> p.type().equals(type))
              .findFirst()
              .orElseThrow(
                  () ->
                      new IllegalStateException(
                          "ServiceLoader finds no provider of the type '%s'. Look at: META-INF/services/%s on the class path"
                              .formatted(type, BackendProvider.class.getName())));
      return provider.open(BackendConfig.of("tck", "child", provider, settings));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private void obey(List<String> command) {
    Object unused = answer(() -> result(command), Object::toString);
  }

  private Object result(List<String> command) {
    return switch (command.get(0)) {
      case "acquire" -> acquire(lock(command), Duration.ofMillis(Long.parseLong(command.get(2))));
      case "renew" -> lease.renew();
      case "publish" ->
          readiness()
              .publish(
                  new Readiness.Running(
                      new RunKey(new Namespace(command.get(1)), new RunId(command.get(2))),
                      Long.parseLong(command.get(3)),
                      "child",
                      List.of(),
                      java.util.Optional.empty(),
                      0,
                      java.util.Optional.empty()));
      case "churn" -> inBackground(() -> churn(lock(command)));
      case "clock" -> System.nanoTime();
      case "history" -> takePart(command);
      case "end" -> {
        over = true;
        yield "ended";
      }
      case "hammer" ->
          inBackground(
              () ->
                  hammer(
                      new MarkerKey(
                          new Namespace(command.get(1)),
                          new NodeId(command.get(2)),
                          new RunId(command.get(3)))));
      default -> throw new IllegalArgumentException("unknown command " + command);
    };
  }

  /** The token, 0 if the lock is held. */
  private long acquire(LockName name, Duration ttl) {
    lease = locks().tryAcquire(name, ttl).orElse(NO_LEASE);
    return lease.token();
  }

  private void churn(LockName name) {
    locks().tryAcquire(name, Kit.SHORT).ifPresent(Lease::close);
  }

  private void hammer(MarkerKey key) {
    MarkerStore markers = backend.markers().orElseThrow();
    markers.put(MarkerRules.sized(key, 200));
    markers.put(MarkerRules.sized(key, 1));
  }

  /** Does something once, then again and again until the process ends. */
  private static String inBackground(Runnable work) {
    work.run();
    var underWay = new CountDownLatch(1);
    var thread =
        new Thread(
            () -> {
              while (true) {
                work.run();
                underWay.countDown();
              }
            },
            "tck-child");
    thread.setDaemon(true);
    thread.start();
    // The caller kills it at some point of the work, not before the first.
    if (!Kit.within(Kit.PATIENCE, () -> underWay.getCount() == 0)) {
      throw new IllegalStateException("a loop of requests did not get under way");
    }
    return "started";
  }

  /** Gets and holds locks on two threads, and tells the parent what comes of it. */
  private String takePart(List<String> command) {
    var client = new HistoryWorker.Client(command.get(1), locks(), () -> false);
    int port = Integer.parseInt(command.get(2));
    long seed = Long.parseLong(command.get(3));
    List<LockName> names = command.stream().skip(4).map(Child::lockOf).toList();
    for (int i = 1; i <= 2; i++) {
      String name = "t" + i;
      long own = seed + i;
      var thread =
          new Thread(
              () -> {
                try (var scribe = new Scribe.Remote(port)) {
                  new HistoryWorker(
                          () -> client, name, HistoryWorker.LASTING, names, scribe, own, () -> over)
                      .run();
                }
              },
              "tck-history-" + name);
      thread.setDaemon(true);
      thread.start();
    }
    return "started";
  }

  /** Reads the text of a lock's name. */
  private static LockName lockOf(String text) {
    String[] part = text.split("/", -1);
    var namespace = new Namespace(part[0]);
    return part.length == 3
        ? LockName.node(namespace, new NodeId(part[2]))
        : LockName.infrastructure(namespace);
  }

  private LockProvider locks() {
    return backend.locks().orElseThrow();
  }

  private ReadinessStore readiness() {
    return backend.readiness().orElseThrow();
  }

  private static LockName lock(List<String> command) {
    return LockName.infrastructure(new Namespace(command.get(1)));
  }

  private static <T> @org.jspecify.annotations.Nullable T answer(
      Supplier<T> question, java.util.function.Function<T, String> shown) {
    try {
      T result = question.get();
      reply(shown.apply(result));
      return result;
    } catch (RuntimeException e) {
      reply("threw " + e.toString().replaceAll("\\R", " "));
      return null;
    }
  }

  private static void reply(String line) {
    System.out.println(REPLY + line);
    System.out.flush();
  }
}
