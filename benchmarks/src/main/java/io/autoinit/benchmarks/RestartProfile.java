package io.autoinit.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Where the time of a restart goes: stacks of the main thread of the command's JVM, asleep or not,
 * sorted by what they wait for or do. {@code benchmarks/restart} takes them.
 */
final class RestartProfile {

  static final int INTERVAL_MICROS = 500;

  private static final String OTHERWISE = "everything else, most of it interpreted";

  /** What a stack waits for or does, by a part of it; the first that is found. */
  private static final Map<String, String> DOINGS = new LinkedHashMap<>();

  static {
    DOINGS.put("GC_active", "collecting garbage");
    DOINGS.put("NioSocketImpl", "sockets: connecting and waiting for the store");
    DOINGS.put("java/net/Socket", "sockets: connecting and waiting for the store");
    DOINGS.put("java/net/InetAddress", "names and addresses of this host");
    DOINGS.put("java/net/NetworkInterface", "names and addresses of this host");
    DOINGS.put("ProcessImpl", "starting and awaiting processes");
    DOINGS.put("Events.close", "waiting for the thread that writes what happened");
    DOINGS.put("LockSupport.park", "waiting for another thread");
    DOINGS.put("Object.wait", "waiting for another thread");
    DOINGS.put("Thread.join", "waiting for another thread");
    DOINGS.put("FileDispatcherImpl.force", "waiting for the disk");
    DOINGS.put("ServiceLoader", "looking for providers in the jars");
    DOINGS.put("loadClass", "loading classes");
    DOINGS.put("defineClass", "loading classes");
    DOINGS.put("SystemDictionary", "loading classes");
    DOINGS.put("InstanceKlass::link_class", "loading classes");
    DOINGS.put("linkCallSite", "making lambdas and joining texts");
    DOINGS.put("linkMethodHandleConstant", "making lambdas and joining texts");
    DOINGS.put("java/util/zip", "reading jars");
    DOINGS.put("java/util/jar", "reading jars");
    DOINGS.put("java/time/zone", "the time zone");
    DOINGS.put("java/util/TimeZone", "the time zone");
    DOINGS.put("java/nio/file", "files");
    DOINGS.put("java/io/File", "files");
    DOINGS.put("java/util/regex", "regular expressions");
    DOINGS.put("redis/clients", "Jedis");
    DOINGS.put("com/typesafe", "the library that reads configuration");
    DOINGS.put("io/autoinit/core/settings", "autoinit, settings");
    DOINGS.put("io/autoinit/backend", "autoinit, backends");
    DOINGS.put("io/autoinit/core", "autoinit, core");
    DOINGS.put("io/autoinit", "autoinit, the command");
  }

  private RestartProfile() {}

  /** Writes the library of the profiler that fits this machine; false if there is none. */
  static boolean library(Path target) throws IOException {
    boolean arm = System.getProperty("os.arch").equals("aarch64");
    String name = "/linux-%s/libasyncProfiler.so".formatted(arm ? "arm64" : "x64");
    try (InputStream in = one.profiler.AsyncProfiler.class.getResourceAsStream(name)) {
      if (in == null || !System.getProperty("os.name").equals("Linux")) {
        return false;
      }
      Files.write(target, in.readAllBytes());
      return true;
    }
  }

  /** A table of the stacks in a directory. */
  static String table(Path stacks) throws IOException {
    Map<String, List<Path>> kinds = new TreeMap<>();
    try (Stream<Path> files = Files.list(stacks)) {
      files
          .filter(file -> file.toString().endsWith(".collapsed"))
          .sorted()
          .forEach(
              file -> {
                String name = file.getFileName().toString();
                String kind = name.substring(0, name.lastIndexOf('-'));
                kinds.computeIfAbsent(kind, k -> new ArrayList<>()).add(file);
              });
    }
    StringBuilder table =
        new StringBuilder(
            """
            | restart | the main thread | ms | share |
            |---|---|---|---|
            """);
    for (Map.Entry<String, List<Path>> kind : kinds.entrySet()) {
      rows(kind.getKey(), kind.getValue(), table);
    }
    return table.toString();
  }

  private static void rows(String kind, List<Path> runs, StringBuilder table) throws IOException {
    Map<String, Long> samples = new LinkedHashMap<>();
    double whole = 0;
    for (Path run : runs) {
      Stacks.countMain(run, DOINGS, OTHERWISE, samples);
      String millis = run.toString().replaceAll("collapsed$", "millis");
      whole += Double.parseDouble(Files.readString(Path.of(millis)).strip()) / runs.size();
    }
    Map<String, Double> times = new LinkedHashMap<>();
    double inside = 0;
    for (Map.Entry<String, Long> row : samples.entrySet()) {
      double time = row.getValue() * INTERVAL_MICROS / 1_000.0 / runs.size();
      times.put(row.getKey(), time);
      inside += time;
    }
    times.put(
        "before and after: the shell, the JVM that begins and ends, the agent", whole - inside);
    double all = whole;
    times.entrySet().stream()
        .filter(row -> row.getValue() > all / 100)
        .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
        .forEach(
            row ->
                table.append(
                    String.format(
                        Locale.ROOT,
                        "| %s | %s | %.0f | %.0f %% |%n",
                        kind,
                        row.getKey(),
                        row.getValue(),
                        100 * row.getValue() / all)));
  }

  /** The three largest parts of a kind in a table, in words; empty if it has none. */
  static String most(String table, String kind) {
    return String.join(
        ", ",
        table
            .lines()
            .map(line -> line.split(" \\| ", -1))
            .filter(fields -> fields.length == 4 && fields[0].equals("| " + kind))
            .limit(3)
            .map(fields -> fields[1] + " " + fields[3].replace(" |", ""))
            .toList());
  }
}
