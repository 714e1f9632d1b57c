package io.autoinit.chaos;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the members of a fleet are told, as settings of the framework. */
final class FleetSettings {

  /** How long a member waits for anything. */
  static final int TIMEOUT_SECONDS = 120;

  static final String RUN_ID = "r1";

  private final Plan plan;
  private final Path directory;

  FleetSettings(Plan plan, Path directory) {
    this.plan = plan;
    this.directory = directory;
  }

  /**
   * Where a node reaches its servers.
   *
   * @param postgres the authority in the URL
   * @param redis the same
   * @param zookeeper host and port
   * @param hazelcast the same
   */
  record Network(String postgres, String redis, String zookeeper, String hazelcast) {}

  /** The settings of one node, with the released backends. */
  Map<String, String> of(String node, Lane lane, Network network) {
    Map<String, String> settings = new TreeMap<>();
    settings.put("autoinit.run-id", RUN_ID);
    settings.put("autoinit.namespace", plan.name());
    settings.put("autoinit.node-id", plan.group(node));
    settings.put("autoinit.timeout", TIMEOUT_SECONDS + "s");
    settings.put("autoinit.lease-ttl", Plan.LEASE_TTL.toSeconds() + "s");
    settings.put("autoinit.locks", plan.pairing().locks());
    settings.put("autoinit.readiness", plan.pairing().signal());
    settings.put("autoinit.markers", plan.pairing().markers());
    for (String instance : List.of("pg", "rd", "dir", "zk", "hz")) {
      if (plan.pairing().uses(instance)) {
        backend(instance, node, lane, network)
            .forEach((key, value) -> settings.put(key(instance, key), value));
      }
    }
    return settings;
  }

  /** The same with backends that write down what they do. */
  static Map<String, String> watched(Map<String, String> settings) {
    Map<String, String> watched = new LinkedHashMap<>(settings);
    watched.replaceAll(
        (key, value) -> key.endsWith(".type") ? WatchedProvider.PREFIX + value : value);
    return watched;
  }

  private static String key(String instance, String setting) {
    return "autoinit.backends." + instance + "." + setting;
  }

  private Map<String, String> backend(String instance, String node, Lane lane, Network network) {
    return switch (instance) {
      case Pairing.POSTGRES_INSTANCE ->
          Map.of(
              "type",
              "postgres",
              "url",
              "jdbc:postgresql://%s/autoinit".formatted(network.postgres()),
              "user",
              lane.postgres().user(),
              "password",
              lane.postgres().password(),
              "schema",
              plan.name());
      case Pairing.REDIS_INSTANCE -> Map.of("type", "redis", "url", "redis://" + network.redis());
      case Pairing.ZOOKEEPER_INSTANCE ->
          Map.of("type", "zookeeper", "connect", network.zookeeper());
      case Pairing.HAZELCAST_INSTANCE ->
          Map.of(
              "type",
              "hazelcast",
              "addresses",
              network.hazelcast(),
              "cluster-name",
              lane.cluster());
      default -> Map.of("type", "file", "marker-dir", markers(node).toString());
    };
  }

  /** Where all directories of the file backend are. */
  Path files() {
    return directory.resolve("files");
  }

  /** The directory of the file backend that a node sees. */
  Path markers(String node) {
    return files().resolve(plan.group(node));
  }
}
