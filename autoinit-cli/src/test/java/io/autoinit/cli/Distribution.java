package io.autoinit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** The unpacked distribution as a user runs it: real processes, in a directory of their own. */
final class Distribution {

  private static final Duration LONGEST = Duration.ofSeconds(60);

  private static final Path SHIPPED = Path.of(System.getProperty("autoinit.test.distribution", ""));

  private final Path home;
  private final Path work;

  Distribution(Path home, Path work) {
    this.home = home;
    this.work = work;
  }

  /** As it is shipped. */
  static Distribution in(Path work) {
    return new Distribution(SHIPPED, work);
  }

  /**
   * With its archive of classes, as in an image: each start takes a quarter less of a processor.
   */
  static Distribution withArchive(Path work) {
    return new Distribution(WithArchive.HOME, work);
  }

  /** Made once for all tests of this JVM. */
  private static final class WithArchive {
    static final Path HOME = make();

    private static Path make() {
      Path home = SHIPPED.resolveSibling("autoinit-with-archive");
      try {
        delete(home);
        Ended end = in(home).copyTo(home).run("archive");
        assertThat(end.code()).as(end.err()).isZero();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return home;
    }
  }

  static void delete(Path tree) throws IOException {
    if (!Files.exists(tree)) {
      return;
    }
    try (Stream<Path> files = Files.walk(tree)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  Path home() {
    return home;
  }

  Path launcher() {
    return home.resolve("bin/autoinit");
  }

  /** A copy that a test may change. */
  Distribution copyTo(Path target) throws IOException {
    try (Stream<Path> files = Files.walk(home)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Files.copy(
            file,
            target.resolve(home.relativize(file).toString()),
            java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
    return new Distribution(target, work);
  }

  /** A process that is not started yet: markers and outputs are in the test's directory. */
  ProcessBuilder process(String... args) {
    List<String> line = new ArrayList<>();
    line.add(launcher().toString());
    line.addAll(List.of(args));
    return processOf(line);
  }

  ProcessBuilder processOf(List<String> line) {
    var process = new ProcessBuilder(line).directory(work.toFile());
    process.environment().keySet().removeIf(name -> name.startsWith("AUTOINIT_"));
    process.environment().put("AUTOINIT_MARKER_DIR", markers().toString());
    process.environment().put("AUTOINIT_RUN_ID", "v1");
    process.environment().put("JAVA_HOME", System.getProperty("java.home"));
    process.environment().remove("JAVA_OPTS");
    process.redirectOutput(out().toFile()).redirectError(err().toFile());
    process.redirectInput(new File("/dev/null"));
    return process;
  }

  Path markers() {
    return work.resolve("markers");
  }

  private Path out() {
    return work.resolve("out");
  }

  private Path err() {
    return work.resolve("err");
  }

  Ended run(String... args) {
    return end(start(process(args)));
  }

  Process start(ProcessBuilder builder) {
    try {
      return hearing(builder).start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A build in the background ignores SIGINT, below nohup SIGHUP, and so would what it starts. */
  private static ProcessBuilder hearing(ProcessBuilder builder) throws IOException {
    long ignored =
        Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(line -> line.startsWith("SigIgn:"))
            .mapToLong(line -> Long.parseUnsignedLong(line.replaceAll("\\W|SigIgn", ""), 16))
            .findFirst()
            .orElseThrow();
    if ((ignored & 0b11) != 0) {
      builder.command(
          Stream.concat(Stream.of("env", "--default-signal=HUP,INT"), builder.command().stream())
              .toList());
    }
    return builder;
  }

  /** Waits for a process, to a deadline. */
  Ended end(Process process) {
    try {
      if (!process.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("did not end; so far: " + text(out()) + text(err()));
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return new Ended(process.exitValue(), text(out()), text(err()));
  }

  /** Waits until something is true, to a deadline, and no longer than a process lives. */
  void until(Process process, String what, BooleanSupplier condition) {
    until(what, () -> condition.getAsBoolean() || !process.isAlive());
    assertThat(condition.getAsBoolean())
        .as("%s, before it ended: %s%s", what, text(out()), text(err()))
        .isTrue();
  }

  /** Waits until something is true, to a deadline. */
  void until(String what, BooleanSupplier condition) {
    Instant deadline = Instant.now().plus(LONGEST);
    while (!condition.getAsBoolean()) {
      if (Instant.now().isAfter(deadline)) {
        throw new AssertionError("never came: " + what + "; so far: " + text(out()) + text(err()));
      }
      try {
        Thread.sleep(20);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** Waits until a file holds a process id, and gives the process. */
  ProcessHandle processIn(Path file, Process writer) {
    until(writer, file + " holds a line", () -> text(file).endsWith("\n"));
    return ProcessHandle.of(Long.parseLong(text(file).strip())).orElseThrow();
  }

  String soFar() {
    return text(out());
  }

  static String text(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file, StandardCharsets.UTF_8) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How a process ended. */
  record Ended(int code, String out, String err) {}
}
