package io.autoinit.benchmarks;

import io.autoinit.InitEvent;
import io.autoinit.InitStep;
import io.autoinit.Phase;
import io.autoinit.StepContext;
import io.autoinit.core.AutoInit;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The infrastructure phase of autoinit, then its node phase; each node has a marker directory,
 * unless the directory is the store.
 */
record AutoInitContender(Map<String, String> settings, Path directory, boolean oneDirectory)
    implements Contender {

  private record Step(String name, Phase phase, Work work) implements InitStep {
    @Override
    public void run(StepContext context) throws InterruptedException {
      if (phase == Phase.INFRASTRUCTURE) {
        work.run();
      }
    }
  }

  private static final class AutoInitNode implements Node {

    private final Map<String, String> environment;
    private @Nullable AutoInit start;

    AutoInitNode(Map<String, String> environment) {
      this.environment = environment;
    }

    @Override
    public void start(Work work) {
      AtomicBoolean arrived = new AtomicBoolean();
      AutoInit autoInit =
          AutoInit.builder()
              .environment(environment)
              .systemProperties(new Properties())
              .withoutDiscoveredSteps()
              .step(new Step("migrate", Phase.INFRASTRUCTURE, work))
              .step(new Step("files", Phase.NODE, work))
              .listener(event -> arrive(event, arrived, work))
              .build();
      start = autoInit;
      autoInit.infrastructure();
    }

    @Override
    public void prepare() {
      java.util.Objects.requireNonNull(start).node();
    }

    private static void arrive(InitEvent event, AtomicBoolean arrived, Work work) {
      if ((event instanceof InitEvent.Waiting || event instanceof InitEvent.StepStarted)
          && arrived.compareAndSet(false, true)) {
        work.arrived();
      }
      if (event instanceof InitEvent.LeaseLost lost && lost.phase() == Phase.INFRASTRUCTURE) {
        work.lost(lost.reason());
      }
    }

    @Override
    public void close() {
      if (start != null) {
        start.close();
      }
    }
  }

  @Override
  public Node node(int number) {
    Map<String, String> environment = new LinkedHashMap<>(settings);
    environment.put("HOSTNAME", "node-" + number);
    environment.put("AUTOINIT_TIMEOUT_SEC", "180");
    Path markers = oneDirectory ? directory : directory.resolve("node-" + number);
    environment.put("AUTOINIT_MARKER_DIR", markers.toString());
    return new AutoInitNode(environment);
  }
}
