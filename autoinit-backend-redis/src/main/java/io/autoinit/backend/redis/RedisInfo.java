package io.autoinit.backend.redis;

import io.autoinit.spi.Finding;
import io.autoinit.spi.Severity;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a server tells of itself by {@code INFO}: {@code CONFIG} is forbidden by many who offer
 * Redis as a service. Said at a start and by a diagnosis alike.
 *
 * @param text the answer; empty if it was not permitted
 */
record RedisInfo(String text) {

  private static final List<Integer> OLDEST = List.of(6, 2);

  /** A server so near to its limit soon evicts, or refuses writes. */
  private static final double NEARLY = 0.9;

  private static final long MEBI = 1024 * 1024;

  Optional<String> value(String field) {
    Matcher matcher = Pattern.compile("(?m)^" + field + ":(\\S+)").matcher(text);
    return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  long number(String field) {
    return value(field).filter(v -> v.matches("\\d{1,18}")).map(Long::parseLong).orElse(0L);
  }

  /** With a limit it will happen; without one it waits for somebody to set one. */
  Optional<Finding> eviction(RedisSettings settings) {
    return value("maxmemory_policy")
        .filter(policy -> !policy.equals("noeviction"))
        .map(
            policy ->
                new Finding(
                    number("maxmemory") > 0 && policy.startsWith("allkeys")
                        ? Severity.ERROR
                        : Severity.WARNING,
                    "eviction",
                    "%s is set to drop keys when its memory is full (maxmemory-policy %s), those of autoinit too"
                        .formatted(settings.place(), policy),
                    Optional.of("CONFIG SET maxmemory-policy noeviction")));
  }

  Optional<Finding> replicas(RedisSettings settings) {
    return number("connected_slaves") == 0
        ? Optional.empty()
        : Optional.of(
            Finding.warning(
                "replicas",
                "%s has replicas: a failover may grant a lock to a second holder"
                    .formatted(settings.place()),
                "set autoinit.locks to a store with strong locks if steps must never overlap"));
  }

  Optional<Finding> version(RedisSettings settings) {
    return value("redis_version")
        .map(
            version ->
                isTooOld(version)
                    ? Finding.error(
                        "version",
                        "%s is Redis %s".formatted(settings.place(), version),
                        "upgrade the server to Redis 6.2 or later")
                    : Finding.ok("version", "Redis " + version));
  }

  static boolean isTooOld(String version) {
    List<Integer> parts =
        Arrays.stream(version.split("[^0-9]+", -1))
            .filter(part -> !part.isEmpty())
            .map(Integer::valueOf)
            .toList();
    int major = parts.isEmpty() ? 0 : parts.get(0);
    int minor = parts.size() < 2 ? 0 : parts.get(1);
    return major < OLDEST.get(0) || (major == OLDEST.get(0) && minor < OLDEST.get(1));
  }

  Optional<Finding> role(RedisSettings settings) {
    return value("role")
        .map(
            role ->
                role.equals("slave")
                    ? Finding.error(
                        "primary",
                        "%s is a replica of %s:%d and takes no writes"
                            .formatted(
                                settings.place(),
                                value("master_host").orElse("?"),
                                number("master_port")),
                        "point %s to the primary, or make this one it: REPLICAOF NO ONE"
                            .formatted(settings.key(RedisSettings.URL)))
                    : Finding.ok("primary", "takes writes"));
  }

  Optional<Finding> cluster(RedisSettings settings) {
    return value("cluster_enabled")
        .filter(enabled -> enabled.equals("1") && !settings.cluster())
        .map(
            enabled ->
                Finding.error(
                    "cluster",
                    "%s is a node of a Redis Cluster".formatted(settings.place()),
                    "set %s = true".formatted(settings.key(RedisSettings.CLUSTER))));
  }

  Optional<Finding> memory() {
    long limit = number("maxmemory");
    long used = number("used_memory");
    if (text.isEmpty()) {
      return Optional.empty();
    }
    if (limit == 0) {
      return Optional.of(Finding.ok("memory", "%d MiB used, no limit".formatted(used / MEBI)));
    }
    String seen = "%d of %d MiB are used".formatted(used / MEBI, limit / MEBI);
    return Optional.of(
        used > NEARLY * limit
            ? Finding.warning(
                "memory", seen, "CONFIG SET maxmemory %d".formatted(2 * Math.max(limit, used)))
            : Finding.ok("memory", seen));
  }
}
