package io.autoinit.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.autoinit.servers.TestRedis;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a restart with nothing to do costs: its archive of classes helps where it fits, is passed
 * over without a word where it does not, and neither classes nor connections come for nothing.
 */
class ArchiveIT {

  private static final String NOBODY = "65534";

  @TempDir private Path directory = Path.of("");
  private Distribution autoinit = Distribution.in(directory);

  @BeforeEach
  void setUp() throws IOException {
    autoinit = Distribution.in(directory).copyTo(directory.resolve("distribution"));
  }

  @Test
  void aRestartTakesItsClassesFromTheArchive() throws IOException {
    autoinit = Distribution.withArchive(directory);
    restart();

    List<String> loaded = loaded(restarting());

    assertThat(loaded).hasSizeGreaterThan(500);
    // Some of those that are made on the way, for lambdas, cannot be archived.
    assertThat(loaded.stream().filter(line -> !line.contains("shared objects file")).count())
        .isLessThan(150);
    assertThat(classes(loaded)).noneMatch(name -> name.matches("(picocli|com\\.google)\\..*"));
  }

  @Tag("long")
  @Test
  void aStartLoadsNothingOfABackendThatItDoesNotUse() throws IOException {
    restart();

    assertThat(classes(loaded(restarting())))
        .contains("io.autoinit.backend.redis.RedisBackendProvider")
        .noneMatch(name -> name.matches("(org\\.postgresql|redis\\.clients)\\..*"))
        .filteredOn(name -> name.startsWith("io.autoinit.backend."))
        .allMatch(name -> name.endsWith("Provider"));
  }

  @Tag("long")
  @Test
  void aRestartOpensNoConnectionToPostgres() throws IOException {
    try (TestRedis redis = TestRedis.start();
        var postgres = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      ProcessBuilder first = restarting();
      first.environment().put("AUTOINIT_BACKENDS_REDIS_HOST", redis.host());
      first.environment().put("AUTOINIT_BACKENDS_REDIS_PORT", Integer.toString(redis.port()));
      succeeds(first);
      ProcessBuilder second = restarting();
      second.environment().putAll(first.environment());
      second
          .environment()
          .put(
              "AUTOINIT_BACKENDS_POSTGRES_URL",
              "jdbc:postgresql://127.0.0.1:" + postgres.getLocalPort() + "/shop");

      Distribution.Ended end = succeeds(second);

      assertThat(end.err()).contains("is READY", "this node has done");
      // Who connected is in the queue already, for the process has ended.
      postgres.setSoTimeout(1);
      try (var connection = postgres.accept()) {
        throw new AssertionError("connected to Postgres: " + connection);
      } catch (SocketTimeoutException e) {
        assertThat(e).isNotNull();
      }
    }
  }

  @Test
  void aBrokenArchiveIsPassedOver() throws IOException {
    Path made = archiveOf(Distribution.withArchive(directory));
    byte[] whole = Files.readAllBytes(made);
    Path archive =
        Files.createDirectory(autoinit.home().resolve("archive")).resolve(made.getFileName());
    Map<String, byte[]> kinds =
        Map.of(
            "empty",
            new byte[0],
            "text",
            "no archive".getBytes(StandardCharsets.UTF_8),
            "cut",
            Arrays.copyOf(whole, whole.length / 2),
            "zeros",
            new byte[whole.length]);
    for (Map.Entry<String, byte[]> kind : kinds.entrySet()) {
      Files.deleteIfExists(archive);
      Files.write(archive, kind.getValue());
      restart(kind.getKey());
      Files.delete(archive);

      // Also if its name admits its size.
      if (!kind.getKey().equals("cut")) {
        String name = archive.getFileName().toString();
        Path named =
            archive.resolveSibling(
                name.replaceFirst("\\d+\\.jsa", kind.getValue().length + ".jsa"));
        Files.write(named, kind.getValue());
        restart(kind.getKey() + ", with its size in its name");
        Files.delete(named);
      }
    }
  }

