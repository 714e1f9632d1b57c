package io.autoinit.core;

import io.autoinit.InitStep;
import io.autoinit.core.protocol.Texts;
import io.autoinit.core.settings.BackendInstance;
import io.autoinit.core.settings.Pace;
import io.autoinit.core.settings.SettingSources;
import io.autoinit.core.settings.Settings;
import io.autoinit.core.settings.SettingsReader;
import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendException;
import io.autoinit.spi.Finding;
import io.autoinit.spi.Guarantee;
import io.autoinit.spi.LockProvider;
import io.autoinit.spi.ReadinessStore;
import io.autoinit.spi.Role;
import io.autoinit.spi.Setting;
import io.autoinit.spi.Severity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** Looks at a set-up: at each store on a thread of its own, so that a dead one hides no other. */
final class Doctor {

  /** Beyond what a store itself allows for connecting: looks, and half a second for its clock. */
  private static final Duration LONGEST_LOOK = Duration.ofSeconds(20);

  private static final String SETTINGS = "set-up";

  private final SettingsReader.Examined examined;
  private final List<String> problemsOfOrder;
  private final UnaryOperator<String> redaction;

  private Doctor(
      SettingsReader.Examined examined,
      List<String> problemsOfOrder,
      UnaryOperator<String> redaction) {
    this.examined = examined;
    this.problemsOfOrder = problemsOfOrder;
    this.redaction = redaction;
  }

  static Diagnosis examine(SettingSources sources, List<InitStep> fromBuilder, boolean discovers) {
    SettingsReader.Examined examined = SettingsReader.examine(sources);
    List<Map<String, String>> environments = new ArrayList<>(List.of(sources.environment()));
    examined.settings().ifPresent(s -> s.steps().forEach(t -> environments.add(t.environment())));
    return new Doctor(
            examined,
            Assembly.problemsOfOrder(examined, fromBuilder, discovers),
            Redaction.of(examined.backends().values(), environments))
        .examine();
  }

  /**
   * What one store told.
   *
   * @param findings its own
   * @param placement what its facets say of the roles that it plays
   */
  private record Told(List<Finding> findings, List<Finding> placement) {}

  /**
   * A look under way.
   *
   * @param told what it will have told
   * @param unasked what is known of the placement before the store is asked
   */
  private record Look(CompletableFuture<Told> told, CompletableFuture<List<Finding>> unasked) {

    Told without(Finding why) {
      return new Told(List.of(why), unasked.getNow(List.of()));
    }
  }

  private Diagnosis examine() {
    Map<BackendInstance, Look> looks = new LinkedHashMap<>();
    examined.backends().values().forEach(instance -> looks.put(instance, begin(instance)));
    List<Finding> placement = new ArrayList<>();
    List<Finding> ofStores = new ArrayList<>();
    List<Diagnosis.Section> stores = new ArrayList<>();
    looks.forEach(
        (instance, look) -> {
          Told told = await(instance, look);
          placement.addAll(told.placement());
          ofStores.addAll(told.findings());
          stores.add(section(instance.name(), about(instance), told.findings()));
        });
    List<Finding> setUp = new ArrayList<>(ofSettings(ofStores));
    setUp.addAll(placement);
    List<Diagnosis.Section> sections = new ArrayList<>();
    sections.add(section(SETTINGS, "settings, roles and steps", setUp));
    sections.addAll(stores);
    return new Diagnosis(sections);
  }

  private Look begin(BackendInstance instance) {
    Look look = new Look(new CompletableFuture<>(), new CompletableFuture<>());
    Thread thread =
        new Thread(
            () -> {
              try {
                look.told().complete(look(instance, look.unasked()));
              } catch (Throwable e) {
                look.told().completeExceptionally(e);
              }
            },
            "autoinit-doctor-" + instance.name());
    thread.setDaemon(true);
    thread.start();
    return look;
  }

  private Told look(BackendInstance instance, CompletableFuture<List<Finding>> unasked) {
    try (Backend backend = instance.openAside()) {
      if (plays(instance, Role.LOCKS)) {
        // Some stores are examined more strictly where locks are kept in them.
        var unused = backend.locks();
      }
      List<Finding> ofSettings = placement(instance, backend, LockProvider::guaranteeUnasked);
      unasked.complete(ofSettings);
      List<Finding> findings = backend.findings();
      // What is away would be waited for once more.
      boolean away = findings.stream().anyMatch(Doctor::isAway);
      return new Told(
          findings, away ? ofSettings : placement(instance, backend, Doctor::guarantee));
    } catch (BackendException e) {
      return new Told(List.of(Finding.of(e)), unasked.getNow(List.of()));
    }
  }

