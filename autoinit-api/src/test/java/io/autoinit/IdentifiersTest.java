package io.autoinit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdentifiersTest {

  @ParameterizedTest
  @ValueSource(strings = {"a", "7", "Shop", "shop-1.2.3_b", "v..", "default"})
  void what_is_legal_stays_as_it_is(String value) {
    assertThat(new RunId(value).value()).isEqualTo(value);
    assertThat(new Namespace(value)).hasToString(value);
    assertThat(new NodeId(value)).hasToString(value);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        ".",
        "..",
        "-rf",
        "_a",
        "a/b",
        "x/../../../pwned",
        "a b",
        "a\n",
        "a\0",
        "caf\u00e9",
        "a:b",
        "a*",
        "\u0661",
        "a'; DROP TABLE x"
      })
  void paths_injections_and_oddities_are_refused(String value) {
    assertThatThrownBy(() -> new RunId(value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("run id '")
        .hasMessageContaining("1 to 128 of the characters A-Z a-z 0-9 . _ -");
    assertThatThrownBy(() -> new Namespace(value)).hasMessageStartingWith("namespace '");
    assertThatThrownBy(() -> new NodeId(value)).hasMessageStartingWith("node id '");
  }

  @Test
  void the_longest_has_128_characters() {
    assertThat(new RunId("r".repeat(128)).value()).hasSize(128);
    assertThatThrownBy(() -> new RunId("r".repeat(129)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_message_shows_little_of_what_is_long_and_no_control_characters() {
    assertThatThrownBy(() -> new RunId("\u001b[2J" + "x".repeat(10_000)))
        .satisfies(
            thrown ->
                assertThat(thrown.getMessage())
                    .hasSizeLessThan(250)
                    .contains("...")
                    .doesNotContain("\u001b"));
  }
}
