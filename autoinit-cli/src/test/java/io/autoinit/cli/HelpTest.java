package io.autoinit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HelpTest {

  private static final Path REFERENCE = Path.of("../docs/cli.md");

  @ParameterizedTest(name = "autoinit {0}")
  @ValueSource(
      strings = {
        "--help",
        "-h",
        "infrastructure --help",
        "node --help",
        "run --help",
        "wait --help",
        "ready --help",
        "ready check --help",
        "ready set --help",
        "ready clear --help",
        "status --help",
        "runs --help",
        "unlock --help",
        "plan --help",
        "completion --help",
        "archive --help"
      })
  void helpHasExamplesAndExitCodes(String args) {
    InProcess end = InProcess.autoinit(args.split(" ", -1));

    assertThat(end.code()).isZero();
    assertThat(end.err()).isEmpty();
    assertThat(end.out().lines())
        .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(Block.WIDTH));
    assertThat(end.out()).contains("Usage: autoinit", "Examples:", "Exit codes:");
    assertThat(codes(end.out(), "^  (\\d+) +(.+)$")).isEqualTo(ExitCode.table());
  }

  @ParameterizedTest
  @ValueSource(strings = {"--version", "-V"})
  void versionIsOneLine(String option) {
    InProcess end = InProcess.autoinit(option);

    assertThat(end.code()).isZero();
    assertThat(end.out()).startsWith("autoinit ").hasLineCount(1);
  }

  @Test
  void theReferenceHasTheExitCodesOfTheHelp() throws IOException {
    assertThat(codes(Files.readString(REFERENCE), "^\\| (\\d+) \\| (.+) \\|$"))
        .isEqualTo(ExitCode.table());
  }

  @Test
  void theReferenceHasEveryOptionOfTheHelp() throws IOException {
    String reference = Files.readString(REFERENCE);
    List<String> options =
        Stream.of(
                "--help",
                "infrastructure --help",
                "node --help",
                "run --help",
                "wait --help",
                "ready --help",
                "ready clear --help",
                "status --help",
                "runs --help",
                "unlock --help",
                "plan --help")
            .map(args -> InProcess.autoinit(args.split(" ", -1)).out())
            .flatMap(help -> Pattern.compile("(?<=\\s)--[a-z-]{2,}").matcher(help).results())
            .map(found -> "`" + found.group())
            .distinct()
            .toList();

    assertThat(options).hasSizeGreaterThan(8);
    assertThat(reference).contains(options);
  }

  private static Map<String, String> codes(String text, String pattern) {
    return Arrays.stream(text.split("\\R", -1))
        .map(Pattern.compile(pattern)::matcher)
        .filter(Matcher::matches)
        .collect(
            Collectors.toMap(
                m -> m.group(1), m -> m.group(2), (a, b) -> a + b, LinkedHashMap::new));
  }
}
