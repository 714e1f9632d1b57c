package io.autoinit.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.autoinit.ConfigurationException;
import io.autoinit.spi.Setting.Kind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class BackendConfigTest {

  private static final BackendProvider PROVIDER =
      new BackendProvider() {
        @Override
        public String type() {
          return "toy";
        }

        @Override
        public Set<Role> roles() {
          return Set.of(Role.LOCKS);
        }

        @Override
        public List<Setting> settings() {
          return List.of(
              Setting.required("url", Kind.TEXT, "where the store is"),
              Setting.optional("password", Kind.SECRET, "its password"),
              Setting.optional("size", Kind.NUMBER, "a size"),
              Setting.optional("eager", Kind.FLAG, "whether at once"),
              Setting.optional("dir", Kind.PATH, "a directory"),
              Setting.standard("timeout", Kind.DURATION, "2s", "how long to wait"));
        }

        @Override
        public List<String> problems(BackendConfig config) {
          return config.text("url").orElseThrow().startsWith("toy:")
              ? List.of()
              : List.of(config.key("url") + " must begin with toy:");
        }

        @Override
        public Backend open(BackendConfig config) {
          throw new IllegalStateException("not needed");
        }
      };

  private static BackendConfig config(Map<String, String> values) {
    return BackendConfig.of("cache", "host-1-abc", PROVIDER, values);
  }

  @Test
  void values_are_read_by_their_kind() {
    BackendConfig config =
        config(Map.of("url", "toy:1", "size", "3", "eager", "true", "dir", "/tmp/x"));
    assertThat(config.text("url")).contains("toy:1");
    assertThat(config.text("password")).isEmpty();
    assertThat(config.number("size")).contains(3);
    assertThat(config.flag("eager")).isTrue();
    assertThat(config.path("dir")).contains(Path.of("/tmp/x"));
    assertThat(config.duration("timeout")).contains(Duration.ofSeconds(2));
    assertThat(config.key("url")).isEqualTo("autoinit.backends.cache.url");
    assertThat(config.instance()).isEqualTo("cache");
    assertThat(config.client()).isEqualTo("host-1-abc");
    assertThat(config(Map.of("url", "toy:1")).flag("eager")).isFalse();
  }

  @Test
  @DisplayName("BACKEND-4 every problem is told at once, with the nearest right name")
  void every_problem_at_once() {
    var thrown =
        catchThrowableOfType(
            ConfigurationException.class,
            () ->
                config(
                    Map.of(
                        "pasword", "s3cret", "size", "many", "timeout", "abc", "colour", "red")));
    assertThat(thrown.problems())
        .containsExactly(
            "autoinit.backends.cache.colour is unknown; a backend of this type takes [url,"
                + " password, size, eager, dir, timeout]",
            "autoinit.backends.cache.pasword is unknown: did you mean"
                + " autoinit.backends.cache.password?",
            "autoinit.backends.cache.size must be a whole number",
            "autoinit.backends.cache.timeout must be a duration such as 500ms, 2s or 5m",
            "autoinit.backends.cache.url is missing: where the store is");
    assertThat(thrown.getMessage()).doesNotContain("s3cret");
  }

  @Test
  void the_provider_looks_at_values_that_are_legal_by_their_kind() {
    assertThatThrownBy(() -> config(Map.of("url", "jdbc:other")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage("autoinit.backends.cache.url must begin with toy:");
  }

  @Test
  void a_setting_that_is_not_declared_cannot_be_read() {
    assertThatThrownBy(() -> config(Map.of("url", "toy:1")).text("ulr"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void no_value_shows_in_its_text() {
    assertThat(config(Map.of("url", "toy:1", "password", "s3cret")).toString())
        .contains("cache", "password")
        .doesNotContain("s3cret", "toy:1");
  }
}