  private static boolean isAway(Finding finding) {
    return finding.check().equals("reachable") && finding.severity() == Severity.ERROR;
  }

  private List<Finding> placement(
      BackendInstance instance,
      Backend backend,
      Function<LockProvider, Optional<Guarantee>> guarantee) {
    List<Finding> findings = new ArrayList<>();
    if (plays(instance, Role.LOCKS)) {
      backend
          .locks()
          .flatMap(guarantee)
          .flatMap(promise -> Placement.ofGuarantee(instance, promise))
          .ifPresent(findings::add);
    }
    if (plays(instance, Role.READINESS)) {
      backend.readiness().flatMap(this::volatility).ifPresent(findings::add);
    }
    standstill(instance, backend.longestStandstill()).ifPresent(findings::add);
    return findings;
  }

  private Optional<Finding> standstill(BackendInstance instance, Duration still) {
    if (still.isZero()) {
      return Optional.empty();
    }
    return reliant(instance)
        .flatMap(
            reliant ->
                Placement.ofStandstill(
                    instance, still, examined.settings().orElseThrow().pace(), reliant));
  }

  /** Whose lease rests on the store; a signal beside a ledger may stand still. */
  private Optional<Placement.Reliant> reliant(BackendInstance instance) {
    if (plays(instance, Role.LOCKS) || (plays(instance, Role.READINESS) && !hasLedger())) {
      return Optional.of(Placement.Reliant.LEADER);
    }
    return plays(instance, Role.MARKERS) && instance.offers(Role.LOCKS)
        ? Optional.of(Placement.Reliant.NODE)
        : Optional.empty();
  }

  /** A store may have to be asked for it; one that is away tells so by itself. */
  private static Optional<Guarantee> guarantee(LockProvider locks) {
    try {
      return Optional.of(locks.guarantee());
    } catch (BackendException e) {
      return Optional.empty();
    }
  }

  private Optional<Finding> volatility(ReadinessStore readiness) {
    BackendInstance signal = examined.settings().orElseThrow().instance(Role.READINESS);
    return readiness.durable() || hasLedger()
        ? Optional.empty()
        : Optional.of(
            Finding.warning(
                "ledger",
                "Readiness is kept in '%s' alone, which may forget it: every step then runs again"
                    .formatted(signal.name()),
                "configure a store that keeps a ledger for the lock, for example AUTOINIT_BACKENDS_POSTGRES_URL=jdbc:postgresql://HOST/DATABASE"));
  }

  private boolean hasLedger() {
    Settings settings = examined.settings().orElseThrow();
    BackendInstance locks = settings.instance(Role.LOCKS);
    return !locks.equals(settings.instance(Role.READINESS)) && offersLedger(locks);
  }

  /** Whether it would keep one, without connecting: a facet says so by itself. */
  private static boolean offersLedger(BackendInstance locks) {
    if (!locks.offers(Role.READINESS)) {
      return false;
    }
    try (Backend backend = locks.openAside()) {
      return backend.readiness().filter(ReadinessStore::durable).isPresent();
    } catch (BackendException e) {
      // It tells by itself what is wrong with it.
      return true;
    }
  }

  private boolean plays(BackendInstance instance, Role role) {
    return examined.settings().filter(s -> instance.name().equals(s.roles().get(role))).isPresent();
  }

