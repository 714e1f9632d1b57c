package io.autoinit.backend.hazelcast;

import io.autoinit.spi.BackendConfig;
import io.autoinit.spi.Setting;
import io.autoinit.spi.Setting.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the backend was told. Reading it loads no class of Hazelcast and touches no cluster.
 *
 * @param config where it was read from, for the names of the settings in messages
 * @param keeps whether a member keeps a part of what the fleet writes, and counts
 * @param addresses members to begin with; none where a file says it
 */
record HazelcastSettings(
    BackendConfig config,
    Mode mode,
    boolean keeps,
    List<String> addresses,
    Optional<String> kubernetesDns,
    Optional<String> bind,
    int port,
    int minMembers,
    String clusterName,
    Optional<String> user,
    Optional<String> password,
    Optional<String> token,
    Optional<Path> file,
    LockMode lockMode,
    Duration connectTimeout,
    Duration commandTimeout,
    String prefix) {

  /** What this process is to the cluster. */
  enum Mode {
    CLIENT,
    MEMBER
  }

  /** Where locks are kept. */
  enum LockMode {
    AUTO,
    CP,
    IMAP
  }

  static final String MODE = "mode";
  static final String ADDRESSES = "addresses";
  static final String CLUSTER_NAME = "cluster-name";
  static final String USER = "user";
  static final String PASSWORD = "password";
  static final String TOKEN = "token";
  static final String CONFIG = "config";
  static final String MEMBERS = "members";
  static final String KUBERNETES_DNS = "kubernetes-dns";
  static final String BIND = "bind";
  static final String PORT = "port";
  static final String MIN_MEMBERS = "min-members";
  static final String LOCK_MODE = "lock-mode";
  static final String PREFIX = "prefix";
  static final String CONNECT_TIMEOUT = "connect-timeout";
  static final String COMMAND_TIMEOUT = "command-timeout";

  private static final Duration LONGEST_TIMEOUT = Duration.ofMinutes(10);
  private static final int HIGHEST_PORT = 65_535;
  private static final String FORM = "host[:port][,host[:port]...]";
  private static final Pattern ADDRESS =
      Pattern.compile("([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+])(:(\\d{1,5}))?");

  static List<Setting> all() {
    return List.of(
        Setting.standard(
            MODE,
            Kind.TEXT,
            "client",
            "client of a cluster that is there, or member of one that the fleet forms"),
        Setting.optional(ADDRESSES, Kind.TEXT, "client: members of the cluster, as " + FORM),
        Setting.standard(CLUSTER_NAME, Kind.TEXT, "dev", "the name of the cluster"),
        Setting.optional(USER, Kind.TEXT, "client: the user"),
        Setting.optional(PASSWORD, Kind.SECRET, "client: the password"),
        Setting.optional(TOKEN, Kind.SECRET, "client: a token in place of user and password"),
        Setting.optional(
            CONFIG,
            Kind.PATH,
            "client: a hazelcast-client.yaml in place of addresses, cluster name, user and token"),
        Setting.optional(MEMBERS, Kind.TEXT, "member: the addresses of the fleet, as " + FORM),
        Setting.optional(
            KUBERNETES_DNS, Kind.TEXT, "member: the name of a headless service with the members"),
        Setting.optional(BIND, Kind.TEXT, "member: the address of this host to listen on"),
        Setting.standard(
            PORT, Kind.NUMBER, "5701", "member: the port; the next free one if it is taken"),
        Setting.optional(
            MIN_MEMBERS,
            Kind.NUMBER,
            "member: how many members must see each other before anything is read or written"),
        Setting.standard(
            LOCK_MODE,
            Kind.TEXT,
            "auto",
            "cp keeps locks in the CP Subsystem, imap in a map, auto where the cluster offers it"),
        Setting.standard(PREFIX, Kind.TEXT, "autoinit", "what the names of maps begin with"),
        Setting.standard(CONNECT_TIMEOUT, Kind.DURATION, "5s", "how long connecting may take"),
        Setting.standard(COMMAND_TIMEOUT, Kind.DURATION, "5s", "how long an answer may take"));
  }

  static List<String> problems(BackendConfig config) {
    List<String> problems = new ArrayList<>();
    read(config, problems);
    return problems;
  }

  /**
   * Reads settings without problems.
   *
   * @throws io.autoinit.ConfigurationException with every problem
   */
  static HazelcastSettings of(BackendConfig config) {
    List<String> problems = new ArrayList<>();
    HazelcastSettings settings = read(config, problems);
    if (!problems.isEmpty()) {
      throw new io.autoinit.ConfigurationException(problems);
    }
    return settings;
  }

  private static HazelcastSettings read(BackendConfig config, List<String> problems) {
    Mode mode = choice(config, MODE, Mode.values(), problems);
    boolean knowsMode = problems.isEmpty();
    LockMode lockMode = choice(config, LOCK_MODE, LockMode.values(), problems);
    Optional<Path> file = config.path(CONFIG);
    String where = mode == Mode.CLIENT ? ADDRESSES : MEMBERS;
    // What fits depends on the mode.
    if (knowsMode) {
      requireOnly(config, mode, file, problems);
      requirePlace(config, mode, problems);
    }
    // What is to be taken away anyway need not be complete, too.
    if (knowsMode && mode == Mode.CLIENT) {
      file.filter(f -> !Files.isReadable(f))
          .ifPresent(f -> problems.add("%s: cannot read %s".formatted(config.key(CONFIG), f)));
      if (file.isEmpty()) {
        requireOneIdentity(config, problems);
      }
    }
    int port = config.number(PORT).orElseThrow();
    if (port < 1 || port > HIGHEST_PORT) {
      problems.add("%s must be a number from 1 to 65535".formatted(config.key(PORT)));
    }
    int minMembers = config.number(MIN_MEMBERS).orElse(1);
    if (minMembers < 1) {
      problems.add("%s must be 1 or more".formatted(config.key(MIN_MEMBERS)));
    }
    String name = config.text(CLUSTER_NAME).orElseThrow();
    if (name.isBlank()) {
      problems.add("%s must not be empty".formatted(config.key(CLUSTER_NAME)));
    }
    String prefix = config.text(PREFIX).orElseThrow();
    if (!prefix.matches("[A-Za-z0-9._-]{1,100}")) {
      problems.add(
          "%s must be 1 to 100 letters, digits, dots, - and _".formatted(config.key(PREFIX)));
    }
    return new HazelcastSettings(
        config,
        mode,
        true,
        addresses(config, where, problems),
        nonEmpty(config, KUBERNETES_DNS),
        nonEmpty(config, BIND),
        port,
        minMembers,
        name,
        nonEmpty(config, USER),
        nonEmpty(config, PASSWORD),
        nonEmpty(config, TOKEN),
        file,
        lockMode,
        timeout(config, CONNECT_TIMEOUT, problems),
        timeout(config, COMMAND_TIMEOUT, problems),
        prefix);
  }

  private static void requirePlace(BackendConfig config, Mode mode, List<String> problems) {
    List<String> places =
        mode == Mode.CLIENT ? List.of(ADDRESSES, CONFIG) : List.of(MEMBERS, KUBERNETES_DNS);
    boolean meantAMember =
        mode == Mode.CLIENT
            && config.text(MEMBERS).or(() -> config.text(KUBERNETES_DNS)).isPresent();
    if (!meantAMember && places.stream().noneMatch(s -> nonEmpty(config, s).isPresent())) {
      problems.add(
          "%s is missing with %s = %s: set it to %s, or set %s"
              .formatted(
                  config.key(places.get(0)),
                  config.key(MODE),
                  word(mode),
                  FORM,
                  config.key(places.get(1))));
    }
  }

  private static void requireOneIdentity(BackendConfig config, List<String> problems) {
    boolean user = nonEmpty(config, USER).isPresent();
    if (nonEmpty(config, TOKEN).isPresent() && user) {
      problems.add(
          "%s and %s are both set: take one of them away"
              .formatted(config.key(TOKEN), config.key(USER)));
    } else if (user != nonEmpty(config, PASSWORD).isPresent()) {
      problems.add(
          "%s is set without %s: set both"
              .formatted(config.key(user ? USER : PASSWORD), config.key(user ? PASSWORD : USER)));
    }
  }

  /** What the chosen way of taking part has no use for is a mistake, and told. */
  private static void requireOnly(
      BackendConfig config, Mode mode, Optional<Path> file, List<String> problems) {
    List<String> useless =
        mode == Mode.CLIENT
            ? List.of(MEMBERS, KUBERNETES_DNS, BIND, MIN_MEMBERS)
            : List.of(ADDRESSES, USER, PASSWORD, TOKEN, CONFIG);
    for (String setting : useless) {
      if (config.text(setting).isPresent()) {
        problems.add(
            "%s has no meaning with %s = %s: %s"
                .formatted(
                    config.key(setting),
                    config.key(MODE),
                    word(mode),
                    mode == Mode.CLIENT
                        ? "take it away, or set %s = %s"
                            .formatted(config.key(MODE), word(Mode.MEMBER))
                        : "take one of them away"));
      }
    }
    if (mode == Mode.CLIENT && file.isPresent()) {
      for (String setting : List.of(ADDRESSES, USER, PASSWORD, TOKEN)) {
        if (config.text(setting).isPresent()) {
          problems.add(
              "%s and %s are both set: take one of them away"
                  .formatted(config.key(CONFIG), config.key(setting)));
        }
      }
    }
    if (mode == Mode.MEMBER
        && config.text(MEMBERS).isPresent()
        && config.text(KUBERNETES_DNS).isPresent()) {
      problems.add(
          "%s and %s are both set: take one of them away"
              .formatted(config.key(MEMBERS), config.key(KUBERNETES_DNS)));
    }
  }

  private static List<String> addresses(
      BackendConfig config, String setting, List<String> problems) {
    List<String> addresses = new ArrayList<>();
    for (String part : nonEmpty(config, setting).map(t -> t.split(",", -1)).orElse(new String[0])) {
      var matcher = ADDRESS.matcher(part.strip());
      if (!matcher.matches()) {
        problems.add("%s: write %s".formatted(config.key(setting), FORM));
        return List.of();
      }
      if (matcher.group(3) != null
          && (Integer.parseInt(matcher.group(3)) < 1
              || Integer.parseInt(matcher.group(3)) > HIGHEST_PORT)) {
        problems.add(
            "%s: the port must be a number from 1 to 65535".formatted(config.key(setting)));
        return List.of();
      }
      addresses.add(part.strip());
    }
    return List.copyOf(addresses);
  }

  private static <E extends Enum<E>> E choice(
      BackendConfig config, String setting, E[] values, List<String> problems) {
    String given = config.text(setting).orElseThrow();
    for (E value : values) {
      if (word(value).equals(given)) {
        return value;
      }
    }
    problems.add(
        "%s must be %s"
            .formatted(
                config.key(setting),
                String.join(" or ", Stream.of(values).map(HazelcastSettings::word).toList())));
    return values[0];
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(java.util.Locale.ROOT);
  }

  private static Optional<String> nonEmpty(BackendConfig config, String setting) {
    return config.text(setting).filter(text -> !text.isBlank());
  }

  private static Duration timeout(BackendConfig config, String setting, List<String> problems) {
    Duration timeout = config.duration(setting).orElseThrow();
    if (timeout.isZero() || timeout.compareTo(LONGEST_TIMEOUT) > 0) {
      problems.add("%s must be more than 0 and at most 10m".formatted(config.key(setting)));
    }
    return timeout;
  }

  /** The same for a process that takes no part. */
  HazelcastSettings aside() {
    return new HazelcastSettings(
        config,
        mode,
        false,
        addresses,
        kubernetesDns,
        bind,
        port,
        minMembers,
        clusterName,
        user,
        password,
        token,
        file,
        lockMode,
        connectTimeout,
        commandTimeout,
        prefix);
  }

  /** Where the cluster is, for messages. */
  String place() {
    if (file.isPresent()) {
      return "Hazelcast as in " + file.get();
    }
    return mode == Mode.CLIENT
        ? "Hazelcast at " + String.join(",", addresses)
        : "the Hazelcast cluster " + clusterName;
  }

  /** The full name of a setting, for messages. */
  String key(String setting) {
    return config.key(setting);
  }

  /** Shows no secret. */
  @Override
  public String toString() {
    return "HazelcastSettings[" + place() + "]";
  }
}
