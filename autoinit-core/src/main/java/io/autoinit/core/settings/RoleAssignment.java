package io.autoinit.core.settings;

import io.autoinit.spi.Role;
import io.autoinit.spi.Setting;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Gives each role to one instance. */
final class RoleAssignment {

  /** Types whose locks are best effort, or may be: no store is asked here. */
  private static final Set<String> WEAK = Set.of("redis", "hazelcast");

  private final Map<String, Given> given;
  private final Map<String, BackendInstance> configured;
  private final Map<String, BackendInstance> all;
  private final Optional<BackendInstance> builtIn;
  private final String noFile;
  private final List<String> problems;

  /**
   * Creates it.
   *
   * @param noFile what is told beside an instance that is missing, where no file was found
   */
  RoleAssignment(
      Map<String, Given> given,
      Map<String, BackendInstance> configured,
      Optional<BackendInstance> builtIn,
      String noFile,
      List<String> problems) {
    this.given = given;
    this.configured = configured;
    this.builtIn = builtIn;
    this.noFile = noFile;
    this.problems = problems;
    this.all = new LinkedHashMap<>(configured);
    builtIn.ifPresent(file -> all.put(file.name(), file));
  }

  /** The instance of each role; a role without one has left a problem. */
  Map<Role, String> assign() {
    Map<Role, String> roles = new EnumMap<>(Role.class);
    for (Role role : Role.values()) {
      Optional.ofNullable(given.get(Key.of(role).key()))
          .map(named -> named(role, named))
          .orElseGet(() -> byReferenceOrder(role))
          .ifPresent(instance -> roles.put(role, instance));
    }
    return roles;
  }

  private Optional<String> named(Role role, Given named) {
    BackendInstance instance = all.get(named.value());
    if (instance == null) {
      List<String> names = all.keySet().stream().sorted().toList();
      problems.add(
          named.problem(
              "names no backend instance: %s; there %s %s%s%s"
                  .formatted(
                      Given.shown(named.value()),
                      names.size() == 1 ? "is only" : "are",
                      String.join(", ", names),
                      noFile,
                      Setting.nearest(named.value(), names)
                          .map(near -> "; did you mean " + near + "?")
                          .orElse(""))));
      return Optional.empty();
    }
    if (!instance.offers(role)) {
      List<String> able = offering(role, all);
      problems.add(
          named.problem(
              "cannot be %s: a backend of type %s offers no %s; %s"
                  .formatted(
                      named.value(),
                      instance.provider().type(),
                      role.label(),
                      able.isEmpty()
                          ? "no configured instance does"
                          : "those that do: " + String.join(", ", able))));
      return Optional.empty();
    }
    return Optional.of(instance.name());
  }

  private Optional<String> byReferenceOrder(Role role) {
    Map<Integer, List<String>> byRank = new TreeMap<>();
    configured.values().stream()
        .filter(instance -> instance.offers(role))
        .sorted(
            Comparator.comparing((BackendInstance instance) -> isWeak(role, instance))
                .thenComparing(BackendInstance::name))
        .forEach(
            instance ->
                byRank
                    .computeIfAbsent(rank(role, instance), rank -> new ArrayList<>())
                    .add(instance.name()));
    // Markers lie beside the node's files unless somebody says otherwise.
    if (role == Role.MARKERS && !byRank.containsKey(0) && builtIn.isPresent()) {
      return builtIn.map(BackendInstance::name);
    }
    if (byRank.isEmpty()) {
      return configured.isEmpty() ? embedded(role) : none(role);
    }
    List<String> best = byRank.values().iterator().next();
    if (best.size() > 1) {
      problems.add(
          "%s is open: %s offer %s; choose one, for example by %s=%s"
              .formatted(
                  Key.of(role).key(),
                  String.join(" and ", best),
                  role.label(),
                  Key.of(role).rule(),
                  best.get(0)));
      return Optional.empty();
    }
    return Optional.of(best.get(0));
  }

  /** Nothing configured at all: one machine, no server. */
  private Optional<String> embedded(Role role) {
    if (builtIn.isEmpty()) {
      return none(role);
    }
    return builtIn.map(BackendInstance::name);
  }

  private Optional<String> none(Role role) {
    problems.add(
        "no configured backend offers %s: %s; configure one that does%s"
            .formatted(
                role.label(),
                configured.isEmpty()
                    ? "there is none" + noFile
                    : "there " + are(configured.keySet().stream().toList()),
                builtIn.isEmpty()
                    ? ""
                    : ", or set %s=%s to keep them on this machine"
                        .formatted(Key.of(role).rule(), BackendInstance.FILE)));
    return Optional.empty();
  }

  private static String are(List<String> names) {
    return (names.size() == 1 ? "is only " : "are only ") + String.join(", ", names);
  }

  private static List<String> offering(Role role, Map<String, BackendInstance> instances) {
    return instances.values().stream()
        .filter(i -> i.offers(role))
        .map(BackendInstance::name)
        .sorted()
        .toList();
  }

  /** Known to keep locks as well as it can, or perhaps no better: proposed last. */
  private static boolean isWeak(Role role, BackendInstance instance) {
    return role == Role.LOCKS && WEAK.contains(instance.provider().type());
  }

  private static int rank(Role role, BackendInstance instance) {
    String type = instance.provider().type();
    String first =
        switch (role) {
          case LOCKS -> "postgres";
          case READINESS -> "redis";
          case MARKERS -> BackendInstance.FILE;
        };
    if (type.equals(first)) {
      return 0;
    }
    return type.equals(BackendInstance.FILE) ? 2 : 1;
  }
}
