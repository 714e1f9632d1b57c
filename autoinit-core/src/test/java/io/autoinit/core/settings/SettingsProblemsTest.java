package io.autoinit.core.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What bad input gets: one sentence each, with the source and the way out, and no secret. */
class SettingsProblemsTest {

  private final Path directory;
  private final SettingsFixture given;

  SettingsProblemsTest(@TempDir Path directory) {
    this.directory = directory;
    this.given = new SettingsFixture(directory).environment("AUTOINIT_RUN_ID", "r1");
  }

  private String conf(int line) {
    return directory.resolve("autoinit.conf") + ": " + line;
  }

  @Test
  void everyProblemOfAllSourcesIsReportedTogether() {
    given.file(
        """
        autoinit {
          timout = 5s
          heartbeat = often
          backends.redis { pasword = hunter2 }
          backends.postgres { connect-timeout = soon }
        }
        run-id = x
        """);
    given.environment("AUTOINIT_TIMOUT", "5");
    given.property("autoinit.marker-dri", "/srv");
    given.set("autoinit.run-id", "a/b", "--run-id");
    assertThat(given.problems())
        .containsExactlyInAnyOrder(
            conf(2) + ": autoinit.timout is unknown; did you mean autoinit.timeout?",
            conf(3)
                + ": autoinit.heartbeat must be a duration such as 500ms, 2s or 5m, not 'often'",
            conf(4)
                + ": autoinit.backends.redis.pasword is unknown; did you mean autoinit.backends.redis.password?",
            conf(5)
                + ": autoinit.backends.postgres.connect-timeout must be a duration such as 500ms, 2s or 5m, not 'soon'",
            "autoinit.backends.postgres.url is missing: the JDBC URL; set it, for example by AUTOINIT_BACKENDS_POSTGRES_URL",
            conf(7) + ": 'run-id' is unknown; settings stand inside of autoinit { }",
            "environment AUTOINIT_TIMOUT: unknown; did you mean AUTOINIT_TIMEOUT?",
            "-Dautoinit.marker-dri is unknown; did you mean autoinit.marker-dir?",
            "--run-id: the run id 'a/b' is not legal: use 1 to 128 of the characters A-Z a-z 0-9 . _ - and begin with a letter or digit");
  }

  @Test
  void aTimeoutThatIsNoneNamesItsSource() {
    assertThat(given.environment("AUTOINIT_TIMEOUT", "abc").problems())
        .containsExactly(
            "environment AUTOINIT_TIMEOUT: autoinit.timeout must be a duration such as 500ms, 2s or 5m, not 'abc'");
  }

  /** In a file or an image it may stand for those starts that name a port. */
  @Test
  void anAddressForProbesThatIsGivenToACommandNeedsAPort() {
    given.environment("AUTOINIT_PROBE_ADDRESS", "127.0.0.1");
    assertThat(given.read().probe()).isEmpty();

    given.set("autoinit.probe-address", "127.0.0.1", "--set");
    assertThat(given.problems())
        .containsExactly(
            "--set: autoinit.probe-address needs a port too: set autoinit.probe-port, for example by --probe-port");

    given.environment("AUTOINIT_PROBE_PORT", "9090");
    assertThat(given.read().probe()).isPresent();
  }

  @Test
  void theTimeoutInSecondsTakesNoUnit() {
    assertThat(given.environment("AUTOINIT_TIMEOUT_SEC", "5m").problems())
        .containsExactly(
            "environment AUTOINIT_TIMEOUT_SEC: must be a whole number of seconds, not '5m'");
  }

  @Test
  void twoNamesOfOneSettingMustAgree() {
    given.environment("AUTOINIT_CACHE_ALIAS", "redis").environment("AUTOINIT_READINESS", "file");
    assertThat(given.problems())
        .containsExactly(
            "environment AUTOINIT_CACHE_ALIAS and environment AUTOINIT_READINESS both set autoinit.readiness, to different values; keep one of them");
  }

  @Test
  void aLongRunIdIsCutInItsMessage() {
    assertThat(given.set("autoinit.run-id", "x".repeat(200), "--run-id").problems())
        .singleElement()
        .asString()
        .startsWith("--run-id: the run id 'xxxx")
        .hasSizeLessThan(250);
  }

