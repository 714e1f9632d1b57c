package io.autoinit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * {@code docs/write-a-backend.md} shows the example as it is compiled and run: each block of code
 * says from which file it comes. Its report is compared by {@code examples/custom-backend/run}.
 */
class WriteABackendPageTest {

  private static final Path ROOT = Path.of("..");
  private static final Path EXAMPLE = ROOT.resolve("examples/custom-backend");
  private static final Pattern BLOCK =
      Pattern.compile("(?m)(?:^<!-- from (\\S+) -->\\n)?^```(\\w*)\\n(.*?)^```$", Pattern.DOTALL);

  @Test
  void everyBlockOfCodeIsThatOfItsFile() throws IOException {
    List<String> wrong = new ArrayList<>();
    List<MatchResult> blocks = blocks(Files.readString(ROOT.resolve("docs/write-a-backend.md")));
    for (MatchResult block : blocks) {
      wrong.addAll(problem(block).stream().toList());
    }
    assertThat(blocks).hasSizeGreaterThan(10);
    assertThat(wrong).isEmpty();
  }

  @Test
  void everyFileOfTheBackendIsShownSomewhere() throws IOException {
    String page = Files.readString(ROOT.resolve("docs/write-a-backend.md"));
    try (Stream<Path> files = Files.walk(EXAMPLE.resolve("src/main"))) {
      assertThat(
              files
                  .filter(Files::isRegularFile)
                  .filter(file -> !file.endsWith("package-info.java"))
                  .map(file -> EXAMPLE.relativize(file).toString()))
          .hasSizeGreaterThan(5)
          .allSatisfy(file -> assertThat(page).contains("<!-- from " + file + " -->"));
    }
  }

  @Test
  void aBlockThatIsInNoFileIsSeen() throws IOException {
    String page =
        """
        <!-- from pom.xml -->
        ```xml
        <artifactId>autoinit-tck</artifactId>
        ...
            <scope>test</scope>
        ```
        <!-- from pom.xml -->
        ```xml
        <artifactId>autoinit-core</artifactId>
        ```
        ```java
        class OfNoFile {}
        ```
        """;
    List<MatchResult> blocks = blocks(page);
    assertThat(blocks).hasSize(3);
    assertThat(problem(blocks.get(0))).isEmpty();
    assertThat(problem(blocks.get(1)).orElseThrow()).contains("pom.xml", "autoinit-core");
    assertThat(problem(blocks.get(2)).orElseThrow()).contains("says no file", "OfNoFile");
  }

  private static List<MatchResult> blocks(String page) {
    return BLOCK.matcher(page).results().toList();
  }

  /** Lines of three dots stand for what is left out. */
  private static Optional<String> problem(MatchResult block) throws IOException {
    if (block.group(1) == null) {
      return Optional.of("a block says no file: " + block.group(3));
    }
    String file = withoutSpace(Files.readString(EXAMPLE.resolve(block.group(1))));
    int from = 0;
    for (String part : block.group(3).split("(?m)^\\s*\\.\\.\\.\\s*$", -1)) {
      int at = file.indexOf(withoutSpace(part), from);
      if (at < 0) {
        return Optional.of(block.group(1) + " has no such lines: " + part);
      }
      from = at + withoutSpace(part).length();
    }
    return Optional.empty();
  }

  private static String withoutSpace(String text) {
    return text.lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .collect(Collectors.joining("\n"));
  }
}