  private static Told await(BackendInstance instance, Look look) {
    Duration patience =
        connectTimeout(instance).map(own -> own.plus(LONGEST_LOOK)).orElse(LONGEST_LOOK);
    try {
      return look.told().get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return look.without(
          Finding.error(
              "reachable",
              "It had not answered after %d s".formatted(patience.toSeconds()),
              "look at the store and at the network between"));
    } catch (ExecutionException e) {
      // The message of an unknown exception is not shown: nobody knows that it holds no secret.
      return look.without(
          new Finding(
              Severity.ERROR,
              "bug",
              "looking at it ended with %s, which is a bug of its backend"
                  .formatted(String.valueOf(e.getCause()).replaceAll("[:\\s].*", "")),
              Optional.empty()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return look.without(Finding.note("reachable", "interrupted before it answered"));
    }
  }

  private static Optional<Duration> connectTimeout(BackendInstance instance) {
    return instance.provider().settings().stream()
        .filter(s -> s.name().equals("connect-timeout") && s.kind() == Setting.Kind.DURATION)
        .findFirst()
        .flatMap(s -> instance.config().duration(s.name()));
  }

  private Diagnosis.Section section(String subject, String about, List<Finding> findings) {
    return new Diagnosis.Section(subject, about, findings.stream().map(this::redacted).toList());
  }

  private Finding redacted(Finding f) {
    return new Finding(
        f.severity(), f.check(), redaction.apply(f.seen()), f.remedy().map(redaction));
  }

  private String about(BackendInstance instance) {
    String type = instance.provider().type();
    if (examined.roles().isEmpty()) {
      return type;
    }
    String roles =
        Arrays.stream(Role.values())
            .filter(role -> instance.name().equals(examined.roles().get(role)))
            .map(Role::label)
            .collect(Collectors.joining(", "));
    return type + "; " + (roles.isEmpty() ? "no role" : roles);
  }

  // The settings.

  private List<Finding> ofSettings(List<Finding> ofStores) {
    List<Finding> findings = new ArrayList<>();
    examined.problems().stream()
        .filter(problem -> ofStores.stream().noneMatch(told -> isThatOf(told, problem)))
        .forEach(problem -> findings.add(problem(problem)));
    problemsOfOrder.forEach(problem -> findings.add(problem(problem)));
    examined.noFile().ifPresent(where -> findings.add(Finding.note("configuration", where)));
    examined.settings().ifPresent(settings -> findings.addAll(ofSound(settings)));
    findings.add(Finding.ok("java", "Java " + Runtime.version()));
    return findings;
  }

  /** A trouble of a store that the settings tell as well is told once, where the store is. */
  private static boolean isThatOf(Finding told, String problem) {
    return told.severity() == Severity.ERROR && problem.contains(told.seen());
  }

  /** Problems end in the way out, behind a semicolon or a colon with a blank. */
  private static Finding problem(String problem) {
    int way = problem.lastIndexOf("; ");
    return way < 0
        ? new Finding(Severity.ERROR, "settings", problem, Optional.empty())
        : Finding.error("settings", problem.substring(0, way), problem.substring(way + 2));
  }

  private static List<Finding> ofSound(Settings settings) {
    List<Finding> findings = new ArrayList<>();
    findings.add(
        settings.runIdGiven()
            ? Finding.ok("run-id", settings.runId().toString())
            : Finding.note(
                "run-id",
                "not set; %s stands for the working directory, which is for development only"
                    .formatted(settings.runId())));
    findings.add(
        Finding.ok(
            "roles",
            Arrays.stream(Role.values())
                .map(role -> role.label() + " in " + settings.instance(role).name())
                .collect(Collectors.joining(", "))));
    Placement.ofReadiness(settings.instance(Role.READINESS), settings.instance(Role.LOCKS))
        .ifPresent(findings::add);
    findings.add(times(settings));
    findings.add(
        Finding.ok(
            "steps",
            settings.steps().isEmpty()
                ? "no command steps"
                : "the programs of %d command steps are there".formatted(settings.steps().size())));
    return findings;
  }

  /** Servers must not give a lock away before its holder has stopped. */
  private static Finding times(Settings settings) {
    Pace pace = settings.pace();
    BackendInstance locks = settings.instance(Role.LOCKS);
    Optional<Duration> session =
        locks.provider().settings().stream()
            .filter(s -> s.name().equals("session-timeout") && s.kind() == Setting.Kind.DURATION)
            .findFirst()
            .flatMap(s -> locks.config().duration(s.name()));
    if (session.filter(s -> s.compareTo(pace.takeoverDelay()) < 0).isPresent()) {
      return Finding.warning(
          "times",
          "the servers of '%s' drop a session after %s, before a leader's record is %s old (autoinit.takeover-delay)"
              .formatted(locks.name(), Texts.of(session.get()), Texts.of(pace.takeoverDelay())),
          "set %s = %dms"
              .formatted(locks.config().key("session-timeout"), pace.takeoverDelay().toMillis()));
    }
    return Finding.ok(
        "times",
        "takeover after %s, lease of %s"
            .formatted(Texts.of(pace.takeoverDelay()), Texts.of(pace.leaseTtl())));
  }
}
