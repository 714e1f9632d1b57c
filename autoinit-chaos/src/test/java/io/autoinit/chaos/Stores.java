package io.autoinit.chaos;

import io.autoinit.Namespace;
import io.autoinit.NodeId;
import io.autoinit.RunId;
import io.autoinit.core.AutoInit;
import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendConfig;
import io.autoinit.spi.BackendProvider;
import io.autoinit.spi.CompletedStep;
import io.autoinit.spi.Lease;
import io.autoinit.spi.LockName;
import io.autoinit.spi.Marker;
import io.autoinit.spi.MarkerKey;
import io.autoinit.spi.Observed;
import io.autoinit.spi.Readiness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Looks at what a fleet left in its stores, through the released backends, and writes it down. */
final class Stores {

  private static final Duration TTL = Duration.ofSeconds(10);

  private final Plan plan;
  private final Scribe scribe;

  Stores(Plan plan, Scribe scribe) {
    this.plan = plan;
    this.scribe = scribe;
  }

  /**
   * Looks at what is the whole fleet's.
   *
   * @param patience how long a lock of somebody who is gone may still be held
   */
  void lookAtFleet(Map<String, String> settings, Duration patience) throws InterruptedException {
    lookAtReadiness(settings);
    try (Backend locks = open(settings, plan.pairing().locks())) {
      tryLock(locks, LockName.infrastructure(new Namespace(plan.name())), patience);
    }
  }

  /**
   * Looks at what is a node's.
   *
   * @param patience how long a lock of somebody who is gone may still be held
   */
  void lookAtNode(String node, Map<String, String> settings, Duration patience)
      throws InterruptedException {
    Namespace namespace = new Namespace(plan.name());
    try (Backend markers = open(settings, plan.pairing().markers())) {
      // Whoever sees a store of files is the one node of that store.
      NodeId id = new NodeId(plan.pairing().markers().equals("dir") ? "local" : plan.group(node));
      lookAtMarker(markers, node, new MarkerKey(namespace, id, new RunId(FleetSettings.RUN_ID)));
      tryLock(markers, LockName.node(namespace, id), patience);
    }
  }

  private void lookAtReadiness(Map<String, String> settings) {
    AutoInit.Builder builder =
        AutoInit.builder()
            .environment(Map.of("AUTOINIT_ENVIRONMENT", "chaos"))
            .systemProperties(new Properties())
            .withoutDiscoveredSteps();
    settings.forEach((key, value) -> builder.set(key, value, "the plan"));
    try (AutoInit outside = builder.build()) {
      Optional<Readiness> record = outside.readiness().map(Observed::value);
      scribe.write(
          "final",
          "state",
          record.map(r -> r.getClass().getSimpleName()).orElse("none"),
          "completed",
          record.stream()
              .flatMap(r -> r.completed().stream())
              .map(CompletedStep::name)
              .collect(Collectors.joining(",")));
    }
  }

  private void lookAtMarker(Backend markers, String node, MarkerKey key) {
    Optional<Marker> marker = markers.markers().orElseThrow().find(key);
    boolean done =
        marker
            .flatMap(m -> m.outcome(Plan.NODE_STEP))
            .filter(outcome -> outcome.succeeded())
            .isPresent();
    scribe.write(
        "marker", "group", plan.group(node), "found", marker.isPresent(), "succeeded", done);
  }

  private void tryLock(Backend backend, LockName name, Duration patience)
      throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    do {
      Optional<Lease> lease = backend.locks().orElseThrow().tryAcquire(name, TTL);
      if (lease.isPresent()) {
        lease.get().close();
        return;
      }
      TimeUnit.MILLISECONDS.sleep(100);
    } while (System.nanoTime() < end);
    scribe.write("left", "what", "lock", "name", name);
  }

  private Backend open(Map<String, String> settings, String instance) {
    String prefix = "autoinit.backends." + instance + ".";
    Map<String, String> values = new LinkedHashMap<>();
    new TreeMap<>(settings)
        .forEach(
            (key, value) -> {
              if (key.startsWith(prefix) && !key.endsWith(".type")) {
                values.put(key.substring(prefix.length()), value);
              }
            });
    BackendProvider provider =
        WatchedProvider.real(settings.getOrDefault(prefix + "type", instance));
    return provider.open(BackendConfig.of(instance, "chaos", provider, values));
  }

  /** Temporary files in the directories of the file backend. */
  void lookForFiles(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      List<Path> left =
          files.filter(file -> file.getFileName().toString().endsWith(".tmp")).toList();
      left.forEach(
          file -> scribe.write("left", "what", "file", "name", directory.relativize(file)));
    }
  }

  /** Processes whose command line names this fleet: commands that outlived their steps. */
  void lookForProcesses(Path directory) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(2).toNanos();
    List<ProcessHandle> left = of(directory);
    while (!left.isEmpty() && System.nanoTime() < end) {
      TimeUnit.MILLISECONDS.sleep(50);
      left = of(directory);
    }
    for (ProcessHandle process : left) {
      scribe.write(
          "left", "what", "process", "name", process.info().commandLine().orElse("somebody"));
      process.destroyForcibly();
    }
  }

  private static List<ProcessHandle> of(Path directory) {
    return ProcessHandle.allProcesses()
        .filter(p -> p.pid() != ProcessHandle.current().pid())
        .filter(p -> p.info().commandLine().orElse("").contains(directory.toString() + "/"))
        .toList();
  }
}
