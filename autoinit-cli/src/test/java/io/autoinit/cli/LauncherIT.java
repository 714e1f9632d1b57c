package io.autoinit.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The launcher {@code bin/autoinit}: which Java, which class path, and becoming the command. */
class LauncherIT {

  @TempDir private Path directory = Path.of("");
  private Distribution autoinit = Distribution.in(directory);

  @BeforeEach
  void setUp() {
    autoinit = Distribution.withArchive(directory);
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"sh", "dash", "busybox ash", "bash --posix"})
  void becomesTheCommandInEveryShell(String shell) throws Exception {
    String name = shell.replaceFirst(" .*", "");
    assumeTrue(isInPath(name), name + " is not installed here");
    List<String> line = new ArrayList<>(List.of(shell.split(" ", -1)));
    line.add(autoinit.launcher().toString());
    line.addAll(List.of("run", "--", "sh", "-c", "echo $$; exit 7"));

    Process process = autoinit.start(autoinit.processOf(line));
    Distribution.Ended end = autoinit.end(process);

    assertThat(end.out().strip()).as(end.err()).isEqualTo(Long.toString(process.pid()));
    assertThat(end.code()).isEqualTo(7);
  }

  @Test
  void argumentsArriveUnchanged() {
    String[] odd = {
      "a b",
      "",
      "it's",
      "\"quoted\"",
      "two\nlines",
      "*",
      "$HOME",
      "`id`",
      "--",
      "-x",
      "\\",
      "!",
      "("
    };
    String[] command = {"run", "--", "sh", "-c", "for a; do printf '<%s>' \"$a\"; done", "sh"};

    Distribution.Ended end =
        autoinit.run(
            Stream.concat(Arrays.stream(command), Arrays.stream(odd)).toArray(String[]::new));

    assertThat(end.out())
        .as(end.err())
        .isEqualTo(Arrays.stream(odd).collect(Collectors.joining("><", "<", ">")));
  }

  @Test
  void theEnvironmentArrivesUnchanged() {
    ProcessBuilder direct = autoinit.processOf(List.of("/bin/sh", "-c", "exec env"));
    direct.environment().putAll(Map.of("status", "a", "child", "b", "home", "c", "CDPATH", "/"));
    List<String> wanted = environment(autoinit.end(autoinit.start(direct)));
    ProcessBuilder behind = autoinit.process("run", "--", "env");
    behind.environment().putAll(direct.environment());

    assertThat(environment(autoinit.end(autoinit.start(behind)))).isEqualTo(wanted);
  }

  private static List<String> environment(Distribution.Ended end) {
    assertThat(end.code()).as(end.err()).isZero();
    return end.out().lines().filter(line -> !line.startsWith("_=")).sorted().toList();
  }

  @Test
  void standardInputIsTheCommands() throws IOException {
    Path input = Files.writeString(directory.resolve("input"), "first\nsecond\n");

    Distribution.Ended end =
        autoinit.end(
            autoinit.start(autoinit.process("run", "--", "cat").redirectInput(input.toFile())));

    assertThat(end.out()).as(end.err()).isEqualTo("first\nsecond\n");
  }

  /** As in a container without an init: nobody else waits for what the phases have started. */
  @Test
  void asProcessOneItLeavesNothingBehind() throws IOException {
    assumeTrue(isInPath("unshare"), "unshare is not installed here");
    Files.writeString(
        directory.resolve("autoinit.conf"),
        """
        autoinit.steps = [{
          name = migrate, phase = infrastructure, command = [sh, -c, "sleep 600 & echo $! > child"]
        }]
        """);
    List<String> line = new ArrayList<>(List.of("unshare", "--pid", "--fork", "--mount-proc"));
    if (!isRoot()) {
      line.add("--map-root-user");
    }
    line.add(autoinit.launcher().toString());
    // The shell's own list of processes: itself and what lists.
    line.addAll(
        List.of(
            "run",
            "--",
            "sh",
            "-c",
            "echo $$; for p in /proc/[0-9]*; do cat $p/stat; done; exit 7"));

    Distribution.Ended end = autoinit.end(autoinit.start(autoinit.processOf(line)));

    assumeTrue(!end.err().startsWith("unshare: "), end.err());
    List<String> out = end.out().lines().toList();
    assertThat(Distribution.text(directory.resolve("child"))).isNotBlank();
    assertThat(out.get(0)).as(end.err()).isEqualTo("1");
    assertThat(out.subList(1, out.size()))
        .noneMatch(process -> process.contains(") Z "))
        .noneMatch(process -> process.contains("(sleep)") || process.contains("(java)"));
    assertThat(end.code()).isEqualTo(7);
  }

  @Test
  void behindTiniSignalsAndCodesAreTheCommands() {
    assumeTrue(isInPath("tini"), "tini is not installed here");
    List<String> line =
        new ArrayList<>(List.of("tini", "-s", "--", autoinit.launcher().toString()));
    line.addAll(
        List.of(
            "run", "--", "sh", "-c", "trap 'exit 9' TERM; echo up; while :; do sleep 0.1; done"));
    Process process = autoinit.start(autoinit.processOf(line));
    autoinit.until(process, "the command is up", () -> autoinit.soFar().contains("up"));

    process.destroy();

    assertThat(autoinit.end(process).code()).isEqualTo(9);
  }

  /** There is no systemd here; what it would do with the file is to split lines at blanks. */
  @Test
  void theServiceOfSystemdBecomesItsCommand() throws IOException {
    List<String> unit = Files.readAllLines(Path.of("../examples/systemd/shop.service"));
    List<String> line = new ArrayList<>(List.of(values(unit, "ExecStart").get(0).split(" ", -1)));
    assertThat(values(unit, "Type")).containsExactly("exec");
    assertThat(line).startsWith("/opt/autoinit/bin/autoinit", "run").contains("--");
    assertThat(line).noneMatch(word -> word.isEmpty() || word.matches(".*[\"'%$;\\\\].*"));
    line.set(0, autoinit.launcher().toString());
    line.subList(line.indexOf("--") + 1, line.size()).clear();
    line.addAll(List.of("sh", "-c", "echo $$"));
    ProcessBuilder builder = autoinit.processOf(line);
    for (String variable : values(unit, "Environment")) {
      String[] parts = variable.split("=", 2);
      builder.environment().put(parts[0], parts[1]);
    }
    builder.environment().put("AUTOINIT_MARKER_DIR", autoinit.markers().toString());

    Process process = autoinit.start(builder);
    Distribution.Ended end = autoinit.end(process);

    assertThat(end.out().strip()).as(end.err()).isEqualTo(Long.toString(process.pid()));
  }

  private static List<String> values(List<String> unit, String key) {
    return unit.stream()
        .filter(line -> line.startsWith(key + "="))
        .map(line -> line.substring(key.length() + 1))
        .toList();
  }

  private static boolean isRoot() throws IOException {
    return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
  }

  @Test
  void aSignalReachesTheCommand() {
    Process process =
        autoinit.start(
            autoinit.process(
                "run",
                "--",
                "sh",
                "-c",
                "trap 'echo got it; exit 9' TERM; echo up; while :; do sleep 0.1; done"));
    autoinit.until(process, "the command is up", () -> autoinit.soFar().contains("up"));

    process.destroy();

    Distribution.Ended end = autoinit.end(process);
    assertThat(end.out()).endsWith("got it\n");
    assertThat(end.code()).isEqualTo(9);
  }

  /** So many arguments that dropping them takes the shell a while, and a Java that takes none. */
  @Test
  void aSignalAfterThePhasesKeepsTheCommandFromStarting() throws Exception {
    Path java = Files.createDirectories(directory.resolve("quick/bin")).resolve("java");
    Files.writeString(java, "#!/bin/sh\necho $$ >java\nsleep 0.5\nexit 120\n");
    assertThat(java.toFile().setExecutable(true)).isTrue();
    Files.writeString(directory.resolve("quick/release"), "JAVA_VERSION=\"17\"\n");
    List<String> args = new ArrayList<>(Collections.nCopies(60_000, "x"));
    args.addAll(List.of("--", "echo", "became"));
    ProcessBuilder builder = autoinit.process(args.toArray(String[]::new));
    builder.environment().put("JAVA_HOME", directory.resolve("quick").toString());
    Process process = autoinit.start(builder);
    autoinit.until(
        process,
        "the phases are there",
        () -> Distribution.text(directory.resolve("java")).endsWith("\n"));
    autoinit.until(
        process, "the phases are done", () -> process.toHandle().children().findAny().isEmpty());

    process.destroy();

    Distribution.Ended end = autoinit.end(process);
    assertThat(end.out()).isEmpty();
    assertThat(end.code()).as(end.err()).isEqualTo(143);
  }

  @Test
  void aCommandThatDoesNotExistIsRefusedBeforeThePhases() {
    Distribution.Ended end = autoinit.run("run", "--", "no-such-command");

    assertThat(end.err())
        .isEqualTo(
            "autoinit: there is no command 'no-such-command' in PATH; see 'autoinit run --help'\n");
    assertThat(end.code()).isEqualTo(64);
    assertThat(autoinit.markers()).doesNotExist();
  }

  @Test
  void helpDoesNotBecomeTheCommand() {
    Distribution.Ended end = autoinit.run("run", "--help", "--", "echo", "became");

    assertThat(end.out()).contains("Usage:").doesNotContain("became");
    assertThat(end.code()).isZero();
  }

  @Test
  void aWrongJavaHomeIsToldInOneSentence() {
    ProcessBuilder process = autoinit.process("--version");
    process.environment().put("JAVA_HOME", "/no/such/java");

    Distribution.Ended end = autoinit.end(autoinit.start(process));

    assertThat(end.err())
        .isEqualTo(
            "autoinit: JAVA_HOME is /no/such/java, but there is no bin/java in it: correct or unset"
                + " it\n");
    assertThat(end.code()).isEqualTo(78);
  }

  @Test
  void noJavaAtAllIsToldInOneSentence() {
    ProcessBuilder process = autoinit.process("--version");
    process.environment().remove("JAVA_HOME");
    process.environment().put("PATH", "/nowhere");

    Distribution.Ended end = autoinit.end(autoinit.start(process));

    assertThat(end.err()).startsWith("autoinit: there is no java in PATH").hasLineCount(1);
    assertThat(end.code()).isEqualTo(78);
  }

  @ParameterizedTest(name = "Java {0}, said by its release file: {1}")
  @org.junit.jupiter.params.provider.CsvSource({
    "1.8.0_292, true",
    "11.0.2, true",
    "1.8.0_292, false",
    "16, false"
  })
  void anOldJavaIsToldInOneSentence(String version, boolean release) throws IOException {
    Path java = Files.createDirectories(directory.resolve("old/bin")).resolve("java");
    Files.writeString(
        java, "#!/bin/sh\necho 'openjdk version \"" + version + "\" 2020-01-01' >&2\n");
    assertThat(java.toFile().setExecutable(true)).isTrue();
    if (release) {
      Files.writeString(
          directory.resolve("old/release"),
          "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\nOS_NAME=\"Linux\"\n");
    }
    ProcessBuilder process = autoinit.process("--version");
    process.environment().put("JAVA_HOME", directory.resolve("old").toString());

    Distribution.Ended end = autoinit.end(autoinit.start(process));

    assertThat(end.err())
        .contains("is Java " + version + ": Java 17 or later is needed")
        .hasLineCount(1);
    assertThat(end.code()).isEqualTo(78);
  }

  @Test
  void optionsForTheJvmWinOverTheLaunchers() {
    ProcessBuilder process = autoinit.process("--version");
    process.environment().put("JAVA_OPTS", "-Xmx99m  -XX:+PrintFlagsFinal");

    Distribution.Ended end = autoinit.end(autoinit.start(process));

    assertThat(end.out()).containsPattern("MaxHeapSize += 10\\d{7} ");
  }

  @Test
  void itIsFoundBehindLinksAndBlanks() throws IOException {
    Path home = Files.createDirectories(directory.resolve("a b/it's")).resolve("autoinit");
    Distribution moved = autoinit.copyTo(home);
    Path link = Files.createSymbolicLink(directory.resolve("first"), Path.of("a b/second"));
    Files.createSymbolicLink(directory.resolve("a b/second"), moved.launcher());

    Distribution.Ended end =
        autoinit.end(
            autoinit.start(
                autoinit.processOf(List.of(link.toString(), "run", "--", "echo", "up"))));

    assertThat(end.out()).as(end.err()).isEqualTo("up\n");
  }

  @Test
  void aBackendIsRemovedByDeletingItsDirectory() throws IOException {
    Distribution bare = autoinit.copyTo(directory.resolve("bare"));
    Distribution.delete(bare.home().resolve("backends"));

    Distribution.Ended end = bare.run("run", "--", "echo", "up");

    assertThat(end.out()).as(end.err()).isEqualTo("up\n");
  }

  @Test
  void everyBackendBringsItsOwnLibraries() throws IOException {
    assertThat(jars("lib"))
        .contains("autoinit-api", "autoinit-core", "autoinit-cli")
        .doesNotContain("autoinit-tck", "autoinit-test-servers")
        .noneMatch(jar -> jar.matches(".*(backend|postgresql|jedis|commons-pool|redis).*"));
    assertThat(jars("backends/postgres"))
        .containsExactlyInAnyOrder("autoinit-backend-postgres", "postgresql");
    assertThat(jars("backends/redis"))
        .contains("autoinit-backend-redis", "jedis", "commons-pool2")
        .noneMatch(jar -> jar.matches("(autoinit-api|autoinit-core|slf4j-api|jspecify)"));
  }

  private List<String> jars(String below) throws IOException {
    try (Stream<Path> files = Files.list(autoinit.home().resolve(below))) {
      return files.map(file -> file.getFileName().toString().replaceFirst("-\\d.*", "")).toList();
    }
  }

  private static boolean isInPath(String name) {
    return Stream.of(System.getenv("PATH").split(":", -1))
        .anyMatch(each -> Files.isExecutable(Path.of(each, name)));
  }
}
