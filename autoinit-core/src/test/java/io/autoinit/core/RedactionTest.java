package io.autoinit.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.autoinit.core.settings.BackendInstance;
import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendConfig;
import io.autoinit.spi.BackendProvider;
import io.autoinit.spi.Role;
import io.autoinit.spi.Setting;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is a secret, and what stays readable. */
class RedactionTest {

  private static Redaction of(Map<String, String> environment) {
    return Redaction.of(List.of(), List.of(environment));
  }

  @ParameterizedTest
  @CsvSource({
    "connect to postgres://app:s3cr3t@db:5432/x, connect to postgres://app:***@db:5432/x",
    "redis://:s3cr3t@cache, redis://:***@cache",
    "redis://:s3@cr3t@cache, redis://:***@cache",
    "jdbc:postgresql://db/x?user=a&password=s3cr3t&ssl=on, jdbc:postgresql://db/x?user=a&password=***&ssl=on",
    "sslpassword=s3cr3t, sslpassword=***",
    "https://ci/hook?token=s3cr3t&run=v42, https://ci/hook?token=***&run=v42",
    "?access_token=s3cr3t, ?access_token=***",
    "PASSWORD=s3cr3t next, PASSWORD=*** next",
    "https://db:5432/x@y, https://db:5432/x@y",
    "mail to a@b, mail to a@b",
  })
  void passwordsInUrlsAreHiddenWhateverTheyAre(String text, String shown) {
    assertThat(of(Map.of()).apply(text)).isEqualTo(shown);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DB_PASSWORD",
        "PGPASSWORD",
        "DB_PASSWD",
        "CLIENT_SECRET",
        "GITHUB_TOKEN",
        "API_KEY",
        "APIKEY",
        "AWS_CREDENTIALS",
        "db_password"
      })
  void aVariableThatIsNamedLikeASecretIsOne(String name) {
    assertThat(of(Map.of(name, "open-sesame")).apply("it said open-sesame, twice: open-sesame"))
        .isEqualTo("it said ***, twice: ***");
  }

  @ParameterizedTest
  @ValueSource(strings = {"HOME", "DB_PASSWORD_FILE", "PATH", "DB_USER"})
  void otherVariablesStayReadable(String name) {
    assertThat(of(Map.of(name, "/run/secrets/db")).apply("in /run/secrets/db"))
        .isEqualTo("in /run/secrets/db");
  }

  @Test
  void aShortSecretIsHiddenAsAWordOnly() {
    assertThat(of(Map.of("DB_PASSWORD", "app")).apply("app: the application apps, 'app'"))
        .isEqualTo("***: the application apps, '***'");
  }

  @Test
  void aLongSecretIsHiddenWithinAWord() {
    assertThat(of(Map.of("DB_PASSWORD", "longsecret")).apply("xlongsecretx")).isEqualTo("x***x");
  }

  @Test
  void aSecretThatHoldsAnotherIsHiddenWhole() {
    assertThat(
            of(Map.of("A_TOKEN", "sesame-open", "B_TOKEN", "sesame-open-wide"))
                .apply("sesame-open-wide, sesame-open"))
        .isEqualTo("***, ***");
  }

  @Test
  void anEmptySecretHidesNothing() {
    assertThat(of(Map.of("DB_PASSWORD", "", "A_TOKEN", " ")).apply("a b")).isEqualTo("a b");
  }

  @Test
  void ofAUrlOnlyThePasswordIsASecret() {
    assertThat(
            of(Map.of("DB_SECRET_URL", "postgres://app:open-sesame@db/x"))
                .apply("db refused open-sesame of app"))
        .isEqualTo("db refused *** of app");
  }

  @Test
  void theEnvironmentOfEachStepCounts() {
    assertThat(
            Redaction.of(
                    List.of(),
                    List.of(
                        Map.of("HOME", "/root"),
                        Map.of("DB_PASSWORD", "first-secret"),
                        Map.of("DB_PASSWORD", "second-secret")))
                .apply("first-secret second-secret /root"))
        .isEqualTo("*** *** /root");
  }

  @Test
  void aSecretSettingOfABackendIsHiddenAndAnotherIsNot() {
    var provider = new Vault();
    var config =
        BackendConfig.of(
            "vault", "test", provider, Map.of("password", "open-sesame", "host", "vault-host"));
    assertThat(
            Redaction.of(List.of(new BackendInstance("vault", provider, config, false)), List.of())
                .apply("vault-host refused open-sesame"))
        .isEqualTo("vault-host refused ***");
  }

  private static final class Vault implements BackendProvider {

    @Override
    public String type() {
      return "vault";
    }

    @Override
    public Set<Role> roles() {
      return Set.of(Role.LOCKS);
    }

    @Override
    public List<Setting> settings() {
      return List.of(
          Setting.optional("password", Setting.Kind.SECRET, "opens it"),
          Setting.optional("host", Setting.Kind.TEXT, "where it is"));
    }

    @Override
    public Backend open(BackendConfig config) {
      throw new UnsupportedOperationException();
    }
  }
}
