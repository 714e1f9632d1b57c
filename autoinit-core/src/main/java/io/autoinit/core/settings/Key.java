package io.autoinit.core.settings;

import io.autoinit.spi.Role;
import io.autoinit.spi.Setting;
import io.autoinit.spi.Setting.Kind;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Every setting that is not one of a backend: the one table behind the reader and the docs. */
public enum Key {
  /** Which deployment this is. */
  RUN_ID(
      Kind.TEXT,
      "",
      "which deployment or build this is; without it `dev-` and the first 8 hex digits of the MD5 of"
          + " the working directory, which is refused where an instance is not on this machine,"
          + " where `KUBERNETES_SERVICE_HOST` is set and where `autoinit.environment` is"
          + " `production`"),
  /** Which application this is. */
  NAMESPACE(
      Kind.TEXT, "default", "the application; two deployments of one namespace never run together"),
  /** Which node this is. */
  NODE_ID(
      Kind.TEXT,
      "",
      "which node this is, where markers live in a store that the whole fleet sees; without it the"
          + " host name"),
  /** What kind of environment this is. */
  ENVIRONMENT(
      Kind.TEXT, "", "what kind of environment this is; `production` makes the run id required"),
  /** The deadline. */
  TIMEOUT(
      Kind.DURATION,
      "300s",
      "bounds all waiting of one command: for the lock, for readiness and for the node lock; `0`"
          + " tries once",
      "AUTOINIT_TIMEOUT_SEC"),
  /** Whether the deadline moves on with the leader. */
  WAIT_WHILE_PROGRESSING(
      Kind.FLAG,
      "false",
      "whether who waits for READY goes on past `autoinit.timeout` for as long as the leader's"
          + " heartbeat is fresh and its record says something new within each such span: another"
          + " step, attempt or progress, or one more completed step"),
  /** Who plays {@link Role#LOCKS}. */
  LOCKS(
      Kind.TEXT,
      "",
      "which backend instance keeps the locks; without it the only one that can, postgres first"),
  /** Who plays {@link Role#READINESS}. */
  READINESS(
      Kind.TEXT,
      "",
      "which backend instance carries readiness; without it the only one that can, redis first",
      "AUTOINIT_CACHE_ALIAS"),
  /** Who plays {@link Role#MARKERS}. */
  MARKERS(
      Kind.TEXT,
      "",
      "which backend instance keeps the markers of the nodes; without it the built-in `file`"),
  /** Where readiness lives in a key-value store. */
  READINESS_KEY_PREFIX(
      Kind.TEXT,
      "autoinit:ready",
      "readiness lives under `{prefix}:{run_id}`, for a namespace other than the default under"
          + " `{prefix}:{namespace}:{run_id}`"),
  /** The directory of the file backend. */
  MARKER_DIR(
      Kind.PATH,
      "/tmp/autoinit",
      "the directory of the file backend; a mounted volume makes the containers that share it one"
          + " node"),
  /** Whether node steps abort. */
  FATAL_ON_ERROR(
      Kind.FLAG,
      "false",
      "whether a node step that fails ends the node phase although its policy is to continue"),
  /** {@link Pace#heartbeat}. */
  HEARTBEAT(Kind.DURATION, "1s", "how often a leader tells that it is alive"),
  /** {@link Pace#leaseTtl}. */
  LEASE_TTL(
      Kind.DURATION,
      "10s",
      "how long the lock's store keeps the lease of a leader that fell silent; longer than"
          + " `autoinit.takeover-delay`"),
  /** {@link Pace#takeoverDelay}. */
  TAKEOVER_DELAY(
      Kind.DURATION,
      "4s",
      "how long a leader must have been silent before another takes over; nine tenths of it must"
          + " hold `autoinit.cancel-grace` and two heartbeats"),
  /** {@link Pace#cancelGrace}. */
  CANCEL_GRACE(
      Kind.DURATION, "1s", "how long a step gets to stop when its lease is lost or its time is up"),
  /** {@link Pace#retryDelay}. */
  RETRY_DELAY(
      Kind.DURATION,
      "5s",
      "how long after a failure a newcomer waits before it tries the phase again"),
  /** {@link ProbeAddress#port}. */
  PROBE_PORT(
      Kind.NUMBER,
      "",
      "the port at which `/livez`, `/readyz`, `/startupz`, `/status` and `/metrics` answer while the"
          + " phases run; without it none is opened"),
  /** {@link ProbeAddress#host}. */
  PROBE_ADDRESS(
      Kind.TEXT,
      "",
      "the address of that port, for example `127.0.0.1`; without it all addresses, as the probes"
          + " of an orchestrator need it");

  /** Below which backend instances are declared. */
  static final String BACKENDS = "autoinit.backends.";

  /** The key of the list of command steps. */
  static final String STEPS = "autoinit.steps";

  /** The commands that hear of the end, by their keys. */
  static final String ON_READY = "autoinit.on-ready";

  static final String ON_FAILURE = "autoinit.on-failure";

  /** What only the configuration file can hold, since it is more than one value. */
  static final List<String> OF_THE_FILE = List.of(STEPS, ON_READY, ON_FAILURE);

  private final Kind kind;
  private final String standard;
  private final String meaning;
  private final String standing;

  Key(Kind kind, String standard, String meaning) {
    this(kind, standard, meaning, "");
  }

  Key(Kind kind, String standard, String meaning, String standing) {
    this.kind = kind;
    this.standard = standard;
    this.meaning = meaning;
    this.standing = standing;
  }

  /**
   * The full name.
   *
   * @return for example {@code autoinit.run-id}
   */
  public String key() {
    return "autoinit." + label();
  }

  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The names of its environment variable: those that stand as they are, then the one by rule.
   *
   * @return at least one name; each also with {@code _FILE} behind it
   */
  public List<String> environmentNames() {
    return standing.isEmpty() ? List.of(rule()) : List.of(standing, rule());
  }

  String rule() {
    return EnvironmentReader.nameOf(key());
  }

  /**
   * The value where none is given.
   *
   * @return the value as a user would write it; empty if there is none, or none that is fixed
   */
  public Optional<String> standard() {
    return standard.isEmpty() ? Optional.empty() : Optional.of(standard);
  }

  /**
   * What it means.
   *
   * @return one line of Markdown
   */
  public String meaning() {
    return meaning;
  }

  /** As a backend would declare it, to check values by the same rules. */
  Setting setting() {
    return new Setting(label(), kind, meaning, standard(), false);
  }

  static Optional<Key> find(String key) {
    return Arrays.stream(values()).filter(k -> k.key().equals(key)).findFirst();
  }

  static Key of(Role role) {
    return switch (role) {
      case LOCKS -> LOCKS;
      case READINESS -> READINESS;
      case MARKERS -> MARKERS;
    };
  }
}
