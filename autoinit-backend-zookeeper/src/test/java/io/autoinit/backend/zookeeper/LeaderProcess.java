package io.autoinit.backend.zookeeper;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.autoinit.Namespace;
import io.autoinit.RunId;
import io.autoinit.spi.Backend;
import io.autoinit.spi.Lease;
import io.autoinit.spi.LockName;
import io.autoinit.spi.RunKey;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A leader in a process of its own, which can be stopped: it acquires, publishes that it runs, and
 * publishes READY when it is told to.
 */
final class LeaderProcess implements AutoCloseable {

  private static final String HELD = "held";

  private final Process process;
  private final BufferedReader told;

  /**
   * @param before classes that come before the real ones
   */
  LeaderProcess(TestEnsemble server, RunKey run, Optional<Path> before) throws IOException {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                before.map(path -> path + File.pathSeparator).orElse("") + classPath,
                LeaderProcess.class.getName(),
                server.connect(),
                run.namespace().toString(),
                run.runId().toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    told = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    String first = told.readLine();
    if (!HELD.equals(first)) {
      throw new IllegalStateException("the leader said " + first);
    }
  }

  void signal(String name) throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
    if (kill.waitFor() != 0) {
      throw new IllegalStateException("the leader took no signal");
    }
  }

  /** Lets it publish READY; whether that was accepted, as it says. */
  String publish() throws IOException {
    process.getOutputStream().write('\n');
    process.getOutputStream().flush();
    return String.valueOf(told.readLine());
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().orTimeout(30, TimeUnit.SECONDS).join();
  }

  /** The process: the servers, the namespace, the run. */
  public static void main(String[] args) throws IOException {
    RunKey run = new RunKey(new Namespace(args[1]), new RunId(args[2]));
    try (Backend backend =
        Records.open(
            Map.of(
                "connect",
                args[0],
                "session-timeout",
                TestEnsemble.SESSION,
                "connect-timeout",
                "60s"))) {
      Lease lease =
          backend
              .locks()
              .orElseThrow()
              .tryAcquire(LockName.infrastructure(run.namespace()), Records.LONG)
              .orElseThrow();
      boolean running =
          backend.readiness().orElseThrow().publish(Records.running(run, lease.token(), "1 %"));
      System.out.println(running ? HELD : "refused");
      if (System.in.read() < 0) {
        return;
      }
      System.out.println(
          backend.readiness().orElseThrow().publish(Records.ready(run, lease.token())));
    }
  }
}