  @Tag("long")
  @Test
  void anArchiveThatDoesNotFitTheJarsIsPassedOver() throws IOException {
    archive();
    Path jar;
    try (Stream<Path> jars = Files.list(autoinit.home().resolve("lib"))) {
      jar = jars.filter(file -> file.toString().endsWith(".jar")).findFirst().orElseThrow();
    }
    Files.setLastModifiedTime(jar, FileTime.from(Instant.parse("2020-02-02T00:00:00Z")));
    restart();

    Distribution.delete(autoinit.home().resolve("backends"));
    restart();
  }

  @Tag("long")
  @Test
  void anArchiveServesWhateverTheJvmIsTold() throws IOException {
    archive();
    for (String options :
        List.of("-XX:-UseSerialGC -XX:+UseG1GC", "-XX:-UseCompressedOops", "-Xshare:off")) {
      ProcessBuilder process = restarting();
      process.environment().put("JAVA_OPTS", options);

      assertThat(succeeds(process).out()).as(options).isEqualTo("up\n");
    }
  }

  @Tag("long")
  @Test
  void anotherJavaPassesItOver() throws IOException {
    Path java = anotherJava();
    assumeTrue(!java.toString().isEmpty(), "there is only one Java below /usr/lib/jvm");
    Path archive = archive();
    ProcessBuilder process = restarting();
    process.environment().put("JAVA_HOME", java.toString());
    assertThat(succeeds(process).out()).isEqualTo("up\n");

    // Even under the name that the other one looks for.
    Files.copy(
        archive,
        autoinit
            .home()
            .resolve("archive/autoinit-" + version(java) + "-" + Files.size(archive) + ".jsa"));
    assertThat(succeeds(process).out()).isEqualTo("up\n");
  }

  @Tag("long")
  @Test
  void anotherJavaMakesItsOwn() throws IOException {
    Path java = anotherJava();
    assumeTrue(!java.toString().isEmpty(), "there is only one Java below /usr/lib/jvm");
    ProcessBuilder process = autoinit.process("archive");
    process.environment().put("JAVA_HOME", java.toString());
    assertThat(succeeds(process).out()).contains("autoinit-" + version(java) + "-");
    restart();
    ProcessBuilder again = restarting();
    again.environment().put("JAVA_HOME", java.toString());

    assertThat(classes(loaded(again, "source: shared objects file")))
        .contains("io.autoinit.cli.Main");
  }

  @Tag("long")
  @Test
  void itIsMadeWholeWhileOthersMakeItAndStart() throws Exception {
    List<Distribution> makers = new ArrayList<>();
    List<Process> processes = new ArrayList<>();
    for (String each : List.of("one", "two", "three")) {
      var maker =
          new Distribution(
              autoinit.home(), Files.createDirectories(directory.resolve("at " + each)));
      makers.add(maker);
      processes.add(
          maker.start(each.equals("three") ? restarting(maker) : maker.process("archive")));
    }

    for (int i = 0; i < processes.size(); i++) {
      Distribution.Ended end = makers.get(i).end(processes.get(i));
      assertThat(end.code()).as(end.err()).isZero();
    }
    restart();
    assertThat(classes(loaded(restarting(), "source: shared objects file")))
        .contains("io.autoinit.cli.Main");
    try (Stream<Path> files = Files.list(autoinit.home().resolve("archive"))) {
      assertThat(files).isNotEmpty().allMatch(file -> file.toString().endsWith(".jsa"));
    }
  }

