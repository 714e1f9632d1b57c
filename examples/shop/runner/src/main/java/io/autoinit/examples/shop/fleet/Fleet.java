package io.autoinit.examples.shop.fleet;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** The replicas, from their start to their end. */
final class Fleet implements AutoCloseable {

  private static final String SERVES = "shop serves at ";
  private static final Duration PATIENCE_AT_END = Duration.ofSeconds(4);
  private static final String SHOP = "io.autoinit.examples.shop.ShopService";

  private final Built built;
  private final Servers servers;
  private final Path directory;
  private final Scenario scenario;
  private final Story story;
  private final List<Replica> replicas = new ArrayList<>();
  private final Object changed = new Object();
  private final long began = System.nanoTime();
  private final Instant beganAt = Instant.now();

  Fleet(Built built, Servers servers, Path directory, Scenario scenario, Story story) {
    this.built = built;
    this.servers = servers;
    this.directory = directory;
    this.scenario = scenario;
    this.story = story;
  }

  /** Starts all replicas at once; half of them have a volume of their own, the others share one. */
  void start(int number) {
    int own = number / 2;
    for (int i = 1; i <= own; i++) {
      start("own-" + i, "volume-own-" + i, false);
    }
    for (int i = 1; i <= number - own; i++) {
      start("shared-" + i, "volume-shared", true);
    }
  }

  List<Replica> replicas() {
    return replicas;
  }

  Duration now() {
    return Duration.ofNanos(System.nanoTime() - began);
  }

  Instant beganAt() {
    return beganAt;
  }

  private void start(String name, String volume, boolean shares) {
    try {
      Path home = Files.createDirectory(directory.resolve(name));
      Files.createDirectories(directory.resolve(volume));
      ProcessBuilder builder =
          new ProcessBuilder(
              built.autoinit().toString(),
              "run",
              "--json",
              "--",
              Built.javaHome().resolve("bin/java").toString(),
              "-Xmx64m",
              "-XX:+UseSerialGC",
              "-XX:TieredStopAtLevel=1",
              "-cp",
              built.shop(),
              SHOP);
      builder.directory(home.toFile());
      Map<String, String> environment = builder.environment();
      environment.keySet().removeIf(key -> key.startsWith("AUTOINIT_") || key.startsWith("SHOP_"));
      environment.putAll(environment(name, directory.resolve(volume)));
      Process process = builder.start();
      Replica replica = new Replica(name, shares, process);
      replicas.add(replica);
      process.getOutputStream().close();
      follow(
          name + "-out",
          process.getInputStream(),
          line -> hear(replica, line),
          () -> endOf(replica));
      follow(name + "-err", process.getErrorStream(), line -> complain(replica, line), () -> {});
    } catch (IOException e) {
      throw new UncheckedIOException("Replica " + name + " does not start", e);
    }
  }

  /** All that a replica is told. There is no configuration file. */
  private Map<String, String> environment(String name, Path volume) {
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("HOSTNAME", name);
    environment.put("JAVA_HOME", Built.javaHome().toString());
    environment.put("JAVA_OPTS", "-Xmx64m");
    environment.put("AUTOINIT_NAMESPACE", "shop");
    environment.put("AUTOINIT_RUN_ID", "v42");
    environment.put("AUTOINIT_TIMEOUT_SEC", "90");
    environment.put("AUTOINIT_CLASSPATH", built.shop());
    environment.put("AUTOINIT_MARKER_DIR", volume.resolve("autoinit").toString());
    environment.put("AUTOINIT_BACKENDS_POSTGRES_URL", servers.postgres().jdbcUrl());
    environment.put("AUTOINIT_BACKENDS_POSTGRES_USER", servers.postgres().user());
    environment.put("AUTOINIT_BACKENDS_POSTGRES_PASSWORD", servers.postgres().password());
    environment.put("AUTOINIT_BACKENDS_REDIS_URL", servers.redis().url());
    // A schema that is named: that of a user called as another schema would be the user's.
    environment.put("SHOP_DB_URL", servers.postgres().jdbcUrl() + "?currentSchema=public");
    environment.put("SHOP_DB_USER", servers.postgres().user());
    environment.put("SHOP_DB_PASSWORD", servers.postgres().password());
    environment.put("SHOP_STATIC_DIR", volume.resolve("static").toString());
    environment.put("SHOP_PORT", "0");
    // 100 batches: long enough to watch the seed, and to kill its leader in the middle.
    environment.put("SHOP_SEED_PAUSE_MS", "30");
    if (scenario == Scenario.BROKEN) {
      environment.put("SHOP_MIGRATIONS", "db/migration,db/broken");
    }
    return environment;
  }

  private static void follow(
      String name, InputStream stream, Consumer<String> hear, Runnable atEnd) {
    Thread thread =
        new Thread(
            () -> {
              try (BufferedReader reader =
                  new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
                reader.lines().forEach(hear);
              } catch (IOException | UncheckedIOException e) {
                // The process is gone, and its stream with it: there is nothing more to hear.
              }
              atEnd.run();
            },
            name);
    thread.setDaemon(true);
    thread.start();
  }

  /** All that it said has been heard. */
  private void endOf(Replica replica) {
    replica.process().onExit().join();
    replica.endedAt(now());
    change();
  }

  private void hear(Replica replica, String line) {
    Duration now = now();
    Seen.parse(now, line)
        .ifPresentOrElse(
            event -> {
              replica.saw(event);
              Story.line(event).ifPresent(text -> story.say(now, replica.name(), text));
            },
            () -> {
              story.say(now, replica.name(), line);
              if (line.startsWith(SERVES)) {
                URI url = URI.create(line.substring(SERVES.length()));
                replica.serves(new Replica.Serving(now, url));
              }
            });
    change();
  }

  private void complain(Replica replica, String line) {
    // What autoinit says for people it has said as an event, too, once it is on its way.
    if (replica.events().isEmpty() || !line.startsWith("autoinit: ")) {
      story.say(now(), replica.name(), line);
    }
  }

  private void change() {
    synchronized (changed) {
      changed.notifyAll();
    }
  }

  /** Waits until something is so; false if it is not within the limit. */
  boolean await(Duration limit, BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    synchronized (changed) {
      while (!condition.getAsBoolean()) {
        long left = (deadline - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
          return false;
        }
        changed.wait(left);
      }
    }
    return true;
  }

  /** Ends all processes of all replicas, those of their children included. */
  @Override
  public void close() {
    List<List<ProcessHandle>> trees = replicas.stream().map(Replica::tree).toList();
    replicas.forEach(Replica::terminate);
    for (int i = 0; i < trees.size(); i++) {
      replicas.get(i).awaitEnd(trees.get(i), PATIENCE_AT_END);
    }
  }
}
