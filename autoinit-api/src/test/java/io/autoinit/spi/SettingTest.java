package io.autoinit.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.autoinit.spi.Setting.Kind;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "300, 300000",
    "500ms, 500",
    "2s, 2000",
    "2 s, 2000",
    "5m, 300000",
    "1h, 3600000",
    "1d, 86400000",
    "' 7S ', 7000",
    "36500d, 3153600000000"
  })
  void durations_are_a_number_with_a_unit_or_seconds(String written, long millis) {
    assertThat(Setting.parseDuration(written)).contains(Duration.ofMillis(millis));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "abc",
        "-1",
        "1.5s",
        "5 minutes",
        "s",
        "1w",
        "PT5S",
        "1e3",
        "\u0663",
        "36501d",
        "999999999999d",
        "9999999999999"
      })
  void what_is_no_duration_is_refused(String written) {
    assertThat(Setting.parseDuration(written)).isEmpty();
    assertThat(Setting.optional("t", Kind.DURATION, "a time").expectationMissedBy(written))
        .contains("a duration such as 500ms, 2s or 5m");
  }

  @Test
  void each_kind_knows_its_values() {
    assertThat(missed(Kind.NUMBER, "42")).isFalse();
    assertThat(missed(Kind.NUMBER, "-1")).isTrue();
    assertThat(missed(Kind.NUMBER, "9999999999")).isTrue();
    assertThat(missed(Kind.FLAG, "true")).isFalse();
    assertThat(missed(Kind.FLAG, "yes")).isTrue();
    assertThat(missed(Kind.PATH, "/tmp/x")).isFalse();
    assertThat(missed(Kind.PATH, " ")).isTrue();
    assertThat(missed(Kind.PATH, "a\0b")).isTrue();
    assertThat(missed(Kind.TEXT, "")).isFalse();
    assertThat(missed(Kind.SECRET, "\u2603")).isFalse();
  }

  @Test
  void a_setting_that_its_author_got_wrong_is_refused() {
    assertThatThrownBy(() -> Setting.optional("Connect_Timeout", Kind.TEXT, "no"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Setting.standard("timeout", Kind.DURATION, "soon", "no"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the standard value of the setting 'timeout' must be a duration such as 500ms, 2s or"
                + " 5m");
  }

  @Test
  void the_nearest_name_is_the_one_meant_or_none() {
    List<String> names = List.of("url", "user", "password", "connect-timeout");
    assertThat(Setting.nearest("pasword", names)).contains("password");
    assertThat(Setting.nearest("passwrod", names)).contains("password");
    assertThat(Setting.nearest("connection-timeout", names)).contains("connect-timeout");
    assertThat(Setting.nearest("ulr", names)).contains("url");
    assertThat(Setting.nearest("colour-of-the-sky", names)).isEmpty();
    assertThat(Setting.nearest("url", List.of())).isEmpty();
  }

  private static boolean missed(Kind kind, String value) {
    return Setting.optional("x", kind, "x").expectationMissedBy(value).isPresent();
  }
}
