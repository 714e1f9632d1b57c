package io.autoinit.backend.hazelcast;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.autoinit.Namespace;
import io.autoinit.NodeId;
import io.autoinit.RunId;
import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendUnavailableException;
import io.autoinit.spi.Lease;
import io.autoinit.spi.LockName;
import io.autoinit.spi.MarkerKey;
import io.autoinit.spi.RunKey;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A leader in a process of its own, which can be stopped: told to, it acquires and publishes that
 * it runs, publishes READY, and reads a marker.
 */
final class LeaderProcess implements AutoCloseable {

  /** What its lease lasts, since it never renews. */
  static final Duration TTL = Duration.ofSeconds(3);

  static final String LEADS = "leads";

  /** What it says in place of what it read. */
  static final String UNAVAILABLE = "unavailable";

  private static final String OPEN = "open";

  private final Process process;
  private final BufferedReader told;

  /**
   * @param before classes that come before the real ones
   */
  LeaderProcess(Map<String, String> settings, Optional<Path> before) throws IOException {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                before.map(path -> path + File.pathSeparator).orElse("") + classPath,
                LeaderProcess.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    told = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    for (Map.Entry<String, String> setting : settings.entrySet()) {
      tell(setting.getKey() + "=" + setting.getValue());
    }
    String first = ask("");
    if (!OPEN.equals(first)) {
      throw new IllegalStateException("the leader said " + first);
    }
  }

  void signal(String name) throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
    if (kill.waitFor() != 0) {
      throw new IllegalStateException("the leader took no signal");
    }
  }

  /** Lets it acquire, for a moment, and publish that it runs; what it says. */
  String lead(RunKey run) throws IOException {
    return ask("lead %s %s".formatted(run.namespace(), run.runId()));
  }

  /** Lets it publish READY; whether that was accepted, as it says. */
  String publish() throws IOException {
    return ask("publish");
  }

  /** Lets it look at a marker; who wrote it, as it says. */
  String read(MarkerKey key) throws IOException {
    return ask("read %s %s %s".formatted(key.namespace(), key.node(), key.runId()));
  }

  /** Lets it no longer notice whether the others give it up. */
  void numb() throws IOException {
    ask("numb");
  }

  private String ask(String line) throws IOException {
    tell(line);
    return String.valueOf(told.readLine());
  }

  private void tell(String line) throws IOException {
    process.getOutputStream().write((line + "\n").getBytes(UTF_8));
    process.getOutputStream().flush();
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().orTimeout(30, TimeUnit.SECONDS).join();
  }

  /** The process. Its settings come first, a line each, and then what to do. */
  public static void main(String[] args) throws IOException, InterruptedException {
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    Map<String, String> settings = new HashMap<>();
    for (String line = in.readLine(); !line.isEmpty(); line = in.readLine()) {
      settings.put(line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1));
    }
    try (HazelcastBackend backend = Records.open(settings)) {
      // It takes part from now on.
      boolean free = backend.locks().orElseThrow().holder(Records.freshLock()).isEmpty();
      System.out.println(free ? OPEN : "held");
      RunKey run = Records.freshRun();
      long token = 0;
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String[] words = line.split(" ", -1);
        if (words[0].equals("lead")) {
          run = new RunKey(new Namespace(words[1]), new RunId(words[2]));
          token = lead(backend, run);
          System.out.println(token > 0 ? LEADS : "refused");
        } else if (words[0].equals("publish")) {
          System.out.println(backend.readiness().orElseThrow().publish(Records.ready(run, token)));
        } else if (words[0].equals("numb")) {
          Numb unused = new Numb(backend.grid().askOnce(instance -> instance));
          System.out.println("numb");
        } else {
          System.out.println(
              holder(
                  backend,
                  new MarkerKey(
                      new Namespace(words[1]), new NodeId(words[2]), new RunId(words[3]))));
        }
      }
    }
  }

  private static String holder(Backend backend, MarkerKey key) {
    try {
      return backend.markers().orElseThrow().find(key).orElseThrow().holder();
    } catch (BackendUnavailableException e) {
      return UNAVAILABLE;
    }
  }

  private static long lead(Backend backend, RunKey run) {
    Lease lease =
        backend
            .locks()
            .orElseThrow()
            .tryAcquire(LockName.infrastructure(run.namespace()), TTL)
            .orElseThrow();
    boolean running =
        backend.readiness().orElseThrow().publish(Records.running(run, lease.token(), "1 %"));
    return running ? lease.token() : 0;
  }
}
