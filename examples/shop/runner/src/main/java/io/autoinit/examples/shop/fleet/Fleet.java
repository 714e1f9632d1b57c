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
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The replicas, from their start to their end. */
final class Fleet implements AutoCloseable {

  private static final String SERVES = "shop serves at ";
  private static final Duration PATIENCE_AT_END = Duration.ofSeconds(4);
  private static final String SHOP = "io.autoinit.examples.shop.ShopService";

  private final Built built;
  private final Servers servers;
  private final Path directory;
  private final Map<String, String> more;
  private final Story story;
  private final List<Replica> replicas = new ArrayList<>();
  private final Object changed = new Object();
  private final long began = System.nanoTime();
  private final Instant beganAt = Instant.now();

  /**
   * A fleet of no replica yet.
   *
   * @param directory where the volumes and the replicas' homes are made
   * @param more what all replicas are told beside the usual; it wins
   */
  Fleet(Built built, Servers servers, Path directory, Map<String, String> more, Story story) {
    this.built = built;
    this.servers = servers;
    this.directory = directory;
    this.more = Map.copyOf(more);
    this.story = story;
  }

  /** Starts all replicas at once; half of them have a volume of their own, the others share one. */
  void start(int number) {
    int own = number / 2;
    for (int i = 1; i <= own; i++) {
      start("own-" + i, false);
    }
    for (int i = 1; i <= number - own; i++) {
      start("shared-" + i, true);
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

  /**
   * Starts one replica.
   *
   * @param name {@code own-N} or {@code shared-N}; one that was there before comes back to its home
   *     and volume, as a container that is started again
   * @param shares whether its volume is that of all others that share
   */
  Replica start(String name, boolean shares) {
    Container container = container(name, shares);
    try {
      Process process = container.process(shop("--json")).start();
      Replica replica = new Replica(name, shares, container, process);
      replicas.add(replica);
      process.getOutputStream().close();
      follow(
          name + "-out",
          process.getInputStream(),
          line -> hear(replica, line),
          () -> endOf(replica));
      follow(name + "-err", process.getErrorStream(), line -> complain(replica, line), () -> {});
      return replica;
    } catch (IOException e) {
      throw new UncheckedIOException("Replica " + name + " does not start", e);
    }
  }

  /** What the processes of a replica find around them; one that was there before finds it again. */
  Container container(String name, boolean shares) {
    try {
      Path home = Files.createDirectories(directory.resolve(name));
      Path volume =
          Files.createDirectories(directory.resolve("volume-" + (shares ? "shared" : name)));
      return new Container(home, environment(name, volume));
    } catch (IOException e) {
      throw new UncheckedIOException("There is no place for replica " + name, e);
    }
  }

  /** The command that is first autoinit, with such options, and then the shop. */
  List<String> shop(String... options) {
    List<String> command = new ArrayList<>(List.of(built.autoinit().toString(), "run"));
    command.addAll(List.of(options));
    command.addAll(
        List.of(
            "--",
            Built.javaHome().resolve("bin/java").toString(),
            "-Xmx64m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            built.shop(),
            SHOP));
    return command;
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
    environment.putAll(servers.environment());
    // A schema that is named: that of a user called as another schema would be the user's.
    environment.put("SHOP_DB_URL", servers.postgres().jdbcUrl() + "?currentSchema=public");
    environment.put("SHOP_DB_USER", servers.postgres().user());
    environment.put("SHOP_DB_PASSWORD", servers.postgres().password());
    environment.put("SHOP_STATIC_DIR", volume.resolve("static").toString());
    environment.put("SHOP_PORT", "0");
    // 100 batches: long enough to watch the seed, and to kill its leader in the middle.
    environment.put("SHOP_SEED_PAUSE_MS", "30");
    environment.putAll(more);
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

  /** Waits until every replica serves or has ended; false if it is not so within the limit. */
  boolean settle(Duration limit) throws InterruptedException {
    return await(limit, this::settled);
  }

  private boolean settled() {
    return replicas.stream().allMatch(Replica::settled);
  }

  /**
   * Kills the leader as a crash does, as soon as it says that of a step.
   *
   * @param message how that begins
   * @return who was killed and when; empty if nobody said it within the limit, or before all were
   *     settled
   */
  Optional<Kill> killAt(String step, String message, Duration limit) throws InterruptedException {
    await(limit, () -> says(step, message).isPresent() || settled());
    return says(step, message).map(this::kill);
  }

  private Kill kill(Replica leader) {
    Kill kill = new Kill(leader, now());
    leader.kill();
    return kill;
  }

  /**
   * The end of a leader.
   *
   * @param leader who it was
   * @param at when, from the start of the fleet
   */
  record Kill(Replica leader, Duration at) {}

  private Optional<Replica> says(String step, String message) {
    return replicas.stream().filter(replica -> replica.says(step, message)).findFirst();
  }

  /** What {@code autoinit} answers to somebody with a shell in the container of a replica. */
  Container.Answer autoinit(Replica replica, String... arguments) throws InterruptedException {
    return replica
        .container()
        .run(Stream.concat(Stream.of(built.autoinit().toString()), Stream.of(arguments)).toList());
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
