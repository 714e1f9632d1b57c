package io.autoinit.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The page about the simulation. Its tables are written by the tests, between two comments. */
final class Page {

  private static final Path FILE = Path.of("..", "docs", "simulation.md");

  private Page() {}

  static String rules() {
    StringBuilder table = new StringBuilder("| rule | in words |\n|---|---|\n");
    for (Rule rule : Rule.values()) {
      table.append("| `%s` | %s |\n".formatted(rule.title(), rule.words()));
    }
    return table.toString();
  }

  static String sownFaults(Map<SownFault, Map<String, String>> found) {
    StringBuilder table =
        new StringBuilder("| sown fault | rule that it broke | after seeds |\n|---|---|---|\n");
    found.forEach(
        (fault, how) ->
            table.append(
                "| %s | `%s` | %s |\n".formatted(fault.what(), how.get("rule"), how.get("seed"))));
    return table.toString();
  }

  /** What stands between the comments of a name. */
  static String block(String name) throws IOException {
    String text = Files.readString(FILE);
    assertThat(text).contains(opening(name)).contains(closing(name));
    return text.substring(
        text.indexOf(opening(name)) + opening(name).length(), text.indexOf(closing(name)));
  }

  /** Whether the tables are to be written. */
  static boolean writes() {
    return Boolean.getBoolean("autoinit.docs.write");
  }

  static void write(String name, String table) throws IOException {
    String text = Files.readString(FILE);
    Files.writeString(
        FILE,
        text.substring(0, text.indexOf(opening(name)) + opening(name).length())
            + table
            + text.substring(text.indexOf(closing(name))));
  }

  private static String opening(String name) {
    return "<!-- " + name + " -->\n";
  }

  private static String closing(String name) {
    return "<!-- /" + name + " -->";
  }
}
