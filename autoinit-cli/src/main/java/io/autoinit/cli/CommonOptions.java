package io.autoinit.cli;

import io.autoinit.InitEvent;
import io.autoinit.InitListener;
import io.autoinit.core.AutoInit;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The options that every command takes, before or behind its name. */
final class CommonOptions {

  @Option(
      names = "--config",
      paramLabel = "FILE",
      scope = ScopeType.INHERIT,
      description = "The configuration (HOCON), in place of AUTOINIT_CONFIG and ./autoinit.conf.")
  private @Nullable Path config;

  @Option(
      names = "--namespace",
      paramLabel = "NAME",
      scope = ScopeType.INHERIT,
      description = "The application (autoinit.namespace).")
  private @Nullable String namespace;

  @Option(
      names = {"-D", "--set"},
      paramLabel = "KEY=VALUE",
      scope = ScopeType.INHERIT,
      description = "Any setting, for example autoinit.marker-dir=/data. May be repeated.")
  private List<String> settings = new ArrayList<>();

  @Option(
      names = "--json",
      scope = ScopeType.INHERIT,
      description = "One JSON object a line on standard output instead of the story.")
  private boolean json;

  @Option(
      names = {"-q", "--quiet"},
      scope = ScopeType.INHERIT,
      description =
          "Tell of a start only what goes wrong. Answers are told all the same, but for ready check:"
              + " its exit code is one.")
  private boolean quiet;

  @Option(
      names = {"-v", "--verbose"},
      scope = ScopeType.INHERIT,
      description = "Tell more, and show stack traces.")
  private boolean verbose;

  @SuppressWarnings("UnusedVariable") // Picocli acts on it.
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help.")
  private boolean help;

  /** Takes over what a plain command line says. */
  void take(PlainLine line) {
    config = line.value("--config").map(Path::of).orElse(null);
    namespace = line.value("--namespace").orElse(null);
    settings.addAll(line.settings());
    json = line.has("--json");
    quiet = line.has("--quiet");
    verbose = line.has("--verbose");
  }

  boolean json() {
    return json;
  }

  boolean quiet() {
    return quiet;
  }

  boolean verbose() {
    return verbose;
  }

  /** The first setting that is not of the form {@code KEY=VALUE}. */
  Optional<String> malformedSetting() {
    return settings.stream().filter(setting -> !isSetting(setting)).findFirst();
  }

  static boolean isSetting(String text) {
    return text.indexOf('=') > 0;
  }

  InitListener listener(Console console) {
    if (json) {
      return new JsonListener(console.out(), console.clock());
    }
    var story = new ConsoleListener(console, detail());
    return quiet || console.status().isEmpty()
        ? story
        : new LiveView(story, console.status().get(), console.clock());
  }

  /**
   * For who answers and waits for nobody: the answer says which store is away. What is wrong with
   * the set-up is said by a start and by the doctor, and not warned of here.
   */
  InitListener listenerOfAnswers(Console console) {
    if (verbose) {
      return listener(console);
    }
    if (json) {
      return event -> {};
    }
    var story = new ConsoleListener(console, ConsoleListener.Detail.TROUBLE);
    return event -> {
      if (!(event instanceof InitEvent.BackendTroubled
          || event instanceof InitEvent.BackendComing
          || event instanceof InitEvent.BackendRecovered)) {
        story.on(event);
      }
    };
  }

  private ConsoleListener.Detail detail() {
    if (quiet) {
      return ConsoleListener.Detail.TROUBLE;
    }
    return verbose ? ConsoleListener.Detail.ALL : ConsoleListener.Detail.STORY;
  }

  void applyTo(AutoInit.Builder builder) {
    if (config != null) {
      builder.config(config);
    }
    for (String setting : settings) {
      int equals = setting.indexOf('=');
      builder.set(setting.substring(0, equals), setting.substring(equals + 1), "--set");
    }
    if (namespace != null) {
      builder.set("autoinit.namespace", namespace, "--namespace");
    }
  }
}
