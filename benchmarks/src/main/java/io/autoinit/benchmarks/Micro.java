package io.autoinit.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * The hot pieces one by one, under JMH, and {@link Leases}, with the servers in this process and
 * each measurement in one of its own. Arguments: the file for the results, then what to run under
 * JMH as a regular expression, or {@code leases} for those alone. What the leases took and a
 * profile of them are written beside it.
 */
public final class Micro {

  private static final String PREFIX = "autoinit.benchmark.";
  private static final int ITERATIONS = 5;

  private Micro() {}

  /** What a forked JVM was told of the servers. */
  static String setting(String name) {
    return Objects.requireNonNull(System.getProperty(PREFIX + name), name);
  }

  /**
   * Measures.
   *
   * @param args see above
   * @throws Exception if a server does not start, or something measured fails
   */
  public static void main(String[] args) throws Exception {
    Path directory = Files.createTempDirectory("autoinit-benchmark");
    try (Servers servers = new Servers()) {
      List<String> settings =
          told(servers, directory).entrySet().stream()
              .map(entry -> "-D" + PREFIX + entry.getKey() + "=" + entry.getValue())
              .toList();
      Path results = Path.of(args[0]).toAbsolutePath();
      Files.createDirectories(Objects.requireNonNull(results.getParent()));
      if (args.length < 2 || args[1].equals("leases")) {
        Leases.measure(
            settings,
            results.resolveSibling("leases.tsv"),
            results.resolveSibling("leases-profile.tsv"));
      }
      if (args.length > 1 && args[1].equals("leases")) {
        System.exit(0);
      }
      new Runner(
              new OptionsBuilder()
                  .include(args.length > 1 ? args[1] : Micro.class.getPackageName())
                  .jvmArgsAppend(settings.toArray(String[]::new))
                  .forks(1)
                  .warmupIterations(ITERATIONS - 2)
                  .warmupTime(TimeValue.seconds(1))
                  .measurementIterations(ITERATIONS)
                  .measurementTime(TimeValue.seconds(1))
                  .shouldFailOnError(true)
                  .result(results.toString())
                  .resultFormat(ResultFormatType.JSON)
                  .build())
          .run();
      Files.writeString(results, shortened(Files.readString(results)));
    } finally {
      FleetBenchmark.delete(directory);
    }
    System.exit(0);
  }

  /**
   * Where this machine keeps its JVM and its temporary files is nobody's business, and each single
   * measurement is too much to keep.
   */
  private static String shortened(String json) {
    return json.replaceAll("\"jvm\" : \"[^\"]*\",\\s*\"jvmArgs\" : \\[[^\\]]*\\],\\s*", "")
        .replaceAll(",\\s*\"rawDataHistogram\" : [\\[\\]\\s0-9.,E+-]*(?=\\})", "\n");
  }

  private static Map<String, String> told(Servers servers, Path directory) {
    Map<String, String> told = new LinkedHashMap<>();
    told.put("directory", directory.toString());
    told.put("redis.url", servers.redis().url());
    told.put("postgres.url", servers.postgres().jdbcUrl());
    told.put("postgres.user", servers.postgres().user());
    told.put("postgres.password", servers.postgres().password());
    told.put("zookeeper.connect", servers.zooKeeper());
    told.put("hazelcast.address", servers.hazelcastAddress());
    told.put("hazelcast.cluster", Servers.HAZELCAST_CLUSTER);
    return told;
  }
}
