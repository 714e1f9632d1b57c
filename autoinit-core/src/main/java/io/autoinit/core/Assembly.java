package io.autoinit.core;

import io.autoinit.ConfigurationException;
import io.autoinit.InitListener;
import io.autoinit.InitStep;
import io.autoinit.Phase;
import io.autoinit.core.probe.Probes;
import io.autoinit.core.protocol.Events;
import io.autoinit.core.protocol.SystemTimeline;
import io.autoinit.core.settings.CommandDeclaration;
import io.autoinit.core.settings.HostName;
import io.autoinit.core.settings.ProbeAddress;
import io.autoinit.core.settings.SettingSources;
import io.autoinit.core.settings.Settings;
import io.autoinit.core.settings.SettingsReader;
import io.autoinit.core.steps.CommandStep;
import io.autoinit.core.steps.StepOrder;
import io.autoinit.spi.BackendProvider;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntConsumer;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts a start together from what the builder was told. By hand: an injector for these few objects
 * would take longer than all else that a start with nothing to do does.
 */
final class Assembly {

  private static final Logger LOG = LoggerFactory.getLogger(Assembly.class);

  private final Settings settings;
  private final Identity identity;
  private final Map<Phase, List<InitStep>> steps;
  private final Events events;
  private final Redaction redaction;
  private final Optional<IntConsumer> halt;
  private final boolean aside;
  private final ProbePort probes;

  Assembly(
      Optional<Path> config,
      Map<String, String> environment,
      Map<String, String> properties,
      List<SettingSources.Explicit> explicit,
      List<InitStep> builderSteps,
      boolean discoversSteps,
      boolean runsSteps,
      List<InitListener> listeners,
      Optional<IntConsumer> halt) {
    HostName host = HostName.of(environment);
    this.identity = new Identity(client(host), host.asNodeId());
    SettingsReader.Examined examined =
        SettingsReader.examine(
            sources(config, environment, properties, explicit, runsSteps, identity.client()));
    this.settings =
        examined.settings().orElseThrow(() -> refusal(examined, builderSteps, discoversSteps));
    this.redaction = Redaction.of(settings, environment);
    this.steps =
        StepOrder.of(
            withCommands(
                ofCode(builderSteps, discoversSteps),
                settings.steps(),
                settings.pace().cancelGrace(),
                redaction));
    this.probes = new ProbePort(settings.probe().map(this::probes));
    List<InitListener> all = new ArrayList<>(listeners);
    probes.of().ifPresent(all::add);
    all.add(new LogListener());
    this.events = Events.queued(all);
    this.halt = halt;
    this.aside = !runsSteps;
  }

  /** Where the settings of this process come from. */
  static SettingSources sources(
      Optional<Path> config,
      Map<String, String> environment,
      Map<String, String> properties,
      List<SettingSources.Explicit> explicit,
      boolean runsSteps,
      String client) {
    return new SettingSources(
        config,
        environment,
        properties,
        explicit,
        Path.of("").toAbsolutePath(),
        ServiceLoader.load(BackendProvider.class).stream()
            .map(ServiceLoader.Provider::get)
            .toList(),
        runsSteps,
        client);
  }

  /**
   * Who this process is.
   *
   * @param client host, process id and a random part, unique among the fleet
   * @param node the host as a node
   */
  record Identity(String client, io.autoinit.NodeId node) {}

  /**
   * What answers probes, where the settings ask for it: nothing of it is loaded elsewhere.
   *
   * @param of the server
   */
  record ProbePort(Optional<Probes> of) {

    void open() {
      of.ifPresent(
          probes -> {
            try {
              probes.open();
            } catch (NoClassDefFoundError e) {
              throw new ConfigurationException(
                  List.of(
                      "autoinit.probe-port needs the module jdk.httpserver, which this Java lacks or was not told to load: add it with --add-modules jdk.httpserver, or unset the port"));
            }
          });
    }

    void close() {
      of.ifPresent(Probes::close);
    }
  }

  private Probes probes(ProbeAddress address) {
    return new Probes(address, settings.pace().takeoverDelay(), this::timeout, redaction);
  }

  private Optional<Duration> timeout(Phase phase, String name) {
    return steps.getOrDefault(phase, List.of()).stream()
        .filter(step -> step.name().equals(name))
        .findFirst()
        .flatMap(step -> step.policy().timeout());
  }

  static String client(HostName host) {
    String unique = "%08x".formatted(ThreadLocalRandom.current().nextInt());
    return "%s/%d/%s".formatted(host.asNodeId(), ProcessHandle.current().pid(), unique);
  }

  /** The steps that are classes. */
  private static List<StepOrder.Registered> ofCode(List<InitStep> fromBuilder, boolean discovers) {
    List<StepOrder.Registered> registered = new ArrayList<>();
    if (discovers) {
      for (InitStep step : ServiceLoader.load(InitStep.class)) {
        registered.add(new StepOrder.Registered(step, step.getClass().getName()));
      }
    }
    for (InitStep step : fromBuilder) {
      registered.add(
          new StepOrder.Registered(step, step.getClass().getName() + ", given to the builder"));
    }
    return registered;
  }

  private static List<StepOrder.Registered> withCommands(
      List<StepOrder.Registered> ofCode,
      List<CommandDeclaration> commands,
      Duration grace,
      UnaryOperator<String> redaction) {
    List<StepOrder.Registered> registered = new ArrayList<>(ofCode);
    for (CommandDeclaration declared : commands) {
      registered.add(
          new StepOrder.Registered(new CommandStep(declared, grace, redaction), declared.source()));
    }
    return registered;
  }

  /**
   * What is wrong with the order of all steps, as far as they could be read. A class that cannot be
   * loaded yet, for want of a setting perhaps, hides nothing else.
   */
  static List<String> problemsOfOrder(
      SettingsReader.Examined examined, List<InitStep> fromBuilder, boolean discovers) {
    try {
      return StepOrder.problems(
          withCommands(
              ofCode(fromBuilder, discovers),
              examined.steps(),
              Duration.ZERO,
              UnaryOperator.identity()),
          examined.unread());
    } catch (RuntimeException | ServiceConfigurationError e) {
      LOG.debug("The steps could not be looked at beside the settings", e);
      return List.of();
    }
  }

  /** Everything at once. */
  private static ConfigurationException refusal(
      SettingsReader.Examined examined, List<InitStep> fromBuilder, boolean discovers) {
    List<String> problems = new ArrayList<>(examined.problems());
    problems.addAll(problemsOfOrder(examined, fromBuilder, discovers));
    return new ConfigurationException(problems);
  }

  /** The start, with no backend opened yet. */
  AutoInit start() {
    var backends = new Backends(events, aside);
    var phases =
        new Phases(
            settings,
            identity,
            steps,
            backends,
            new SystemTimeline(),
            events,
            redaction,
            halt.map(this::afterTheLastWord));
    return new AutoInit(phases, backends, probes);
  }

  /** Who reads the log of a process that was halted learns why. */
  private IntConsumer afterTheLastWord(IntConsumer end) {
    return code -> {
      events.awaitTold();
      end.accept(code);
    };
  }
}
