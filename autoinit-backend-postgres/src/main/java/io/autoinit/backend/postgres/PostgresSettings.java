package io.autoinit.backend.postgres;

import io.autoinit.spi.BackendConfig;
import io.autoinit.spi.Setting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeSet;

/**
 * The settings of one instance. Never shows a password.
 *
 * @param url where the database is
 * @param user who connects; empty: as the URL says
 * @param password the password; empty: as the URL says
 * @param schema where the tables are
 * @param connectTimeout bounds the opening of a connection, waiting included
 * @param client who this process is
 * @param instance the name of the instance
 */
record PostgresSettings(
    JdbcUrl url,
    Optional<String> user,
    Optional<String> password,
    String schema,
    Duration connectTimeout,
    String client,
    String instance) {

  static final List<Setting> ALL =
      List.of(
          Setting.required(
              "url",
              Setting.Kind.SECRET,
              "JDBC URL of the database, as in jdbc:postgresql://db:5432/shop; parameters such as sslmode go to the driver"),
          Setting.optional("user", Setting.Kind.TEXT, "who connects, in place of the URL's user"),
          Setting.optional(
              "password", Setting.Kind.SECRET, "the password, in place of the URL's password"),
          Setting.standard(
              "schema",
              Setting.Kind.TEXT,
              "autoinit",
              "where autoinit keeps its tables; made at first use if the user may"),
          Setting.standard(
              "connect-timeout",
              Setting.Kind.DURATION,
              "5s",
              "how long to wait for a connection before the store counts as unavailable"));

  private static final String SCHEMA = "[A-Za-z_][A-Za-z0-9_]{0,62}";
  private static final Duration SHORTEST = Duration.ofMillis(100);
  private static final Duration LONGEST = Duration.ofMinutes(10);

  static PostgresSettings of(BackendConfig config) {
    return new PostgresSettings(
        JdbcUrl.parse(config.text("url").orElseThrow()).orElseThrow(),
        config.text("user"),
        config.text("password"),
        config.text("schema").orElseThrow(),
        config.duration("connect-timeout").orElseThrow(),
        config.client(),
        config.instance());
  }

  static List<String> problems(BackendConfig config) {
    List<String> problems = new ArrayList<>();
    config
        .text("url")
        .flatMap(url -> problemOfUrl(config.key("url"), url))
        .ifPresent(problems::add);
    config
        .text("schema")
        .filter(schema -> !schema.matches(SCHEMA) || schema.startsWith("pg_"))
        .ifPresent(
            schema ->
                problems.add(
                    config.key("schema")
                        + " must be 1 to 63 of the characters A-Z a-z 0-9 _, not begin with a digit or pg_"));
    config
        .duration("connect-timeout")
        .filter(t -> t.compareTo(SHORTEST) < 0 || t.compareTo(LONGEST) > 0)
        .ifPresent(t -> problems.add(config.key("connect-timeout") + " must be 100ms to 10m"));
    return problems;
  }

  private static Optional<String> problemOfUrl(String key, String url) {
    if (!url.startsWith(JdbcUrl.PREFIX)) {
      return Optional.of(
          key
              + " must begin with "
              + JdbcUrl.PREFIX
              + ", as in jdbc:postgresql://db:5432/shop; a store of another kind needs a backend of another type");
    }
    String beforeParameters = url.split("\\?", 2)[0];
    if (beforeParameters.indexOf('@') >= 0) {
      return Optional.of(
          key
              + " must not hold user and password before the host: give them as settings of their own, user and password");
    }
    return JdbcUrl.parse(url).isPresent()
        ? Optional.empty()
        : Optional.of(
            key
                + " cannot be read: write jdbc:postgresql://host:port/database, then parameters behind a question mark");
  }

  /** What the driver gets; ours go last, since the rules of the locks rest on them. */
  Properties driverProperties(Duration budget) {
    Properties properties = new Properties();
    properties.setProperty("ApplicationName", "autoinit");
    if (url.hasSeveralHosts()) {
      properties.setProperty("targetServerType", "primary");
    }
    properties.setProperty("socketFactory", GoodbyeSockets.class.getName());
    url.parameters().forEach(properties::setProperty);
    user.ifPresent(u -> properties.setProperty("user", u));
    password.ifPresent(p -> properties.setProperty("password", p));
    // Only so does an idle transaction keep no snapshot, and a text of many statements stay one.
    properties.setProperty("preferQueryMode", "simple");
    // The name goes with the first packet in place of a round trip of its own.
    properties.setProperty("assumeMinServerVersion", "9.0");
    properties.setProperty("tcpKeepAlive", "true");
    String wholeSeconds = Long.toString(Math.max(1, (budget.toMillis() + 999) / 1000));
    properties.setProperty("connectTimeout", wholeSeconds);
    properties.setProperty("socketTimeout", wholeSeconds);
    properties.setProperty("loginTimeout", Double.toString(budget.toMillis() / 1000.0));
    properties.remove("autosave");
    properties.remove("readOnly");
    return properties;
  }

  /** The full name of a setting, as messages show it. */
  String key(String setting) {
    return "autoinit.backends." + instance + "." + setting;
  }

  /** The server as messages name it. */
  String place() {
    return "Postgres at " + url.address();
  }

  /** The client as any encoding of a database takes it. */
  String asciiClient() {
    return client.replaceAll("[^\\x20-\\x7e]", "?");
  }

  /** Takes every secret out of a text that others wrote. */
  String withoutSecrets(String text) {
    TreeSet<String> secrets =
        new TreeSet<>(
            (a, b) -> a.length() != b.length() ? b.length() - a.length() : a.compareTo(b));
    password.ifPresent(secrets::add);
    url.parameters()
        .forEach(
            (name, value) -> {
              if (name.toLowerCase(java.util.Locale.ROOT).contains("password")) {
                secrets.add(value);
              }
            });
    String clean = text;
    for (String secret : secrets) {
      if (!secret.isEmpty()) {
        clean = clean.replace(secret, "***");
      }
    }
    return clean;
  }

  @Override
  public String toString() {
    return "PostgresSettings[" + url + ", schema " + schema + "]";
  }
}
