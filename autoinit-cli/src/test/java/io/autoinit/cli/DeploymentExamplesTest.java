package io.autoinit.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.autoinit.ConfigurationException;
import io.autoinit.core.AutoInit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The files for Compose and Kubernetes say what the reader of the settings takes. */
class DeploymentExamplesTest {

  private static final Path EXAMPLES = Path.of("..", "examples");
  private static final Pattern FROM_THE_CI = Pattern.compile("\\$\\{CI_COMMIT_SHA[^}]*}");

  private Path secret = Path.of("unset");

  @BeforeEach
  void writeSecret(@TempDir Path directory) throws IOException {
    secret = Files.writeString(directory.resolve("secret"), "a-password\n");
  }

  @Test
  void composeSaysWhatTheReaderTakes() throws IOException {
    Map<String, Object> shop = at(yaml("compose/docker-compose.yaml"), "services", "shop");

    Map<String, String> environment = environment(at(shop, "environment"));

    assertThatItIsTheReferencePairing(environment);
    assertThat(environment).containsEntry("AUTOINIT_RUN_ID", "c0ffee");
  }

  @Test
  void composeRefusesToStartWithoutARunId() throws IOException {
    Map<String, Object> environment =
        at(yaml("compose/docker-compose.yaml"), "services", "shop", "environment");

    assertThat(environment.get("AUTOINIT_RUN_ID")).asString().startsWith("${CI_COMMIT_SHA:?");
  }

  @Test
  void everySecretOfComposeIsDeclaredAndMounted() throws IOException {
    Map<String, Object> compose = yaml("compose/docker-compose.yaml");
    Map<String, Object> shop = at(compose, "services", "shop");

    List<String> files =
        at(shop, "environment").entrySet().stream()
            .filter(e -> e.getKey().endsWith("_FILE"))
            .map(e -> e.getValue().toString())
            .toList();

    assertThat(files)
        .isNotEmpty()
        .allSatisfy(
            file -> {
              String name = file.substring(file.lastIndexOf('/') + 1);
              assertThat(file).isEqualTo("/run/secrets/" + name);
              assertThat(list(shop, "secrets").stream().map(Object::toString)).contains(name);
              assertThat(at(compose, "secrets")).containsKey(name);
            });
  }

  @Test
  void kubernetesSaysWhatTheReaderTakes() throws IOException {
    assertThatItIsTheReferencePairing(environment(container()));
  }

  @Test
  void thePodEndsLaterThanItsTimeoutAndHasAWritablePlaceForMarkers() throws IOException {
    Map<String, Object> deployment = yaml("kubernetes/deployment.yaml");
    Map<String, String> environment = environment(container());

    assertThat(at(deployment, "spec").get("replicas")).isEqualTo(10);
    assertThat((Integer) at(deployment, "spec").get("progressDeadlineSeconds"))
        .isGreaterThan(Integer.parseInt(environment.get("AUTOINIT_TIMEOUT_SEC")));
    assertThat(at(container(), "securityContext"))
        .containsEntry("readOnlyRootFilesystem", true)
        .containsEntry("allowPrivilegeEscalation", false);
    assertThat(at(deployment, "spec", "template", "spec", "securityContext"))
        .containsEntry("runAsNonRoot", true);
    assertThat(list(container(), "volumeMounts").stream().map(Object::toString))
        .anyMatch(
            mount ->
                mount.contains(
                    "mountPath=" + Path.of(environment.get("AUTOINIT_MARKER_DIR")).getParent()));
  }

  @Test
  void theLivenessProbeAsksAutoinitAtThePortOfTheShop() throws IOException {
    Map<String, Object> container = container();
    Map<String, Object> port = asMap(list(container, "ports").get(0));

    assertThat(environment(container))
        .containsEntry("AUTOINIT_PROBE_PORT", text(port, "containerPort"));
    for (String probe : List.of("livenessProbe", "startupProbe")) {
      assertThat(at(container, probe, "httpGet"))
          .containsEntry("path", "/livez")
          .containsEntry("port", text(port, "name"));
    }
  }

