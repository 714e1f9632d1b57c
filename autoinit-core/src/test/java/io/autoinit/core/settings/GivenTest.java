package io.autoinit.core.settings;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a message shows of a value. */
class GivenTest {

  @ParameterizedTest
  @CsvSource({
    "redis://:p@ss@cache:6379, redis://:***@cache:6379",
    "redis://u:a&b@h, redis://u:***@h",
    "jdbc:x://db/a?password=p@ss&b=c, jdbc:x://db/a?password=***&b=c",
    "https://ci/hook?token=s3cr3t, https://ci/hook?token=***",
    "https://db:5432/x@y, https://db:5432/x@y",
    "no secret at all, no secret at all",
  })
  void noSecretIsShown(String value, String shown) {
    assertThat(Given.shown(value)).isEqualTo("'" + shown + "'");
  }
}
