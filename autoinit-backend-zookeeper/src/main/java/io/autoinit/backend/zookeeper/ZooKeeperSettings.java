package io.autoinit.backend.zookeeper;

import io.autoinit.spi.BackendConfig;
import io.autoinit.spi.Setting;
import io.autoinit.spi.Setting.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the backend was told. Reading it loads no class of the client library and touches no server.
 *
 * @param config where it was read from, for the names of the settings in messages
 * @param ensemble the servers
 * @param root the node below which everything lies, chroot included; without a slash at its end
 */
record ZooKeeperSettings(
    BackendConfig config,
    Ensemble ensemble,
    String root,
    Duration sessionTimeout,
    Duration connectTimeout,
    Optional<String> user,
    Optional<String> password,
    boolean sasl) {

  static final String CONNECT = "connect";
  static final String ROOT = "root";
  static final String SESSION_TIMEOUT = "session-timeout";
  static final String CONNECT_TIMEOUT = "connect-timeout";
  static final String USER = "user";
  static final String PASSWORD = "password";
  static final String SASL = "sasl";

  private static final Duration SHORTEST_SESSION = Duration.ofMillis(500);
  private static final Duration LONGEST_TIMEOUT = Duration.ofMinutes(10);

  static List<Setting> all() {
    return List.of(
        Setting.required(CONNECT, Kind.TEXT, "the servers, as " + Ensemble.FORM),
        Setting.standard(
            ROOT, Kind.TEXT, "/autoinit", "the node below which everything of autoinit lies"),
        Setting.standard(
            SESSION_TIMEOUT,
            Kind.DURATION,
            "4s",
            "how long the servers keep the session, and so the locks, of a client that fell silent;"
                + " not shorter than autoinit.takeover-delay"),
        Setting.standard(CONNECT_TIMEOUT, Kind.DURATION, "5s", "how long connecting may take"),
        Setting.optional(
            USER, Kind.TEXT, "the user (digest); then nobody else gets at what autoinit wrote"),
        Setting.optional(PASSWORD, Kind.SECRET, "the password of the user"),
        Setting.optional(
            SASL,
            Kind.FLAG,
            "whether to authenticate by the section Client of the JVM's JAAS configuration; then"
                + " nobody else gets at what autoinit wrote"));
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
  static ZooKeeperSettings of(BackendConfig config) {
    List<String> problems = new ArrayList<>();
    ZooKeeperSettings settings = read(config, problems);
    if (!problems.isEmpty()) {
      throw new io.autoinit.ConfigurationException(problems);
    }
    return settings;
  }

  private static ZooKeeperSettings read(BackendConfig config, List<String> problems) {
    Ensemble ensemble = ensemble(config, problems);
    Optional<String> user = nonEmpty(config, USER);
    Optional<String> password = nonEmpty(config, PASSWORD);
    if (user.isPresent() != password.isPresent()) {
      problems.add(
          "%s is set without %s: set both"
              .formatted(
                  config.key(user.isPresent() ? USER : PASSWORD),
                  config.key(user.isPresent() ? PASSWORD : USER)));
    }
    if (user.filter(name -> name.indexOf(':') >= 0).isPresent()) {
      problems.add("%s must not hold a colon".formatted(config.key(USER)));
    }
    if (user.isPresent() && config.flag(SASL)) {
      problems.add(
          "%s and %s are both set: take one of them away"
              .formatted(config.key(USER), config.key(SASL)));
    }
    return new ZooKeeperSettings(
        config,
        ensemble,
        ensemble.chroot() + root(config, problems),
        timeout(config, SESSION_TIMEOUT, SHORTEST_SESSION, problems),
        timeout(config, CONNECT_TIMEOUT, Duration.ofMillis(1), problems),
        user,
        password,
        config.flag(SASL));
  }

  private static Ensemble ensemble(BackendConfig config, List<String> problems) {
    try {
      return Ensemble.parse(config.text(CONNECT).orElse(""));
    } catch (IllegalArgumentException e) {
      // That it is missing altogether was told already.
      config
          .text(CONNECT)
          .ifPresent(
              text ->
                  problems.add(
                      "%s does not say where ZooKeeper is: %s"
                          .formatted(config.key(CONNECT), e.getMessage())));
      return new Ensemble(List.of(), "");
    }
  }

  private static String root(BackendConfig config, List<String> problems) {
    try {
      String root = Ensemble.path(config.text(ROOT).orElseThrow(), "it");
      if (root.isEmpty()) {
        throw new IllegalArgumentException("it must name a node, such as /autoinit");
      }
      return root;
    } catch (IllegalArgumentException e) {
      problems.add("%s: %s".formatted(config.key(ROOT), e.getMessage()));
      return "";
    }
  }

  private static Optional<String> nonEmpty(BackendConfig config, String setting) {
    return config.text(setting).filter(text -> !text.isBlank());
  }

  private static Duration timeout(
      BackendConfig config, String setting, Duration shortest, List<String> problems) {
    Duration timeout = config.duration(setting).orElseThrow();
    if (timeout.compareTo(shortest) < 0 || timeout.compareTo(LONGEST_TIMEOUT) > 0) {
      problems.add(
          "%s must be at least %dms and at most 10m"
              .formatted(config.key(setting), shortest.toMillis()));
    }
    return timeout;
  }

  /** How long a whole operation may take. */
  Duration operationTimeout() {
    return connectTimeout.plus(sessionTimeout);
  }

  /** Whether what this client writes is for nobody else. */
  boolean authenticated() {
    return user.isPresent() || sasl;
  }

  /** Where the servers are, for messages. */
  String place() {
    return "ZooKeeper at " + ensemble.connectString();
  }

  /** The full name of a setting, for messages. */
  String key(String setting) {
    return config.key(setting);
  }

  /** Shows no secret. */
  @Override
  public String toString() {
    return "ZooKeeperSettings[" + place() + root + "]";
  }
}
