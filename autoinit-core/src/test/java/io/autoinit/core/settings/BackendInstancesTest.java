package io.autoinit.core.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.autoinit.spi.BackendConfig;
import io.autoinit.spi.Role;
import io.autoinit.spi.Setting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which instances there are, and which plays which role. */
class BackendInstancesTest {

  private static final String LOCAL_POSTGRES =
      "autoinit.backends.postgres.url = \"jdbc:postgresql://localhost/shop\"\n";
  private static final String LOCAL_REDIS = "autoinit.backends.redis {}\n";

  private final Path directory;
  private final SettingsFixture given;

  BackendInstancesTest(@TempDir Path directory) {
    this.directory = directory;
    this.given = new SettingsFixture(directory).environment("AUTOINIT_RUN_ID", "r1");
  }

  private Map<Role, String> roles(String text) {
    return given.file(text).read().roles();
  }

  private static Map<Role, String> roles(String locks, String readiness, String markers) {
    return Map.of(Role.LOCKS, locks, Role.READINESS, readiness, Role.MARKERS, markers);
  }

  @Test
  void oneVariableMakesAnInstance() {
    given.environment("AUTOINIT_BACKENDS_POSTGRES_URL", "jdbc:postgresql://db/shop");
    Settings settings = given.read();
    assertThat(settings.roles()).isEqualTo(roles("postgres", "postgres", "file"));
    assertThat(settings.instance(Role.LOCKS).config().text("url"))
        .contains("jdbc:postgresql://db/shop");
    assertThat(settings.instance(Role.LOCKS).onThisMachine()).isFalse();
  }

  @Test
  void theReferencePairingNeedsNoRoles() {
    assertThat(roles(LOCAL_POSTGRES + LOCAL_REDIS)).isEqualTo(roles("postgres", "redis", "file"));
  }

  @Test
  void redisAloneKeepsLocksAndReadiness() {
    assertThat(roles(LOCAL_REDIS)).isEqualTo(roles("redis", "redis", "file"));
  }

  @Test
  void aConfiguredFileInstanceIsTheLastChoiceForLocksAndReadiness() {
    assertThat(
            roles(
                LOCAL_REDIS + "autoinit.backends.volume { type = file, marker-dir = /mnt/shared }"))
        .isEqualTo(roles("redis", "redis", "volume"));
    assertThat(roles("autoinit.backends.volume { type = file, marker-dir = /mnt/shared }"))
        .isEqualTo(roles("volume", "volume", "volume"));
  }

  @Test
  void aLockBackendOfAThirdPartyStandsBesideRedisAndFiles() {
    assertThat(
            roles(
                LOCAL_REDIS
                    + "autoinit.backends.locksmith.host = localhost\nautoinit.locks = locksmith"))
        .isEqualTo(roles("locksmith", "redis", "file"));
  }

  @Test
  void aNamedTypeNeedsNoBlock() {
    assertThat(given.environment("AUTOINIT_CACHE_ALIAS", "redis").read().roles())
        .isEqualTo(roles("redis", "redis", "file"));
  }

  @Test
  void filesMayBeNamedForAnyRole() {
    assertThat(roles(LOCAL_REDIS + "autoinit.locks = file"))
        .isEqualTo(roles("file", "redis", "file"));
  }

  @Test
  void twoOfTheSameRankAreAnErrorThatNamesBoth() {
    given.file(LOCAL_REDIS + "autoinit.backends.cache { type = redis }");
    assertThat(given.problems())
        .containsExactly(
            "autoinit.locks is open: cache and redis offer locks; choose one, for example by AUTOINIT_LOCKS=cache",
            "autoinit.readiness is open: cache and redis offer readiness; choose one, for example by AUTOINIT_READINESS=cache");
  }

  @Test
  void aStrongLockIsProposedFirst() {
    given.file(LOCAL_REDIS + "autoinit.backends.smith { type = locksmith, host = localhost }");
    assertThat(given.problems())
        .containsExactly(
            "autoinit.locks is open: smith and redis offer locks; choose one, for example by AUTOINIT_LOCKS=smith");
  }

  /** Opening a store counts, too. */
  @Test
  void whoWaitsForLessThanAStoreMayTakeWaitsNoLongerForTheStore() {
    given.file(LOCAL_POSTGRES + "autoinit.timeout = 3");
    assertThat(given.read().instance(Role.LOCKS).config().duration("connect-timeout"))
        .contains(Duration.ofSeconds(3));
  }

  @Test
  void aConnectionHasItsTimeHoweverShortTheTimeout() {
    given.file(LOCAL_POSTGRES + "autoinit.timeout = 100ms");
    assertThat(given.read().instance(Role.LOCKS).config().duration("connect-timeout"))
        .contains(Duration.ofSeconds(2));
    given.file(LOCAL_POSTGRES + "autoinit.timeout = 0");
    assertThat(given.read().instance(Role.LOCKS).config().duration("connect-timeout"))
        .contains(Duration.ofSeconds(5));
    given.file(
        LOCAL_POSTGRES + "autoinit.timeout = 3, autoinit.backends.postgres.connect-timeout = 20s");
    assertThat(given.read().instance(Role.LOCKS).config().duration("connect-timeout"))
        .contains(Duration.ofSeconds(20));
  }

  @Test
  void aRoleThatNobodyOffersIsAnError() {
    given.file("autoinit.backends.bulletin {}");
    assertThat(given.problems())
        .containsExactly(
            "no configured backend offers locks: there is only bulletin; configure one that does, or set AUTOINIT_LOCKS=file to keep them on this machine");
  }

