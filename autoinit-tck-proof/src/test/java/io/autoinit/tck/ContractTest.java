package io.autoinit.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The document, the kit and the javadoc of the SPI know the same rules. */
class ContractTest {

  private static final Pattern ID = Pattern.compile("\\b(?:LOCK|READY|MARK|BACKEND)-\\d+");
  private static final Path ROOT = Path.of("..");

  @Test
  void every_rule_of_the_document_is_tested_by_the_kit_and_the_other_way_round()
      throws IOException {
    assertThat(displayNames())
        .hasSizeGreaterThan(70)
        .allSatisfy(name -> assertThat(name).matches(ID.pattern() + " \\S.*"));
    TreeSet<String> tested =
        displayNames().stream()
            .map(name -> name.substring(0, name.indexOf(' ')))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(headings()).hasSizeGreaterThan(20).containsExactlyInAnyOrderElementsOf(tested);
  }

  @Test
  void every_rule_of_the_document_says_what_for_and_how_it_is_tested() throws IOException {
    String[] rules = document().split("(?m)^### ");
    assertThat(Stream.of(rules).skip(1))
        .allSatisfy(rule -> assertThat(rule).contains("\n*Why:*", "\n*Tested:*"));
  }

  @Test
  void the_javadoc_of_the_spi_cites_every_rule_and_no_other() throws IOException {
    var cited = new TreeSet<String>();
    try (Stream<Path> sources =
        Files.walk(ROOT.resolve("autoinit-api/src/main/java/io/autoinit/spi"))) {
      for (Path source : sources.filter(Files::isRegularFile).toList()) {
        cited.addAll(ids(Files.readString(source)));
      }
    }
    assertThat(cited).containsExactlyInAnyOrderElementsOf(new TreeSet<>(headings()));
  }

  private static String document() throws IOException {
    return Files.readString(ROOT.resolve("docs/contract.md"));
  }

  static List<String> headings() throws IOException {
    return Pattern.compile("(?m)^### (\\S+) ")
        .matcher(document())
        .results()
        .map(heading -> heading.group(1))
        .toList();
  }

  private static List<String> ids(String text) {
    return ID.matcher(text).results().map(MatchResult::group).toList();
  }

  private static List<String> displayNames() {
    return Stream.of(BackendTck.class.getMethods())
        .filter(method -> method.isAnnotationPresent(Test.class))
        .map(method -> method.getAnnotation(DisplayName.class).value())
        .toList();
  }
}
