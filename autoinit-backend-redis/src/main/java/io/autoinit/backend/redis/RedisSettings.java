package io.autoinit.backend.redis;

import io.autoinit.spi.BackendConfig;
import io.autoinit.spi.Setting;
import io.autoinit.spi.Setting.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the backend was told. Reading it loads no class of Jedis and touches no server.
 *
 * @param config where it was read from, for the names of the settings in messages
 * @param addresses the server; for a cluster the nodes to begin with
 * @param passwordSetting the full name of the setting that holds the password, or would
 */
record RedisSettings(
    BackendConfig config,
    List<RedisAddress> addresses,
    boolean tls,
    Optional<Path> caFile,
    Optional<String> user,
    Optional<String> password,
    String passwordSetting,
    int database,
    boolean cluster,
    Duration connectTimeout,
    Duration commandTimeout,
    String readinessPrefix,
    String keyPrefix) {

  static final String URL = "url";
  static final String HOST = "host";
  static final String PORT = "port";
  static final String USER = "user";
  static final String PASSWORD = "password";
  static final String DATABASE = "database";
  static final String TLS = "tls";
  static final String CA_FILE = "ca-file";
  static final String CLUSTER = "cluster";
  static final String CONNECT_TIMEOUT = "connect-timeout";
  static final String COMMAND_TIMEOUT = "command-timeout";
  static final String READINESS_KEY_PREFIX = "readiness-key-prefix";
  static final String KEY_PREFIX = "key-prefix";

  private static final Duration LONGEST_TIMEOUT = Duration.ofMinutes(10);

  static List<Setting> all() {
    return List.of(
        Setting.optional(
            URL, Kind.SECRET, RedisUrl.FORM + "; in a cluster some hosts with commas between"),
        Setting.optional(HOST, Kind.TEXT, "the server, where no url is given"),
        Setting.optional(PORT, Kind.NUMBER, "its port, 6379 if it is not given"),
        Setting.optional(USER, Kind.TEXT, "the user of the server's ACL"),
        Setting.optional(PASSWORD, Kind.SECRET, "the password"),
        Setting.optional(DATABASE, Kind.NUMBER, "the number of the database, 0 if not given"),
        Setting.optional(TLS, Kind.FLAG, "whether to talk TLS to the host; in a url: rediss://"),
        Setting.optional(CA_FILE, Kind.PATH, "PEM file with the certificates to trust in TLS"),
        Setting.optional(CLUSTER, Kind.FLAG, "whether this is a Redis Cluster"),
        Setting.standard(CONNECT_TIMEOUT, Kind.DURATION, "2s", "how long connecting may take"),
        Setting.standard(COMMAND_TIMEOUT, Kind.DURATION, "2s", "how long an answer may take"),
        Setting.standard(
            READINESS_KEY_PREFIX,
            Kind.TEXT,
            "autoinit:ready",
            "what readiness keys begin with; autoinit.readiness-key-prefix sets it too"),
        Setting.standard(
            KEY_PREFIX, Kind.TEXT, "autoinit", "what the keys of locks and markers begin with"));
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
  static RedisSettings of(BackendConfig config) {
    List<String> problems = new ArrayList<>();
    RedisSettings settings = read(config, problems);
    if (!problems.isEmpty()) {
      throw new io.autoinit.ConfigurationException(problems);
    }
    return settings;
  }

  private static RedisSettings read(BackendConfig config, List<String> problems) {
    Optional<RedisUrl> url = url(config, problems);
    List<RedisAddress> addresses =
        url.map(RedisUrl::addresses).orElseGet(() -> hosts(config, problems));
    boolean cluster = config.flag(CLUSTER);
    boolean tls = url.map(RedisUrl::tls).orElseGet(() -> config.flag(TLS));
    int database =
        one(
                config,
                DATABASE,
                url.flatMap(u -> u.database().stream().boxed().findFirst()),
                config.number(DATABASE),
                problems)
            .orElse(0);
    Optional<String> password =
        one(
            config,
            PASSWORD,
            url.flatMap(RedisUrl::password),
            nonEmpty(config, PASSWORD),
            problems);
    Optional<String> user =
        one(config, USER, url.flatMap(RedisUrl::user), nonEmpty(config, USER), problems);

    if (addresses.size() > 1 && !cluster) {
      problems.add(
          "%s names %d servers: name one, or set %s = true if they are a Redis Cluster"
              .formatted(
                  config.key(url.isPresent() ? URL : HOST), addresses.size(), config.key(CLUSTER)));
    }
    if (cluster && database != 0) {
      problems.add(
          "%s must %s 0 with %s = true: a Redis Cluster has no other database"
              .formatted(
                  config.key(config.number(DATABASE).isPresent() ? DATABASE : URL),
                  config.number(DATABASE).isPresent() ? "be" : "name database",
                  config.key(CLUSTER)));
    }
    boolean understood = !addresses.isEmpty();
    // A URL that is not understood may hold a password.
    if (user.isPresent() && password.isEmpty() && understood) {
      problems.add(
          "%s is set without %s: set both".formatted(config.key(USER), config.key(PASSWORD)));
    }
    if (url.isPresent() && !tls && config.flag(TLS)) {
      problems.add(
          "%s = true contradicts the redis:// of %s: take it away, or write rediss://"
              .formatted(config.key(TLS), config.key(URL)));
    }
    Optional<Path> caFile = config.path(CA_FILE);
    if (caFile.isPresent() && understood && !tls) {
      problems.add(
          "%s has no meaning without TLS: write rediss:// or set %s = true"
              .formatted(config.key(CA_FILE), config.key(TLS)));
    }
    caFile
        .filter(file -> !Files.isReadable(file))
        .ifPresent(file -> problems.add("%s: cannot read %s".formatted(config.key(CA_FILE), file)));
    return new RedisSettings(
        config,
        addresses,
        tls,
        caFile,
        user,
        password,
        config.key(url.flatMap(RedisUrl::password).isPresent() ? URL : PASSWORD),
        database,
        cluster,
        timeout(config, CONNECT_TIMEOUT, problems),
        timeout(config, COMMAND_TIMEOUT, problems),
        prefix(config, READINESS_KEY_PREFIX, problems),
        prefix(config, KEY_PREFIX, problems));
  }

  private static Optional<RedisUrl> url(BackendConfig config, List<String> problems) {
    Optional<String> url = nonEmpty(config, URL);
    if (url.isEmpty()) {
      return Optional.empty();
    }
    for (String other : List.of(HOST, PORT)) {
      if (config.text(other).isPresent()) {
        problems.add(
            "%s and %s are both set: take one of them away"
                .formatted(config.key(URL), config.key(other)));
      }
    }
    try {
      return Optional.of(RedisUrl.parse(url.get()));
    } catch (IllegalArgumentException e) {
      problems.add("%s is not a URL for Redis: %s".formatted(config.key(URL), e.getMessage()));
      return Optional.empty();
    }
  }

  private static List<RedisAddress> hosts(BackendConfig config, List<String> problems) {
    if (nonEmpty(config, URL).isPresent()) {
      return List.of();
    }
    if (nonEmpty(config, HOST).isEmpty()) {
      problems.add(
          "%s is missing: where the server is, as %s; or set %s"
              .formatted(config.key(URL), RedisUrl.FORM, config.key(HOST)));
      return List.of();
    }
    String setting = HOST;
    try {
      List<RedisAddress> addresses = RedisUrl.addresses(nonEmpty(config, HOST).get());
      setting = PORT;
      Optional<Integer> port = config.number(PORT).map(RedisAddress::checkedPort);
      return port.isEmpty()
          ? addresses
          : addresses.stream().map(a -> new RedisAddress(a.host(), port.get())).toList();
    } catch (IllegalArgumentException e) {
      problems.add("%s: %s".formatted(config.key(setting), e.getMessage()));
      return List.of();
    }
  }

  /** The one value of a setting that the URL may hold too. */
  private static <T> Optional<T> one(
      BackendConfig config,
      String setting,
      Optional<T> ofUrl,
      Optional<T> own,
      List<String> problems) {
    if (ofUrl.isPresent() && own.isPresent() && !ofUrl.equals(own)) {
      problems.add(
          "%s and %s hold a different %s: take one of them away"
              .formatted(config.key(URL), config.key(setting), setting));
    }
    return own.or(() -> ofUrl);
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

  private static String prefix(BackendConfig config, String setting, List<String> problems) {
    String prefix = config.text(setting).orElseThrow();
    if (!prefix.matches("[\\x21-\\x7e]{1,200}")) {
      problems.add(
          "%s must be 1 to 200 printable ASCII characters without spaces"
              .formatted(config.key(setting)));
    }
    return prefix;
  }

  /** Where the server is, for messages. */
  String place() {
    List<String> shown = addresses.stream().map(RedisAddress::toString).toList();
    return (cluster ? "Redis Cluster at " : "Redis at ") + String.join(",", shown);
  }

  /** The full name of a setting, for messages. */
  String key(String setting) {
    return config.key(setting);
  }

  /** Shows no secret. */
  @Override
  public String toString() {
    return "RedisSettings[" + place() + "]";
  }
}