  @Test
  void aRoleMustNameAnInstanceThatOffersIt() {
    given.file(LOCAL_POSTGRES + LOCAL_REDIS + "autoinit.backends.bulletin {}");
    given
        .environment("AUTOINIT_LOCKS", "bulletin")
        .set("autoinit.readiness", "reddis", "--readiness");
    assertThat(given.problems())
        .containsExactly(
            "environment AUTOINIT_LOCKS: autoinit.locks cannot be bulletin: a backend of type bulletin offers no locks; those that do: file, postgres, redis",
            "--readiness names no backend instance: 'reddis'; there are bulletin, file, postgres, redis; did you mean redis?");
  }

  @Test
  void aRequiredSettingThatIsMisspeltIsToldOnce() {
    given.environment("AUTOINIT_RUN_ID", "r1").file("autoinit.backends.locksmith.hots = a");
    assertThat(given.problems())
        .singleElement()
        .asString()
        .endsWith("is unknown; did you mean autoinit.backends.locksmith.host?");
  }

  @Test
  void anUnknownTypeListsThoseThatAreThere() {
    given.file("autoinit.backends.cache { type = reddis, url = \"redis://:hunter2@cache\" }");
    assertThat(given.problems())
        .containsExactly(
            "%s: 1: autoinit.backends.cache: no backend of type 'reddis' is on the class path, only redis, bulletin, file, locksmith, postgres; did you mean redis? Else add the jar of that backend"
                .formatted(directory.resolve("autoinit.conf")));
  }

  @Test
  void twoProvidersOfOneTypeAreAnErrorThatNamesBothClasses() {
    given.provider(new SecondRedis());
    assertThat(given.problems())
        .containsExactly(
            "class path: io.autoinit.core.settings.FakeProvider and io.autoinit.core.settings.BackendInstancesTest$SecondRedis both provide backends of type 'redis'; remove the jar of one of them");
  }

  @Test
  void settingsOfTheTopLevelAreInheritedUnlessTheInstanceSetsThem() {
    given.file(
        """
        autoinit {
          readiness-key-prefix = top
          marker-dir = /srv/markers
          readiness = a, locks = a
          backends { a { type = redis }, b { type = redis, readiness-key-prefix = own } }
        }
        """);
    Settings settings = given.read();
    assertThat(settings.backend("a").config().text("readiness-key-prefix")).contains("top");
    assertThat(settings.backend("b").config().text("readiness-key-prefix")).contains("own");
    assertThat(settings.backend("file").config().path("marker-dir"))
        .contains(Path.of("/srv/markers"));
  }

  @Test
  void aBuiltInDirectoryThatCannotBeUsedMattersOnlyWhereItPlaysARole() {
    given.environment("AUTOINIT_MARKER_DIR", "/forbidden").file(LOCAL_REDIS);
    assertThat(given.problems())
        .containsExactly(
            "environment AUTOINIT_MARKER_DIR: autoinit.marker-dir /forbidden is not writable");
    given.environment("AUTOINIT_MARKERS", "redis");
    assertThat(given.read().roles()).isEqualTo(roles("redis", "redis", "redis"));
  }

  @ParameterizedTest
  @CsvSource({
    "REDIS_KEY_PREFIX, redis, key-prefix",
    "REDIS_READINESS_KEY_PREFIX, redis, readiness-key-prefix",
    "MY_CACHE_READINESS_KEY_PREFIX, my-cache, readiness-key-prefix",
    "READINESS_KEY_PREFIX, readiness, key-prefix"
  })
  void anInstanceIsFoundInItsVariable(String variable, String instance, String setting) {
    given.environment("AUTOINIT_BACKENDS_" + variable, "p:");
    if (!instance.equals("redis")) {
      given.environment(
          "AUTOINIT_BACKENDS_"
              + instance.toUpperCase(java.util.Locale.ROOT).replace('-', '_')
              + "_TYPE",
          "redis");
    }
    Settings settings = given.read();
    assertThat(settings.backends()).containsOnlyKeys(instance, "file");
    assertThat(settings.backend(instance).config().text(setting)).contains("p:");
  }

  @Test
  void anInstanceOfAnotherSourceWinsWhereAVariableIsAmbiguous() {
    given.file("autoinit.backends.cache-readiness { type = redis }");
    given.environment("AUTOINIT_BACKENDS_CACHE_READINESS_KEY_PREFIX", "p:");
    Settings settings = given.read();
    assertThat(settings.backends()).containsOnlyKeys("cache-readiness", "file");
    assertThat(settings.backend("cache-readiness").config().text("key-prefix")).contains("p:");
  }

  @ParameterizedTest
  @CsvSource({
    "localhost:6379, true",
    "127.0.0.1, true",
    "redis://[::1]:6379/0, true",
    "redis://u:p@localhost, true",
    "'localhost:1,127.0.0.2:2', true",
    "redis://localhost@cache, false",
    "redis://localhost.evil, false",
    "'localhost,cache', false",
    "jdbc:postgresql://localhost/db?PGHOST=db, false",
    "10.0.0.1, false"
  })
  void aStoreOnLoopbackIsOnThisMachine(String address, boolean local) {
    FakeProvider provider =
        new FakeProvider(
            "x", Set.of(), List.of(Setting.required("url", Setting.Kind.SECRET, "where")));
    BackendConfig config = BackendConfig.of("x", "test", provider, Map.of("url", address));
    assertThat(Locality.isOnThisMachine(provider, config)).isEqualTo(local);
  }

  private static final class SecondRedis implements io.autoinit.spi.BackendProvider {
    @Override
    public String type() {
      return "redis";
    }

    @Override
    public Set<Role> roles() {
      return Set.of();
    }

    @Override
    public io.autoinit.spi.Backend open(BackendConfig config) {
      throw new AssertionError("reading settings opens nothing");
    }
  }
}
