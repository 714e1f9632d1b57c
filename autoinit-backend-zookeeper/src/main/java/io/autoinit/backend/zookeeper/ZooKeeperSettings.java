package io.autoinit.backend.zookeeper;

import io.autoinit.spi.BackendConfig;
import io.autoinit.spi.Setting;
import io.autoinit.spi.Setting.Kind;
import java.nio.file.Path;
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
 * @param saslSection of the JAAS configuration, if it says who this is
 * @param tls if it is to be talked
 */
record ZooKeeperSettings(
    BackendConfig config,
    Ensemble ensemble,
    String root,
    Duration sessionTimeout,
    Duration connectTimeout,
    Optional<String> user,
    Optional<String> password,
    Optional<String> saslSection,
    Optional<Tls> tls) {

  static final String CONNECT = "connect";
  static final String ROOT = "root";
  static final String SESSION_TIMEOUT = "session-timeout";
  static final String CONNECT_TIMEOUT = "connect-timeout";
  static final String USER = "user";
  static final String PASSWORD = "password";
  static final String SASL = "sasl";
  static final String SASL_SECTION = "sasl-section";
  static final String TLS = "tls";
  static final String CA_FILE = "ca-file";
  static final String CA_PASSWORD = "ca-password";
  static final String KEY_FILE = "key-file";
  static final String KEY_PASSWORD = "key-password";
  static final String VERIFY_HOST = "verify-host";

  private static final String STANDARD_SECTION = "Client";

  private static final Duration SHORTEST_SESSION = Duration.ofMillis(500);
  private static final Duration LONGEST_TIMEOUT = Duration.ofMinutes(10);

  /** Whom to trust, and how to prove who this is. */
  record Tls(
      Optional<Path> caFile,
      Optional<String> caPassword,
      Optional<Path> keyFile,
      Optional<String> keyPassword,
      boolean verifyHost) {

    /** Shows no secret. */
    @Override
    public String toString() {
      return "Tls[" + caFile + ", " + keyFile + ", " + verifyHost + "]";
    }
  }

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
            "whether to authenticate by a section of the JVM's JAAS configuration; then nobody else"
                + " gets at what autoinit wrote"),
        Setting.optional(SASL_SECTION, Kind.TEXT, "that section; Client if it is not given"),
        Setting.optional(TLS, Kind.FLAG, "whether to talk TLS, to the servers' secureClientPort"),
        Setting.optional(
            CA_FILE,
            Kind.PATH,
            "the certificates to trust in TLS, and no other: a PEM file, or a PKCS12 or JKS store"),
        Setting.optional(CA_PASSWORD, Kind.SECRET, "the password of that store"),
        Setting.optional(
            KEY_FILE,
            Kind.PATH,
            "the key and the certificate to show in TLS: one PEM file with both, or a PKCS12 or"
                + " JKS store"),
        Setting.optional(KEY_PASSWORD, Kind.SECRET, "the password of that key"),
        Setting.standard(
            VERIFY_HOST,
            Kind.FLAG,
            "true",
            "whether the certificate of a server must be for the name that connect gives it"));
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
    // Who is to take the user away need not give it a password first.
    if (user.isPresent() != password.isPresent() && !(user.isPresent() && config.flag(SASL))) {
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
    if (!config.flag(SASL)) {
      requireNone(config, List.of(SASL_SECTION), SASL, problems);
    }
    return new ZooKeeperSettings(
        config,
        ensemble,
        ensemble.chroot() + root(config, problems),
        timeout(config, SESSION_TIMEOUT, SHORTEST_SESSION, problems),
        timeout(config, CONNECT_TIMEOUT, Duration.ofMillis(1), problems),
        user,
        password,
        config.flag(SASL)
            ? nonEmpty(config, SASL_SECTION).or(() -> Optional.of(STANDARD_SECTION))
            : Optional.empty(),
        tls(config, problems));
  }

  private static Optional<Tls> tls(BackendConfig config, List<String> problems) {
    if (!config.flag(TLS)) {
      requireNone(config, List.of(CA_FILE, CA_PASSWORD, KEY_FILE, KEY_PASSWORD), TLS, problems);
      if (!config.flag(VERIFY_HOST)) {
        problems.add(meaningless(config, VERIFY_HOST, TLS));
      }
      return Optional.empty();
    }
    Tls tls =
        new Tls(
            nonEmpty(config, CA_FILE).map(Path::of),
            nonEmpty(config, CA_PASSWORD),
            nonEmpty(config, KEY_FILE).map(Path::of),
            nonEmpty(config, KEY_PASSWORD),
            config.flag(VERIFY_HOST));
    if (tls.caFile().isEmpty()) {
      requireNone(config, List.of(CA_PASSWORD), CA_FILE, problems);
    }
    if (tls.keyFile().isEmpty()) {
      requireNone(config, List.of(KEY_PASSWORD), KEY_FILE, problems);
    }
    return Optional.of(tls);
  }

  private static void requireNone(
      BackendConfig config, List<String> settings, String without, List<String> problems) {
    for (String setting : settings) {
      nonEmpty(config, setting).ifPresent(v -> problems.add(meaningless(config, setting, without)));
    }
  }

  private static String meaningless(BackendConfig config, String setting, String without) {
    return "%s has no meaning without %s: set that too"
        .formatted(config.key(setting), config.key(without));
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
    return user.isPresent() || saslSection.isPresent();
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