  @Tag("long")
  @Test
  void itServesSomebodyWhoMayOnlyRead() throws IOException {
    assumeTrue(
        Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid")),
        "only root can become another user");
    archive();
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path markers = Files.createDirectory(directory.resolve("of nobody"));
    Files.setPosixFilePermissions(markers, PosixFilePermissions.fromString("rwxrwxrwx"));

    Distribution.Ended end = succeeds(asNobody(markers, "run", "--", "echo", "up"));
    assertThat(end.out()).isEqualTo("up\n");
    ProcessBuilder again = asNobody(markers, "run", "--quiet", "--", "echo", "up");
    assertThat(classes(loaded(again, "source: shared objects file")))
        .contains("io.autoinit.cli.Main");

    Distribution.Ended refused = autoinit.end(autoinit.start(asNobody(markers, "archive")));
    assertThat(refused.err())
        .startsWith("autoinit: cannot write to " + autoinit.home().resolve("archive"))
        .hasLineCount(1);
    assertThat(refused.code()).isEqualTo(78);
  }

  private ProcessBuilder asNobody(Path markers, String... args) {
    List<String> line =
        new ArrayList<>(
            List.of("setpriv", "--reuid", NOBODY, "--regid", NOBODY, "--clear-groups", "--"));
    line.add(autoinit.launcher().toString());
    line.addAll(List.of(args));
    ProcessBuilder process = autoinit.processOf(line);
    process.environment().put("AUTOINIT_MARKER_DIR", markers.resolve("m").toString());
    return process;
  }

  private static Path archiveOf(Distribution distribution) throws IOException {
    try (Stream<Path> files = Files.list(distribution.home().resolve("archive"))) {
      return files.findFirst().orElseThrow();
    }
  }

  private Path archive() throws IOException {
    Distribution.Ended end = succeeds(autoinit.process("archive"));
    Path archive = Path.of(end.out().strip().replaceFirst("^made ", ""));
    assertThat(archive).isNotEmptyFile();
    return archive;
  }

  /** A start whose every word is known: nothing of the JVM gets into it. */
  private void restart() {
    restart("a restart");
  }

  private void restart(String what) {
    ProcessBuilder process = autoinit.process("run", "--quiet", "--", "echo", "up");
    Distribution.Ended end = autoinit.end(autoinit.start(process));
    assertThat(end.code()).as("%s: %s", what, end.err()).isZero();
    assertThat(end.out()).as(what).isEqualTo("up\n");
    assertThat(end.err().lines())
        .as(what)
        .singleElement()
        .asString()
        .contains("warning", "There are no steps, ");
  }

  private ProcessBuilder restarting() {
    return restarting(autoinit);
  }

  private static ProcessBuilder restarting(Distribution distribution) {
    return distribution.process("run", "--", "echo", "up");
  }

  private Distribution.Ended succeeds(ProcessBuilder process) {
    Distribution.Ended end = autoinit.end(autoinit.start(process));
    assertThat(end.code()).as(end.out() + end.err()).isZero();
    return end;
  }

  private List<String> loaded(ProcessBuilder process) {
    return loaded(process, "source: ");
  }

  private List<String> loaded(ProcessBuilder process, String having) {
    process.environment().put("JAVA_OPTS", "-Xlog:class+load");
    return succeeds(process).out().lines().filter(line -> line.contains(having)).toList();
  }

  private static List<String> classes(List<String> loaded) {
    return loaded.stream()
        .map(line -> line.replaceFirst("^(\\[[^]]*])* *", "").replaceFirst(" source: .*", ""))
        .toList();
  }

  private static Path anotherJava() throws IOException {
    Path all = Path.of("/usr/lib/jvm");
    if (!Files.isDirectory(all)) {
      return Path.of("");
    }
    try (Stream<Path> javas = Files.list(all)) {
      return javas
          .filter(java -> Files.isExecutable(java.resolve("bin/java")))
          .filter(java -> Files.isReadable(java.resolve("release")))
          .filter(java -> !version(java).equals(System.getProperty("java.version")))
          .findFirst()
          .orElse(Path.of(""));
    }
  }

  private static String version(Path java) {
    var release = new Properties();
    try (var in = Files.newInputStream(java.resolve("release"))) {
      release.load(in);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return release.getProperty("JAVA_VERSION").replace("\"", "");
  }
}
