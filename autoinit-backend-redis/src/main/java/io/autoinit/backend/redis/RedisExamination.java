package io.autoinit.backend.redis;

import io.autoinit.spi.BackendException;
import io.autoinit.spi.BackendUnavailableException;
import io.autoinit.spi.ClockRate;
import io.autoinit.spi.Finding;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisDataException;

/** Looks at a server without changing a key: what it tries is done to keys that nobody has. */
final class RedisExamination {

  private static final String DENIED = "NOPERM";

  private final RedisStore store;
  private final RedisSettings settings;
  private final boolean locksWanted;
  private boolean channelDenied;

  RedisExamination(RedisStore store, boolean locksWanted) {
    this.store = store;
    this.settings = store.settings();
    this.locksWanted = locksWanted;
  }

  List<Finding> findings() {
    try {
      return look();
    } catch (BackendException e) {
      return List.of(refusal(e));
    }
  }

  private Finding refusal(BackendException e) {
    String seen = String.valueOf(e.getMessage());
    // Some refusals end in their own way out.
    int way = seen.lastIndexOf(": set ");
    if (way > 0 && !(e instanceof BackendUnavailableException)) {
      return Finding.error(
          seen.contains("password") ? "credentials" : "accepted",
          seen.substring(0, way),
          seen.substring(way + 2));
    }
    return e instanceof BackendUnavailableException
        ? Finding.error(
            "reachable",
            seen,
            "start the server there, or correct %s".formatted(settings.key(RedisSettings.URL)))
        : Finding.error(
            seen.contains("password") ? "credentials" : "accepted",
            seen,
            "correct %s".formatted(settings.passwordSetting()));
  }

  private List<Finding> look() {
    List<Finding> findings = new ArrayList<>();
    boolean pingable = !isDenied(Command.PING);
    findings.add(Finding.ok("reachable", settings.place() + " answers"));
    RedisInfo info = new RedisInfo(permitted(Command.INFO, "all").orElse(""));
    if (info.text().isEmpty()) {
      findings.add(Finding.note("info", "INFO is not permitted: the server was not looked at"));
    }
    info.version(settings).ifPresent(findings::add);
    info.role(settings).ifPresent(findings::add);
    info.cluster(settings).ifPresent(findings::add);
    if (info.cluster(settings).isPresent()) {
      return findings;
    }
    findings.add(rights(pingable));
    info.eviction(settings)
        .or(
            () ->
                info.value("maxmemory_policy")
                    .map(policy -> Finding.ok("eviction", "maxmemory-policy " + policy)))
        .ifPresent(findings::add);
    info.memory().ifPresent(findings::add);
    persistence(info).ifPresent(findings::add);
    info.replicas(settings)
        .map(found -> locksWanted ? found : Finding.note(found.check(), found.seen()))
        .ifPresent(findings::add);
    if (!isDenied(Command.TIME)) {
      findings.add(ClockRate.of(this::clock, Duration.ofNanos(1000)).finding(settings.place()));
    }
    return findings;
  }

  /** Whether READY outlives the server; it need not where a ledger keeps it. */
  private Optional<Finding> persistence(RedisInfo info) {
    if (info.text().isEmpty()) {
      return Optional.empty();
    }
    if (info.number("aof_enabled") == 1) {
      return Optional.of(Finding.ok("persistence", "append-only file"));
    }
    Optional<String> save = permitted(Command.CONFIG, "GET", "save");
    if (save.isEmpty()) {
      return Optional.of(
          Finding.note(
              "persistence",
              "no append-only file; CONFIG is not permitted, so snapshots could not be looked at"));
    }
    return Optional.of(
        save.get().matches("(?s).*\\d.*")
            ? Finding.ok("persistence", "snapshots")
            : Finding.note(
                "persistence",
                "off: a restart of the server forgets everything; the ledger of the lock's store makes up for it, if there is one"));
  }

  /** Tries every command where it does nothing. */
  private Finding rights(boolean pingable) {
    List<String> missing = new ArrayList<>();
    if (!pingable) {
      missing.add("ping");
    }
    String nobody = ":nobody:" + UUID.randomUUID();
    String key = settings.keyPrefix() + nobody;
    String readiness = settings.readinessPrefix() + nobody;
    Map<Command, List<String>> harmless = new LinkedHashMap<>();
    harmless.put(Command.EVAL, List.of("return 1", "1", key));
    harmless.put(Command.EVALSHA, List.of("0".repeat(40), "1", key));
    harmless.put(Command.TIME, List.of());
    harmless.put(Command.HMGET, List.of(readiness, "field"));
    // A field without its value is refused, but only where the command is allowed at all.
    harmless.put(Command.HSET, List.of(readiness, "field", "value", "field"));
    harmless.put(Command.HDEL, List.of(readiness, "field"));
    harmless.put(Command.PEXPIRE, List.of(key, "1000"));
    harmless.put(Command.PUBLISH, List.of(readiness, ""));
    harmless.put(Command.GET, List.of(key));
    harmless.put(Command.SET, List.of(key, "", "XX"));
    harmless.put(Command.DEL, List.of(key));
    harmless.forEach(
        (command, arguments) -> {
          if (isDenied(command, arguments.toArray(String[]::new))) {
            missing.add(command.name().toLowerCase(Locale.ROOT));
          }
        });
    return missing.isEmpty()
        ? Finding.ok("rights", "the user may do all that is needed")
        : Finding.error(
            "rights",
            "the user may not use %s on keys of autoinit".formatted(String.join(", ", missing)),
            "ACL SETUSER " + remedyOfRights());
  }

  /**
   * Redis refuses the whole line where it gives a channel to a user who has all of them, so
   * channels are in it only once one was refused.
   */
  private String remedyOfRights() {
    String all = store.errors().acl();
    return channelDenied ? all : all.replace(" &" + settings.readinessPrefix() + ":*", "");
  }

  private boolean isDenied(Command command, String... arguments) {
    return asked(command, arguments).equals(DENIED);
  }

  private Optional<String> permitted(Command command, String... arguments) {
    return Optional.of(asked(command, arguments)).filter(answer -> !answer.equals(DENIED));
  }

  /** The answer as text; other errors than a missing right are answers too. */
  private String asked(Command command, String... arguments) {
    return store
        .ask(
            jedis -> {
              try {
                return text(
                    jedis.executeCommand(
                        new CommandArguments(command).addObjects((Object[]) arguments)));
              } catch (JedisDataException e) {
                String said = String.valueOf(e.getMessage());
                if (said.contains(DENIED)) {
                  channelDenied |= said.contains("channel");
                  return DENIED;
                }
                if (said.contains("NOAUTH") || said.contains("WRONGPASS")) {
                  throw e;
                }
                return "";
              }
            })
        .orElse("");
  }

  private static String text(Object answer) {
    if (answer instanceof byte[] bytes) {
      return new String(bytes, StandardCharsets.UTF_8);
    }
    if (answer instanceof List<?> parts) {
      StringBuilder text = new StringBuilder();
      parts.forEach(part -> text.append(text(part)).append(' '));
      return text.toString();
    }
    return String.valueOf(answer);
  }

  private Duration clock() {
    String[] parts = asked(Command.TIME).strip().split(" ", -1);
    return Duration.ofSeconds(Long.parseLong(parts[0])).plusNanos(1000 * Long.parseLong(parts[1]));
  }
}
