package io.autoinit.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The page of the model names actions and methods that are there. */
class PageTest {

  private static final Path SOURCES =
      Path.of("..", "autoinit-core", "src", "main", "java", "io", "autoinit", "core");
  private static final Pattern METHOD = Pattern.compile("`(\\w+)#(\\w+)`");
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `(\\w+)` \\| (.+) \\|$");

  private static final int MANY = 25;

  @Test
  void each_method_that_the_page_names_is_in_the_core() throws Exception {
    List<MatchResult> named = METHOD.matcher(Page.text()).results().toList();

    assertThat(named).hasSizeGreaterThan(MANY);
    for (MatchResult method : named) {
      assertThat(source(method.group(1)))
          .as("%s has a method %s", method.group(1), method.group(2))
          .containsPattern("(?m)^ +[\\w.<>@?, ]+ " + method.group(2) + "\\(");
    }
  }

  @Test
  void each_action_of_the_model_stands_in_the_table_and_no_other() throws Exception {
    String model = Files.readString(Model.SPEC.resolve("AutoInit.tla"));
    String next = model.substring(model.indexOf("\nActs(n) =="), model.indexOf("\nSpec =="));
    Set<String> actions =
        Pattern.compile("\\b([A-Z][a-z]\\w+)\\b")
            .matcher(next)
            .results()
            .map(m -> m.group(1))
            .filter(name -> !Set.of("Acts", "Fails", "Next", "Asked", "Nodes").contains(name))
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> shown =
        ROW.matcher(Page.text())
            .results()
            .map(m -> m.group(1))
            .filter(name -> model.contains("\n" + name))
            .filter(
                name -> Pattern.compile("(?m)^" + name + "(\\(.*\\))? ==").matcher(model).find())
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(actions).hasSizeGreaterThan(MANY);
    assertThat(shown).containsAll(actions);
  }

  @Test
  void each_promise_that_the_models_check_is_explained_on_the_page() throws Exception {
    String page = Page.text();
    for (Model model : Model.values()) {
      model
          .text()
          .lines()
          .filter(line -> line.startsWith("INVARIANTS ") || line.startsWith("PROPERTIES "))
          .flatMap(line -> Pattern.compile(" ").splitAsStream(line).skip(1))
          .forEach(promise -> assertThat(page).contains("| `" + promise + "` |"));
    }
  }

  private static String source(String type) throws Exception {
    try (var files = Files.walk(SOURCES)) {
      Path file =
          files
              .filter(path -> path.getFileName().toString().equals(type + ".java"))
              .findFirst()
              .orElseThrow(() -> new AssertionError("the core has no class " + type));
      return Files.readString(file);
    }
  }
}
