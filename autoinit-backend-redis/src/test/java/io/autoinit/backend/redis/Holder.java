package io.autoinit.backend.redis;

import io.autoinit.Namespace;
import io.autoinit.RunId;
import io.autoinit.servers.TestRedis;
import io.autoinit.spi.Lease;
import io.autoinit.spi.LockName;
import io.autoinit.spi.ReadinessStore;
import io.autoinit.spi.RunKey;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A JVM of its own that takes a lock, publishes that it runs, and then does as it is told. */
final class Holder implements AutoCloseable {

  private final Process process;
  private final PrintWriter to;
  private final BufferedReader from;

  Holder(TestRedis redis, LockName name, RunKey run, Duration ttl) throws IOException {
    process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                redis.url(),
                name.namespace().value(),
                run.runId().value(),
                Long.toString(ttl.toMillis()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    to = new PrintWriter(process.getOutputStream(), true, StandardCharsets.UTF_8);
    from =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /** The next line that the other JVM tells. */
  String told() throws IOException {
    return String.valueOf(from.readLine());
  }

  String ask(String what) throws IOException {
    to.println(what);
    return told();
  }

  void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
        .inheritIO()
        .start()
        .waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().orTimeout(10, TimeUnit.SECONDS).join();
  }

  /** The other JVM: url, namespace of the lock, run id, time to live in milliseconds. */
  public static void main(String[] args) throws IOException {
    RunKey run = new RunKey(Namespace.DEFAULT, new RunId(args[2]));
    try (RedisBackend backend = Redises.open(Map.of("url", args[0]))) {
      Lease lease =
          backend
              .locks()
              .orElseThrow()
              .tryAcquire(
                  LockName.infrastructure(new Namespace(args[1])),
                  Duration.ofMillis(Long.parseLong(args[3])))
              .orElseThrow();
      ReadinessStore store = backend.readiness().orElseThrow();
      store.publish(Redises.running(run, lease.token()));
      System.out.println(lease.token());
      var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        System.out.println(
            line.equals("renew")
                ? lease.renew()
                : store.publish(Redises.ready(run, lease.token())));
      }
    }
  }
}
