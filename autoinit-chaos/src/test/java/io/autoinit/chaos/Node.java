package io.autoinit.chaos;

import io.autoinit.ConfigurationException;
import io.autoinit.InitEvent;
import io.autoinit.LeaseLostException;
import io.autoinit.Phase;
import io.autoinit.StartTimeoutException;
import io.autoinit.StepFailedException;
import io.autoinit.core.AutoInit;
import io.autoinit.spi.BackendRefusedException;
import io.autoinit.spi.BackendUnavailableException;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The main class of a process of a fleet: one member, started as an application starts it, with
 * watched backends and steps that write down what they do. The exit codes are those of the command.
 */
final class Node {

  private static @Nullable Scribe scribe;
  private static @Nullable ProtocolPoints points;

  private final Properties plan;
  private final Scribe story;
  private final ProtocolPoints moments;

  private Node(Properties plan, Scribe story, ProtocolPoints moments) {
    this.plan = plan;
    this.story = story;
    this.moments = moments;
  }

  /** What the backends of this process write to. */
  static Scribe scribe() {
    Scribe ours = scribe;
    if (ours == null) {
      throw new IllegalStateException("this JVM is no node of a fleet");
    }
    return ours;
  }

  /** The points of this process. */
  static ProtocolPoints points() {
    ProtocolPoints ours = points;
    if (ours == null) {
      throw new IllegalStateException("this JVM is no node of a fleet");
    }
    return ours;
  }

  /** Starts as the file says that is named by the argument. */
  public static void main(String[] arguments) throws IOException {
    var plan = new Properties();
    try (Reader file = Files.newBufferedReader(Path.of(arguments[0]))) {
      plan.load(file);
    }
    var story =
        new Scribe(
            Path.of(plan.getProperty("chaos.history")), plan.getProperty("chaos.process", "?"));
    scribe = story;
    story.write("started", "pid", ProcessHandle.current().pid());
    var moments =
        new ProtocolPoints(
            plan.getProperty("chaos.point", ""),
            Integer.parseInt(plan.getProperty("chaos.occurrence", "1")),
            story);
    points = moments;
    RunDelay.writeTo(story);
    Runtime.getRuntime().halt(new Node(plan, story, moments).run());
  }

  private int run() {
    int code = 0;
    String message = "done";
    moments.reach(Points.BEFORE_START);
    try (AutoInit start = builder().build()) {
      var unused = start.run();
    } catch (RuntimeException e) {
      code = codeOf(e);
      message = e.toString();
      System.err.println(message);
    }
    story.write("ended", "code", code, "message", message, "threads", leftThreads());
    return code;
  }

  private AutoInit.Builder builder() {
    AutoInit.Builder builder =
        AutoInit.builder()
            .environment(Map.of("HOSTNAME", told(plan, "node"), "AUTOINIT_ENVIRONMENT", "chaos"))
            .systemProperties(new Properties())
            .withoutDiscoveredSteps()
            .listener(this::hear)
            .halt(this::halt);
    Optional.ofNullable(plan.getProperty("chaos.config")).map(Path::of).ifPresent(builder::config);
    plan.stringPropertyNames().stream()
        .filter(name -> name.startsWith("autoinit."))
        .sorted()
        .forEach(name -> builder.set(name, plan.getProperty(name), "the plan"));
    for (String name : told(plan, "steps").split(",", -1)) {
      builder.step(step(name, Phase.INFRASTRUCTURE));
    }
    return builder.step(step("files", Phase.NODE));
  }

  private static String told(Properties plan, String name) {
    return plan.getProperty("chaos." + name, "");
  }

  private PacedStep step(String name, Phase phase) {
    Optional<Path> fails =
        told(plan, "fails").equals(name)
            ? Optional.of(Path.of(told(plan, "fails-while")))
            : Optional.empty();
    return new PacedStep(
        name,
        phase,
        Duration.ofMillis(
            Long.parseLong(
                told(plan, told(plan, "slow-step").equals(name) ? "slow-millis" : "step-millis"))),
        PacedStep.Manner.valueOf(told(plan, "manner")),
        fails,
        story,
        moments);
  }

  private void halt(int code) {
    story.write("halted", "code", code);
    Runtime.getRuntime().halt(code);
  }

  private void hear(InitEvent event) {
    String kind = event.getClass().getSimpleName();
    if (event instanceof InitEvent.StepOutput output && output.line().equals(Commands.WORKS)) {
      moments.reach(Points.COMMAND_WORKS);
    }
    if (event instanceof InitEvent.StepOutput || event instanceof InitEvent.LeaseRenewed) {
      return;
    }
    story.write("event", "event", kind, "what", event.toString());
  }

  /** Threads that only this start can have made, and that its end should have ended by now. */
  private static String leftThreads() {
    // One that waits for a store that is out of reach ends when that times out.
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(12);
    String left = threads();
    while (!left.isEmpty() && System.nanoTime() < end) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
      left = threads();
    }
    return left;
  }

  private static String threads() {
    return String.join(
        ",",
        Thread.getAllStackTraces().keySet().stream()
            .map(Thread::getName)
            .filter(name -> name.startsWith("autoinit"))
            .sorted()
            .toList());
  }

  private static int codeOf(RuntimeException end) {
    if (end instanceof BackendUnavailableException) {
      return 69;
    }
    if (end instanceof StepFailedException) {
      return 70;
    }
    if (end instanceof LeaseLostException) {
      return 71;
    }
    if (end instanceof StartTimeoutException) {
      return 75;
    }
    return end instanceof BackendRefusedException || end instanceof ConfigurationException ? 78 : 1;
  }
}
