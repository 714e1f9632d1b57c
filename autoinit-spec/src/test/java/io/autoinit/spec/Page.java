package io.autoinit.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The page of the model. Its tables of results are written by the tests, between two comments. */
final class Page {

  private static final Path FILE = Model.SPEC.resolve("README.md");

  private Page() {}

  static String text() throws IOException {
    return Files.readString(FILE);
  }

  static String models(Map<Model, Long> states) {
    StringBuilder table =
        new StringBuilder("| model | what happens in it | distinct states |\n|---|---|---|\n");
    states.forEach((model, count) -> table.append(row(model, count)));
    return table.toString();
  }

  static String row(Model model, long states) {
    return "| [`%1$s.cfg`](%1$s.cfg) | %2$s | %3$,d |\n"
        .formatted(model.title(), model.shows(), states);
  }

  static String variants() {
    StringBuilder table = new StringBuilder("| spoilt | violated | model, with |\n|---|---|---|\n");
    for (Variant variant : Variant.values()) {
      table.append(
          "| %s | `%s` | `%s.cfg`, `%s` |\n"
              .formatted(
                  variant.what(),
                  variant.violates(),
                  variant.model().title(),
                  String.join("`, `", variant.constants())));
    }
    return table.toString();
  }

  /** Fails unless the page shows the block; {@code -Dautoinit.docs.write=true} writes it. */
  static void requireBlock(String name, String expected) throws IOException {
    String text = text();
    String opening = "<!-- " + name + " -->\n";
    int begin = text.indexOf(opening) + opening.length();
    int end = text.indexOf("<!-- /" + name + " -->");
    assertThat(text).contains(opening).contains("<!-- /" + name + " -->");
    if (Boolean.getBoolean("autoinit.docs.write")) {
      Files.writeString(FILE, text.substring(0, begin) + expected + text.substring(end));
      return;
    }
    assertThat(text.substring(begin, end))
        .as("write it with -Dautoinit.docs.write=true")
        .isEqualTo(expected);
  }
}
