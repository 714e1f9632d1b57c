package io.autoinit.core;

import io.autoinit.core.settings.Key;
import io.autoinit.spi.BackendProvider;
import io.autoinit.spi.Setting;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** All settings there are, as a page for people: the same table from which they are read. */
public final class SettingsReference {

  private static final String BEGIN =
      """
      # Settings

      Made from the code; a test holds this page to it.

      Sources, later wins: these defaults, `autoinit.conf` (HOCON; `--config`, else `AUTOINIT_CONFIG`, else the file of that
      name in the working directory), the environment, `-D`, the command line. All problems of all sources are told together.

      Each setting has an environment name: upper case, dots and dashes become underscores. With `_FILE` behind it the value is
      read from a file, as Docker and Kubernetes mount secrets. An empty variable counts as not set; one that begins with
      `AUTOINIT_` and is no setting is an error. Durations are `500ms`, `2s`, `5m`, `1h`; a plain number is seconds.

      ## Every start

      | setting | environment | default | meaning |
      |---|---|---|---|
      """;

  private static final String BACKENDS =
      """

      `AUTOINIT_TIMEOUT_SEC` takes plain seconds. Steps that are commands: `autoinit.steps`, see [steps.md](steps.md);
      so are the commands that hear of the end, `autoinit.on-ready` and `autoinit.on-failure`.

      ## Backends

      An instance is a block `autoinit.backends.<name> { type = ..., ... }`; the type defaults to the name. One variable makes one,
      too: `AUTOINIT_BACKENDS_POSTGRES_URL=...`. The environment names below are those of an instance that is called like
      its type. An instance takes over `readiness-key-prefix` and `marker-dir` from the settings above unless it sets its own.
      """;

  private SettingsReference() {}

  /**
   * The page.
   *
   * @param providers the backends whose settings it shows
   * @return Markdown
   */
  public static String markdown(List<BackendProvider> providers) {
    StringBuilder page = new StringBuilder(BEGIN);
    for (Key key : Key.values()) {
      row(
          page,
          code(key.key()),
          key.environmentNames().stream()
              .map(SettingsReference::code)
              .collect(Collectors.joining(", ")),
          key.standard().map(SettingsReference::code).orElse(""),
          key.meaning());
    }
    page.append(BACKENDS);
    providers.stream()
        .sorted(Comparator.comparing(BackendProvider::type))
        .forEach(provider -> backend(page, provider));
    return page.toString();
  }

  private static void backend(StringBuilder page, BackendProvider provider) {
    page.append("\n### ").append(code(provider.type())).append("\n\n");
    page.append("| setting | environment | default | meaning |\n|---|---|---|---|\n");
    for (Setting setting : provider.settings()) {
      row(
          page,
          code(setting.name()),
          code(environmentName("autoinit.backends." + provider.type() + "." + setting.name())),
          setting.required()
              ? "required"
              : setting.standard().map(SettingsReference::code).orElse(""),
          setting.meaning() + (setting.kind() == Setting.Kind.SECRET ? "; never shown" : ""));
    }
  }

  private static String environmentName(String key) {
    return key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  private static void row(StringBuilder page, String... cells) {
    page.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }

  private static String code(String text) {
    return "`" + text + "`";
  }
}
