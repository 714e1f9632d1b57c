package io.autoinit.backend.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.autoinit.servers.TestRedis;
import io.autoinit.spi.Backend;
import io.autoinit.spi.Finding;
import io.autoinit.spi.Severity;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each problem really set up, found, made right by its remedy, and gone. */
class RedisFindingsTest {

  private static final String SECRET = "hunter-2-of-the-findings";

  private static Finding found(Map<String, String> settings, String check) {
    return all(settings).stream()
        .filter(finding -> finding.check().equals(check))
        .findFirst()
        .orElseThrow(() -> new AssertionError("nothing about " + check + " in " + all(settings)));
  }

  private static List<Finding> all(Map<String, String> settings) {
    try (Backend backend = Redises.open(settings)) {
      return backend.findings();
    }
  }

  private static Map<String, String> at(TestRedis redis) {
    return Map.of("url", redis.url());
  }

  private static Map<String, String> user(TestRedis redis, String user, String password) {
    Map<String, String> settings = new HashMap<>(at(redis));
    settings.put("user", user);
    settings.put("password", password);
    return settings;
  }

  private static void run(TestRedis redis, String command) {
    assertThat(Redises.command(redis, command.split(" ", -1))).isEqualTo("OK");
  }

  @Test
  void a_sound_server_is_told_to_be_one_and_keeps_its_keys_as_they_are() {
    try (TestRedis redis = TestRedis.start("appendonly yes")) {
      assertThat(all(at(redis)))
          .extracting(Finding::check)
          .contains("reachable", "version", "primary", "rights", "eviction", "memory")
          .contains("persistence", "clock-rate");
      assertThat(all(at(redis))).extracting(Finding::severity).containsOnly(Severity.OK);
      assertThat(Redises.command(redis, "DBSIZE")).isEqualTo("0");
    }
  }

  @Test
  void a_policy_that_evicts_is_found_and_its_remedy_works() {
    try (TestRedis redis = TestRedis.start("maxmemory-policy allkeys-lru")) {
      Finding evicting = found(at(redis), "eviction");
      assertThat(evicting.severity()).isEqualTo(Severity.WARNING);
      assertThat(evicting.seen()).contains("allkeys-lru");
      run(redis, "CONFIG SET maxmemory 100000000");
      assertThat(found(at(redis), "eviction").severity()).isEqualTo(Severity.ERROR);
      run(redis, evicting.remedy().orElseThrow());
      assertThat(found(at(redis), "eviction").severity()).isEqualTo(Severity.OK);
    }
  }

  @Test
  void volatile_policies_are_found_too() {
    try (TestRedis redis = TestRedis.start("maxmemory-policy volatile-ttl", "maxmemory 100mb")) {
      assertThat(found(at(redis), "eviction").severity()).isEqualTo(Severity.WARNING);
    }
  }

  @Test
  void a_server_near_its_limit_is_found_and_its_remedy_works() {
    try (TestRedis redis = TestRedis.start("maxmemory 1kb")) {
      Finding full = found(at(redis), "memory");
      assertThat(full.severity()).isEqualTo(Severity.WARNING);
      run(redis, full.remedy().orElseThrow());
      assertThat(found(at(redis), "memory").severity()).isEqualTo(Severity.OK);
    }
  }

  @Test
  void what_forgets_at_a_restart_is_noted() {
    try (TestRedis forgets = TestRedis.start();
        TestRedis snapshots = TestRedis.start("save 60 1")) {
      assertThat(found(at(forgets), "persistence").severity()).isEqualTo(Severity.NOTE);
      assertThat(found(at(snapshots), "persistence").seen()).isEqualTo("snapshots");
    }
  }

  @Test
  void a_right_that_is_missing_is_found_and_its_remedy_works() {
    try (TestRedis redis = TestRedis.start()) {
      run(
          redis,
          "ACL SETUSER app on >"
              + SECRET
              + " ~autoinit:* resetchannels &autoinit:* +ping +eval +info");
      Map<String, String> settings = user(redis, "app", SECRET);
      Finding missing = found(settings, "rights");
      assertThat(missing.severity()).isEqualTo(Severity.ERROR);
      assertThat(missing.seen())
          .contains("evalsha", "hset", "set", "publish")
          .doesNotContain("eval,");
      run(redis, missing.remedy().orElseThrow());
      assertThat(found(settings, "rights").severity()).isEqualTo(Severity.OK);
      assertThat(found(settings, "persistence").seen()).contains("CONFIG is not permitted");
      assertThat(all(settings).toString()).doesNotContain(SECRET);
      assertThat(Redises.command(redis, "DBSIZE")).isEqualTo("0");
    }
  }