  @Test
  void aMissingFileOfAVariableIsAnErrorThatNamesIt() {
    given.environment("AUTOINIT_BACKENDS_REDIS_PASSWORD_FILE", "/run/secrets/none");
    assertThat(given.problems())
        .containsExactly(
            "environment AUTOINIT_BACKENDS_REDIS_PASSWORD_FILE: the file '/run/secrets/none' does not exist; correct the path or mount the secret");
  }

  @Test
  void anUnknownVariableNamesTheNearestOneAlsoForFiles() {
    given.environment("AUTOINIT_BACKENDS_REDIS_PASWORD_FILE", "/x");
    given.environment("AUTOINIT_WHATEVER_ELSE_THERE_IS", "hunter2");
    assertThat(given.problems())
        .containsExactly(
            "environment AUTOINIT_BACKENDS_REDIS_PASWORD_FILE: unknown; did you mean AUTOINIT_BACKENDS_REDIS_PASSWORD_FILE?",
            "environment AUTOINIT_WHATEVER_ELSE_THERE_IS: unknown; all names that begin with AUTOINIT_ are settings of autoinit");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "autoinit { backends.redis.password = hunter2 secret\" }",
        "autoinit { backends.redis { password = hunter2 ] }",
        "autoinit { backends.redis.password = ${hunter2 }",
        "autoinit { backends.redis.pasword = hunter2 }",
        "autoinit { backends.redis.password.value = hunter2 }",
        "autoinit { backends.redis.password = [hunter2] }",
        "autoinit { backends = hunter2 }",
        "autoinit { backends.redis = hunter2 }",
        "autoinit { whatever { x = hunter2 } }",
        "autoinit = hunter2",
        "password = hunter2",
        "autoinit { backends.postgres.url = \"jdbc:mysql://u:hunter2@db\" }",
        "autoinit { backends.postgres { url = \"x\", connect-timeout = [hunter2] } }"
      })
  void noSecretIsEverShown(String text) {
    assertThat(given.file(text).problems())
        .isNotEmpty()
        .allSatisfy(
            problem ->
                assertThat(problem)
                    .doesNotContain("hunter2")
                    .contains(directory.resolve("autoinit.conf").toString()));
  }

  /** It may set the directory, and the run id that is required. */
  @ParameterizedTest
  @ValueSource(strings = {"autoinit { ", "autoinit.run-id = ${NOT_SET}"})
  void whatAFileMayHaveSaidThatWasNotReadIsNoProblem(String text) {
    SettingsFixture production =
        new SettingsFixture(directory)
            .environment("AUTOINIT_ENVIRONMENT", "production")
            .set("autoinit.timeout", "abc", "--timeout")
            .file(text);
    assertThat(production.problems())
        .hasSize(2)
        .first()
        .asString()
        .startsWith(directory.resolve("autoinit.conf").toString());
  }

  @Test
  void aSubstitutionWithoutAValueIsNamed() {
    assertThat(given.file("autoinit {\n run-id = ${TAG}\n}").problems())
        .containsExactly(
            conf(2)
                + ": ${TAG} has no value; set the environment variable, or write ${?NAME} where it may be missing");
  }

  @Test
  void aNamedFileMustBeThere() throws IOException {
    given.environment("AUTOINIT_CONFIG", "none.conf");
    assertThat(given.problems())
        .containsExactly(
            "environment AUTOINIT_CONFIG: "
                + directory.resolve("none.conf")
                + " does not exist; correct the path");
    Files.createDirectory(directory.resolve("dir.conf"));
    assertThat(given.problems(Optional.of(Path.of("dir.conf"))))
        .containsExactly(
            "the configuration file "
                + directory.resolve("dir.conf")
                + " is a directory; name the file in it");
  }

  @Test
  void theProvidersOwnProblemNamesTheSource() {
    given.environment("AUTOINIT_BACKENDS_POSTGRES_URL", "jdbc:mysql://u:hunter2@db");
    assertThat(given.problems())
        .containsExactly(
            "environment AUTOINIT_BACKENDS_POSTGRES_URL: autoinit.backends.postgres.url must begin with jdbc:postgresql:");
  }

  /** The last word made the mistake, and is what to take back first. */
  @Test
  void ofSettingsThatExcludeEachOtherTheLastOneGivenIsBlamed() {
    String mistake =
        "autoinit.backends.grid.addresses%s has no meaning with autoinit.backends.grid.mode = member%s: ";
    given.provider(FakeProvider.GRID).file("autoinit.backends.grid {\n mode = member\n}");
    given.set("autoinit.backends.grid.addresses", "a", "--set");
    assertThat(given.problems())
        .containsExactly(
            "--set: "
                + mistake.formatted("", " (" + conf(2) + ")")
                + "take away addresses, or else mode");

    given.file("autoinit.backends.grid {\n addresses = a\n}");
    given.environment("AUTOINIT_BACKENDS_GRID_MODE", "member");
    given.set("autoinit.backends.grid.addresses", "a", "--set");
    assertThat(given.problems())
        .containsExactly(
            "--set: "
                + mistake.formatted("", " (environment AUTOINIT_BACKENDS_GRID_MODE)")
                + "take away addresses, or else mode");
  }

  @Test
  void aModeThatIsGivenLaterIsBlamedBeforeWhatTheFileSays() {
    given.provider(FakeProvider.GRID).file("autoinit.backends.grid {\n addresses = a\n}");
    given.environment("AUTOINIT_BACKENDS_GRID_MODE", "member");
    assertThat(given.problems())
        .containsExactly(
            "environment AUTOINIT_BACKENDS_GRID_MODE: autoinit.backends.grid.addresses (%s) has no meaning with autoinit.backends.grid.mode = member: take away mode, or else addresses"
                .formatted(conf(2)));
  }

  @Test
  void whatOneFileSaysTwiceIsBlamedOnWhatItIsAbout() {
    given
        .provider(FakeProvider.GRID)
        .file("autoinit.backends.grid {\n mode = member\n addresses = a\n}");
    assertThat(given.problems())
        .containsExactly(
            "%s: autoinit.backends.grid.addresses has no meaning with autoinit.backends.grid.mode = member (%s): take one of them away"
                .formatted(conf(3), conf(2)));
  }

  @Test
  void ofTimesThatDoNotFitTheLastOneGivenIsBlamed() {
    given.file("autoinit {\n takeover-delay = 4s\n}");
    given.set("autoinit.cancel-grace", "10s", "--set");
    assertThat(given.problems())
        .containsExactly(
            "--set: autoinit.takeover-delay of 4s (%s) leaves a leader nothing after autoinit.cancel-grace of 10s and a tenth for clocks that differ, and must leave it two times autoinit.heartbeat of 1s; raise the first, or shorten the others"
                .formatted(conf(2)));
  }

  @Test
  void anOptionIsNamedOnce() {
    assertThat(given.set("autoinit.timeout", "abc", "--timeout").problems())
        .containsExactly("--timeout must be a duration such as 500ms, 2s or 5m, not 'abc'");
  }

  @Test
  void theTimesOfTheProtocolMustFitTogether() {
    given.environment("AUTOINIT_HEARTBEAT", "2s").environment("AUTOINIT_LEASE_TTL", "4s");
    assertThat(given.problems())
        .containsExactly(
            "environment AUTOINIT_HEARTBEAT: autoinit.takeover-delay of 4s leaves a leader 2600ms after autoinit.cancel-grace of 1s and a tenth for clocks that differ, and must leave it two times autoinit.heartbeat of 2s; raise the first, or shorten the others",
            "environment AUTOINIT_LEASE_TTL: autoinit.lease-ttl of 4s must be longer than autoinit.takeover-delay of 4s");
    given.environment("AUTOINIT_HEARTBEAT", "0");
    assertThat(given.problems())
        .contains("environment AUTOINIT_HEARTBEAT: autoinit.heartbeat must be longer than zero");
  }

  /** The check is that of the protocol, which leaves a tenth of the delay to the clocks. */
  @Test
  void aTakeoverDelayThatLeavesNoTimeForTwoHeartbeatsIsRefused() {
    given
        .environment("AUTOINIT_CANCEL_GRACE", "20s")
        .environment("AUTOINIT_TAKEOVER_DELAY", "22500ms")
        .environment("AUTOINIT_LEASE_TTL", "60s");
    assertThat(given.problems())
        .containsExactly(
            "environment AUTOINIT_TAKEOVER_DELAY: autoinit.takeover-delay of 22500ms leaves a leader 250ms after autoinit.cancel-grace of 20s (environment AUTOINIT_CANCEL_GRACE) and a tenth for clocks that differ, and must leave it two times autoinit.heartbeat of 1s; raise the first, or shorten the others");
    given.environment("AUTOINIT_TAKEOVER_DELAY", "24444ms");
    assertThat(given.problems()).hasSize(1);
    given.environment("AUTOINIT_TAKEOVER_DELAY", "20s");
    assertThat(given.problems()).singleElement().asString().contains("leaves a leader nothing");
    given.environment("AUTOINIT_TAKEOVER_DELAY", "24445ms");
    assertThat(given.read().pace().validity()).isEqualTo(Duration.ofNanos(2_000_500_000));
  }

  @Test
  void theRunIdIsRequiredWhereADefaultCouldMixUpDeployments() {
    String rest =
        ", so each deployment must say which it is; set AUTOINIT_RUN_ID, for example to the image tag or the commit";
    assertThat(
            new SettingsFixture(directory)
                .environment("AUTOINIT_MARKER_DIR", directory.toString())
                .environment("KUBERNETES_SERVICE_HOST", "10.0.0.1")
                .problems())
        .containsExactly(
            "autoinit.run-id is missing: this is Kubernetes (KUBERNETES_SERVICE_HOST is set)"
                + rest);
    assertThat(
            new SettingsFixture(directory)
                .environment("AUTOINIT_MARKER_DIR", directory.toString())
                .environment("AUTOINIT_ENVIRONMENT", "production")
                .problems())
        .containsExactly("autoinit.run-id is missing: autoinit.environment is production" + rest);
    assertThat(
            new SettingsFixture(directory)
                .environment("AUTOINIT_BACKENDS_POSTGRES_URL", "jdbc:postgresql://db/shop")
                .problems())
        .containsExactly(
            "autoinit.run-id is missing: the backend postgres is not on this machine" + rest);
    assertThat(
            new SettingsFixture(directory)
                .environment("AUTOINIT_BACKENDS_POSTGRES_URL", "jdbc:postgresql://localhost/shop")
                .read()
                .runIdGiven())
        .isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"My_Cache", "9a", "a.b", ""})
  void instancesHavePlainNames(String name) {
    given.file("autoinit.backends { \"" + name + "\" { type = redis } }");
    assertThat(given.problems())
        .containsExactly(
            conf(1)
                + ": the backend instance '"
                + name
                + "' needs a name of small letters, digits and dashes that begins with a letter");
  }

  @Test
  void inProductionSomethingMustTellWhatTheContainersShare() {
    assertThat(
            new SettingsFixture(directory)
                .environment("AUTOINIT_RUN_ID", "v1")
                .environment("AUTOINIT_ENVIRONMENT", "production")
                .problems())
        .containsExactly(
            "no backend is configured (there is no autoinit.conf in %s, and neither --config nor AUTOINIT_CONFIG names another file): autoinit.environment is production, and each container would be a fleet of its own; say where the store is, for example by AUTOINIT_BACKENDS_POSTGRES_URL, or set AUTOINIT_MARKER_DIR to a volume that all of them see"
                .formatted(directory));
    assertThat(
            new SettingsFixture(directory)
                .environment("AUTOINIT_RUN_ID", "v1")
                .environment("AUTOINIT_ENVIRONMENT", "production")
                .environment("AUTOINIT_MARKER_DIR", directory.toString())
                .read()
                .backends())
        .hasSize(1);
  }

  /** Somebody who configured nothing is in the wrong directory, perhaps. */
  @Test
  void whereNoFileWasFoundIsToldBesideWhatIsNotConfigured() {
    String hint =
        " (there is no autoinit.conf in %s, and neither --config nor AUTOINIT_CONFIG names another file)"
            .formatted(directory);
    assertThat(given.environment("AUTOINIT_LOCKS", "db").problems())
        .containsExactly(
            "environment AUTOINIT_LOCKS: autoinit.locks names no backend instance: 'db'; there is only file"
                + hint);
    assertThat(
            new SettingsFixture(directory)
                .environment("AUTOINIT_RUN_ID", "r1")
                .environment("AUTOINIT_LOCKS", "postgres")
                .problems())
        .containsExactly(
            "autoinit.backends.postgres.url is missing%s: the JDBC URL; set it, for example by AUTOINIT_BACKENDS_POSTGRES_URL"
                .formatted(hint));
    assertThat(given.file("autoinit { }").problems())
        .singleElement()
        .asString()
        .endsWith("there is only file");
  }

  @Test
  void stepsAreDeclaredInTheFileOnly() {
    assertThat(given.property("autoinit.steps", "x").problems())
        .containsExactly("-Dautoinit.steps can be declared in the configuration file only");
  }
}
