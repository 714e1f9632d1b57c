package io.autoinit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.autoinit.core.SettingsReference;
import io.autoinit.spi.BackendProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * {@code docs/settings.md} says what the code reads. {@code -Dautoinit.docs.write=true} writes it.
 */
class SettingsPageTest {

  private static final Set<String> TYPES =
      Set.of("file", "postgres", "redis", "hazelcast", "zookeeper");

  @Test
  void thePageOfSettingsIsThatOfTheCode() throws IOException {
    List<BackendProvider> providers =
        ServiceLoader.load(BackendProvider.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(provider -> TYPES.contains(provider.type()))
            .toList();
    assertThat(providers).hasSize(TYPES.size());
    Path page = Path.of("..", "docs", "settings.md");
    String text = SettingsReference.markdown(providers);
    if (Boolean.getBoolean("autoinit.docs.write")) {
      Files.writeString(page, text);
    }
    assertThat(page).as("write it with -Dautoinit.docs.write=true").hasContent(text);
  }
}