  @Test
  void a_channel_that_is_missing_is_found_and_its_remedy_works() {
    try (TestRedis redis = TestRedis.start()) {
      run(redis, "ACL SETUSER app on >" + SECRET + " ~autoinit:* resetchannels +@all");
      Map<String, String> settings = user(redis, "app", SECRET);
      Finding missing = found(settings, "rights");
      assertThat(missing.seen()).contains("may not use publish on");
      run(redis, missing.remedy().orElseThrow());
      assertThat(found(settings, "rights").severity()).isEqualTo(Severity.OK);
    }
  }

  @Test
  void a_server_that_may_not_be_looked_at_is_noted() {
    try (TestRedis redis = TestRedis.start()) {
      run(
          redis,
          "ACL SETUSER app on >" + SECRET + " ~autoinit:* resetchannels &autoinit:* +@all -info");
      assertThat(found(user(redis, "app", SECRET), "info").severity()).isEqualTo(Severity.NOTE);
    }
  }

  @Test
  @DisplayName("BACKEND-7 a wrong password is told, and not shown")
  void a_wrong_password() {
    try (TestRedis redis = TestRedis.start("requirepass right")) {
      Map<String, String> settings = new HashMap<>(at(redis));
      settings.put("password", SECRET);
      Finding refused = found(settings, "credentials");
      assertThat(refused.severity()).isEqualTo(Severity.ERROR);
      assertThat(refused.sentence())
          .contains("autoinit.backends.redis.password")
          .doesNotContain(SECRET);
      assertThat(found(at(redis), "credentials").sentence())
          .endsWith(" wants a password: set autoinit.backends.redis.password");
    }
  }

  @Test
  void a_server_that_is_away_is_told() {
    Finding away = found(Map.of("url", "redis://127.0.0.1:" + Redises.unusedPort()), "reachable");
    assertThat(away.severity()).isEqualTo(Severity.ERROR);
    assertThat(away.remedy().orElseThrow()).contains("autoinit.backends.redis.url");
  }

  @Test
  void a_replica_is_found_and_its_remedy_works_and_its_primary_is_best_effort() {
    try (TestRedis redis = TestRedis.startEmbedded();
        TestRedis replica = TestRedis.startEmbedded("replicaof 127.0.0.1 " + redis.port())) {
      assertThat(Redises.soon(() -> Redises.command(redis, "INFO").contains("connected_slaves:1")))
          .isTrue();
      assertThat(found(at(redis), "replicas").severity()).isEqualTo(Severity.NOTE);
      try (Backend locking = Redises.open(redis)) {
        assertThat(locking.locks()).isPresent();
        List<Finding> findings = new ArrayList<>(locking.findings());
        findings.removeIf(finding -> !finding.check().equals("replicas"));
        assertThat(findings).extracting(Finding::severity).containsExactly(Severity.WARNING);
        assertThat(locking.warnings()).containsExactly(findings.get(0).sentence());
      }
      Finding wrong = found(at(replica), "primary");
      assertThat(wrong.severity()).isEqualTo(Severity.ERROR);
      assertThat(wrong.remedy().orElseThrow()).endsWith(": REPLICAOF NO ONE");
      run(replica, "REPLICAOF NO ONE");
      assertThat(found(at(replica), "primary").severity()).isEqualTo(Severity.OK);
    }
  }

  @Test
  void a_cluster_that_is_not_said_to_be_one_is_found() {
    try (TestRedis redis = TestRedis.startEmbedded("cluster-enabled yes")) {
      Finding cluster = found(at(redis), "cluster");
      assertThat(cluster.severity()).isEqualTo(Severity.ERROR);
      assertThat(cluster.remedy()).contains("set autoinit.backends.redis.cluster = true");
    }
  }

  @ParameterizedTest
  @CsvSource({"5.0.14, true", "6.0.16, true", "6.2.0, false", "7.2.4, false", "10.0, false"})
  void versions_are_compared_by_number(String version, boolean tooOld) {
    assertThat(RedisInfo.isTooOld(version)).isEqualTo(tooOld);
    Optional<Finding> told =
        new RedisInfo("redis_version:" + version + "\r\n")
            .version(RedisSettings.of(Redises.config("t", Map.of("host", "cache"))));
    assertThat(told.orElseThrow().severity()).isEqualTo(tooOld ? Severity.ERROR : Severity.OK);
  }
}
