package io.autoinit.examples.library;

import static org.assertj.core.api.Assertions.assertThat;

import io.autoinit.core.AutoInit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShopTest {

  private static AutoInit start(Path markers) {
    return AutoInit.builder()
        .step(new Shop.Migrate())
        .environment(Map.of("AUTOINIT_MARKER_DIR", markers.toString()))
        .systemProperties(new Properties())
        .build();
  }

  @Test
  void theExampleRunsItsStepOnce(@TempDir Path directory) {
    Path markers = directory.resolve("markers");
    try (AutoInit first = start(markers)) {
      assertThat(first.run().get(0).ran()).isEqualTo(1);
    }
    try (AutoInit second = start(markers)) {
      assertThat(second.run().get(0).ran()).isZero();
    }
  }

  @Test
  void theReadmeShowsTheExampleAsItIs() throws IOException {
    String example =
        Files.readString(Path.of("src/main/java/io/autoinit/examples/library/Shop.java"));
    String readme = Files.readString(Path.of("../../README.md"));
    String shown = readme.substring(readme.indexOf("```java") + "```java".length());
    shown = shown.substring(0, shown.indexOf("```"));

    assertThat(withoutSpace(example)).contains(withoutSpace(shown));
  }

  private static String withoutSpace(String text) {
    return text.lines()
        .map(String::strip)
        .filter(l -> !l.isEmpty())
        .collect(Collectors.joining("\n"));
  }
}
