package io.autoinit.core;

import io.autoinit.core.settings.BackendInstance;
import io.autoinit.core.settings.Settings;
import io.autoinit.spi.Setting;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes secrets out of texts that are shown or stored: the values of secret settings, the values of
 * environment variables that are named like secrets, of this process or of a configured step, and
 * passwords in URLs.
 */
final class Redaction implements UnaryOperator<String> {

  private static final String HIDDEN = "***";
  private static final Pattern SECRET_NAME =
      Pattern.compile(
          ".*(PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|CREDENTIAL).*", Pattern.CASE_INSENSITIVE);

  /** Up to the last at sign: a password may hold others. */
  private static final Pattern USER_INFO = Pattern.compile("(://[^/@\\s:]*:)([^/\\s]+)(@)");

  private static final Pattern PARAMETER =
      Pattern.compile(
          "(?i)(\\b(?:password|sslpassword|passphrase|secret|(?:access_?)?token|api_?key)=)([^&\\s]+)");
  private static final int SHORT = 8;

  private final List<String> secrets;

  private Redaction(List<String> secrets) {
    this.secrets = secrets;
  }

  static Redaction of(Settings settings, Map<String, String> environment) {
    List<Map<String, String>> environments = new ArrayList<>();
    environments.add(environment);
    settings.steps().forEach(step -> environments.add(step.environment()));
    return of(settings.backends().values(), environments);
  }

  static Redaction of(
      Iterable<BackendInstance> backends, Iterable<Map<String, String>> environments) {
    List<String> secrets = new ArrayList<>();
    for (BackendInstance backend : backends) {
      backend.provider().settings().stream()
          .filter(s -> s.kind() == Setting.Kind.SECRET)
          .flatMap(s -> backend.config().text(s.name()).stream())
          .forEach(value -> collect(value, secrets));
    }
    for (Map<String, String> environment : environments) {
      environment.forEach(
          (name, value) -> {
            if (SECRET_NAME.matcher(name).matches() && !name.endsWith("_FILE")) {
              collect(value, secrets);
            }
          });
    }
    secrets.removeIf(String::isBlank);
    // The longer one first: a secret may hold another.
    secrets.sort(Comparator.comparingInt(String::length).reversed());
    return new Redaction(secrets.stream().distinct().toList());
  }

  /** Of a URL only its password is a secret: its host belongs into messages. */
  private static void collect(String value, List<String> secrets) {
    if (!value.contains("://")) {
      secrets.add(value);
      return;
    }
    for (Pattern pattern : List.of(USER_INFO, PARAMETER)) {
      Matcher matcher = pattern.matcher(value);
      while (matcher.find()) {
        secrets.add(matcher.group(2));
      }
    }
  }

  @Override
  public String apply(String text) {
    String clean = USER_INFO.matcher(text).replaceAll("$1" + HIDDEN + "$3");
    clean = PARAMETER.matcher(clean).replaceAll("$1" + HIDDEN);
    for (String secret : secrets) {
      clean =
          secret.length() >= SHORT
              ? clean.replace(secret, HIDDEN)
              : clean.replaceAll("(?<!\\w)" + Pattern.quote(secret) + "(?!\\w)", HIDDEN);
    }
    return clean;
  }
}