  @Test
  void kustomizationNamesFilesThatAreThereAndTheVariableOfTheRunId() throws IOException {
    Map<String, Object> kustomization = yaml("kubernetes/kustomization.yaml");

    for (Object resource : list(kustomization, "resources")) {
      assertThat(yaml("kubernetes/" + resource)).containsKeys("apiVersion", "kind", "metadata");
    }
    assertThat(list(kustomization, "replacements").toString())
        .contains("env.[name=AUTOINIT_RUN_ID].value");
  }

  @Test
  void aMisspeltSettingInSuchAFileWouldBeSeen() throws IOException {
    Map<String, String> environment = environment(container());
    environment.put("AUTOINIT_BACKENDS_REDIS_HOTS", "redis");

    assertThatThrownBy(() -> read(environment))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("AUTOINIT_BACKENDS_REDIS_HOST");
  }

  /** Postgres for the locks, Redis for readiness, files for the markers, and no mistake in it. */
  private static void assertThatItIsTheReferencePairing(Map<String, String> environment) {
    assertThat(environment)
        .containsKeys(
            "AUTOINIT_RUN_ID",
            "AUTOINIT_BACKENDS_POSTGRES_URL",
            "AUTOINIT_BACKENDS_REDIS_HOST",
            "AUTOINIT_MARKER_DIR")
        .containsEntry("AUTOINIT_ENVIRONMENT", "production");
    read(environment);
  }

  /** Every setting is checked; no store is opened. The volume of the container is not here. */
  private static void read(Map<String, String> environment) {
    Map<String, String> here = new LinkedHashMap<>(environment);
    here.put("AUTOINIT_MARKER_DIR", Path.of("target", "markers").toAbsolutePath().toString());
    AutoInit.builder()
        .environment(here)
        .systemProperties(new Properties())
        .withoutDiscoveredSteps()
        .build()
        .close();
  }

  /** What the container gets: the run id from the CI, and every secret from a file that is here. */
  private Map<String, String> environment(Map<String, Object> of) {
    Map<String, String> environment = new LinkedHashMap<>();
    if (of.get("env") instanceof List<?> entries) {
      entries.stream()
          .map(DeploymentExamplesTest::asMap)
          .forEach(
              e ->
                  environment.put(
                      text(e, "name"),
                      e.containsKey("value") ? text(e, "value") : "from-the-cluster"));
    } else {
      of.forEach((name, value) -> environment.put(name, value.toString()));
    }
    environment.replaceAll(
        (name, value) ->
            name.endsWith("_FILE")
                ? secret.toString()
                : FROM_THE_CI.matcher(value).replaceAll(Matcher.quoteReplacement("c0ffee")));
    return environment;
  }

  private static Map<String, Object> container() throws IOException {
    return asMap(
        list(at(yaml("kubernetes/deployment.yaml"), "spec", "template", "spec"), "containers")
            .get(0));
  }

  private static Map<String, Object> yaml(String file) throws IOException {
    Object read =
        new Yaml(new SafeConstructor(new LoaderOptions()))
            .load(Files.readString(EXAMPLES.resolve(file)));
    return asMap(read);
  }

  private static Map<String, Object> at(Map<String, Object> map, String... path) {
    Map<String, Object> found = map;
    for (String name : path) {
      assertThat(found).containsKey(name);
      found = asMap(found.get(name));
    }
    return found;
  }

  private static List<?> list(Map<String, Object> map, String name) {
    return (List<?>) Objects.requireNonNull(map.get(name), name);
  }

  private static String text(Map<String, Object> map, String name) {
    return Objects.requireNonNull(map.get(name), name).toString();
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> asMap(@Nullable Object value) {
    return (Map<String, Object>) Objects.requireNonNull(value);
  }
}
