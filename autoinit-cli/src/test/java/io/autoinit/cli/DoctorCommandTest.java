package io.autoinit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.autoinit.servers.TestPostgres;
import io.autoinit.servers.TestRedis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole command on real servers. */
class DoctorCommandTest {

  private static final String SECRET = "hunter-2-of-the-doctor";

  @TempDir Path temporary;

  private InProcess doctor(String configuration, String... more) throws IOException {
    Path file = Files.writeString(temporary.resolve("autoinit.conf"), configuration);
    List<String> args = new ArrayList<>(List.of("doctor", "--config", file.toString()));
    args.addAll(Arrays.asList(more));
    return InProcess.autoinit(args.toArray(String[]::new));
  }

  private String markers() {
    return "marker-dir = \"%s\"".formatted(temporary.resolve("markers"));
  }

  private static String postgres(TestPostgres server, String url, String password) {
    return "postgres { url = \"%s\", user = %s, password = \"%s\" }"
        .formatted(url, server.user(), password);
  }

  private static String redis(TestRedis server) {
    return "redis { url = \"%s\" }".formatted(server.url());
  }

  private String configured(String... backends) {
    return "autoinit { run-id = v42, %s, backends { %s } }"
        .formatted(markers(), String.join(", ", backends));
  }

  @Test
  void a_healthy_set_up_ends_with_0_and_says_what_was_looked_at() throws IOException {
    try (TestPostgres postgres =
            TestPostgres.start(Map.of("fsync", "on", "full_page_writes", "on"));
        TestRedis redis = TestRedis.start()) {
      InProcess end =
          doctor(
              configured(
                  postgres(postgres, postgres.freshDatabase(), postgres.password()), redis(redis)));

      assertThat(end.err()).isEmpty();
      assertThat(end.out())
          .contains("set-up (", "postgres (postgres; locks)", "redis (redis; readiness)", "file (")
          .endsWith("nothing is wrong; looked at the set-up and 3 stores\n")
          .doesNotContain("->", postgres.password());
      assertThat(end.code()).isZero();
      assertThat(end.out().lines())
          .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
      assertThat(Redis.keys(redis)).isEqualTo("0");
      assertThat(temporary.resolve("markers")).doesNotExist();
    }
  }

  @Test
  void warnings_end_with_1_and_quiet_tells_nothing_else() throws IOException {
    try (TestRedis redis = TestRedis.startEmbedded("maxmemory-policy allkeys-lru")) {
      InProcess end = doctor(configured(redis(redis)), "--quiet");

      // The golden capture: what an operator sees, port aside.
      assertThat(end.out().replaceAll(":\\d{5}\\b", ":NNNNN"))
          .isEqualTo(
              Files.readString(Path.of("src/test/resources/io/autoinit/cli/doctor-warnings.txt")));
      assertThat(end.code()).isEqualTo(1);
    }
  }

  @Test
  void quiet_says_that_nothing_is_wrong_and_nothing_more() throws IOException {
    InProcess end = doctor(configured(""), "--quiet");

    assertThat(end.out()).isEqualTo("nothing is wrong; looked at the set-up and 1 store\n");
    assertThat(end.code()).isZero();
  }

  /** A replica may lose a lock in a failover, and nothing else that matters. */
  @Test
  void a_replica_is_a_warning_where_locks_are_kept_and_a_note_where_not() throws IOException {
    TestPostgres postgres = TestPostgres.shared();
    try (TestRedis redis = TestRedis.startEmbedded();
        TestRedis replica = TestRedis.startEmbedded("replicaof 127.0.0.1 " + redis.port())) {
      assertThat(replica.port()).isNotEqualTo(redis.port());
      String locks = doctor(configured(redis(redis))).out();
      for (int looks = 0; looks < 300 && !locks.contains("replicas"); looks++) {
        // It has not come to its primary yet.
        locks = doctor(configured(redis(redis))).out();
      }

      assertThat(locks).containsPattern("warning +replicas");
      assertThat(
              doctor(
                      configured(
                          postgres(postgres, postgres.jdbcUrl(), postgres.password()),
                          redis(redis)))
                  .out())
          .containsPattern("note +replicas");
    }
  }

  @Test
  void a_dead_store_and_a_refused_one_do_not_hide_the_findings_of_another() throws IOException {
    try (TestRedis redis = TestRedis.start("maxmemory-policy allkeys-lru", "maxmemory 100mb")) {
      TestPostgres postgres = TestPostgres.shared();
      InProcess end =
          doctor(
              configured(
                      postgres(postgres, postgres.jdbcUrl(), SECRET),
                      redis(redis),
                      "spare { type = redis, url = \"redis://127.0.0.1:1\" }")
                  .replace("run-id", "readiness = redis, run-id"));

      assertThat(end.code()).isEqualTo(2);
      assertThat(end.out())
          .contains("spare (redis; no role)", "error    reachable", "error    eviction")
          .contains("error    credentials", "autoinit.backends.postgres.password")
          .doesNotContain(SECRET);
    }
  }

  /** What the settings tell is told whether the store answers or not. */
  @Test
  void a_store_that_is_away_hides_no_warning_of_the_set_up() throws IOException {
    InProcess end = doctor(configured("redis { url = \"redis://127.0.0.1:1\" }"), "--quiet");

    assertThat(words(end))
        .contains("error reachable", "warning lock-guarantee", "warning ledger")
        .contains("1 error, 2 warnings");
    assertThat(end.code()).isEqualTo(2);
  }

  @Test
  void problems_of_the_settings_are_findings_and_the_stores_are_looked_at_all_the_same()
      throws IOException {
    try (TestRedis redis = TestRedis.start("maxmemory-policy allkeys-lru")) {
      InProcess end =
          doctor(
              """
              autoinit {
                tiemout = 3s
                environment = production
                %s
                backends { redis { url = "%s" }, cache { type = redis, url = "%s" } }
                steps = [ { name = migrate, phase = infrastructure, command = ["no-such-program"] } ]
              }
              """
                  .formatted(markers(), redis.url(), redis.url()));

      assertThat(end.code()).isEqualTo(2);
      assertThat(words(end))
          .contains("autoinit.tiemout is unknown -> did you mean autoinit.timeout?")
          .contains("no-such-program", "is in no directory of PATH")
          .contains("autoinit.readiness is open", "-> choose one")
          .contains("AUTOINIT_RUN_ID")
          .contains("warning eviction");
    }
  }

  @Test
  void a_symbolic_link_as_marker_directory_is_found() throws IOException {
    Path real = Files.createDirectory(temporary.resolve("real"));
    Path link = Files.createSymbolicLink(temporary.resolve("link"), real);
    InProcess end = doctor("autoinit { run-id = v42, marker-dir = \"%s\" }".formatted(link));

    assertThat(end.code()).isEqualTo(2);
    assertThat(words(end)).contains("symbolic link", "-> set autoinit.marker-dir = " + real);
    assertThat(words(end))
        .contains("file (file; locks, readiness, markers) error directory")
        .endsWith("1 error, 0 warnings; looked at the set-up and 1 store ")
        .doesNotContain("error settings");
  }

  @Test
  void a_problem_of_another_setting_is_told_beside_that_of_the_directory() throws IOException {
    Path file = Files.createFile(temporary.resolve("file"));
    InProcess end =
        doctor("autoinit { tiemout = 3s, run-id = v42, marker-dir = \"%s\" }".formatted(file));

    assertThat(words(end))
        .contains("error settings", "autoinit.tiemout", "is not a directory -> name another path")
        .contains("2 errors");
  }

  @Test
  void what_a_step_runs_after_is_found_with_all_else_and_times_are_those_of_people()
      throws IOException {
    InProcess end =
        doctor(
            """
            autoinit {
              run-id = v42, tiemout = 3s, %s
              steps = [
                { name = migrate, phase = infrastructure, command = ["true"] }
                { name = seed, phase = infrastructure, after = [migrat], command = ["true"] }
              ]
            }
            """
                .formatted(markers()));
    assertThat(words(end))
        .contains(
            "autoinit.tiemout",
            "runs after 'migrat', which is no step",
            "-> did you mean 'migrate'?")
        .contains("2 errors");
    assertThat(words(doctor("autoinit { run-id = v42, %s }".formatted(markers()))))
        .contains("takeover after 4 s, lease of 10 s");
  }

  @Test
  void readiness_in_files_beside_a_remote_lock_is_warned_about() throws IOException {
    try (TestPostgres postgres =
        TestPostgres.start(Map.of("fsync", "on", "full_page_writes", "on"))) {
      String sound = configured(postgres(postgres, postgres.jdbcUrl(), postgres.password()));
      InProcess end = doctor(sound.replace("run-id", "readiness = file, run-id"));
      assertThat(end.code()).isEqualTo(1);
      assertThat(words(end)).contains("warning readiness-place", "autoinit.readiness = postgres");
      // Its remedy.
      assertThat(doctor(sound.replace("run-id", "readiness = postgres, run-id")).code()).isZero();
    }
  }

  @Test
  void json_is_an_object_for_each_finding_and_one_that_ends_it() throws IOException {
    try (TestRedis redis = TestRedis.start("maxmemory-policy allkeys-lru")) {
      InProcess end = doctor(configured(redis(redis)), "--json");
      List<JsonObject> objects =
          end.out().lines().map(line -> JsonParser.parseString(line).getAsJsonObject()).toList();

      assertThat(objects).hasSizeGreaterThan(8);
      assertThat(text(objects, "event")).startsWith("finding").endsWith("ended");
      JsonObject eviction =
          objects.stream()
              .filter(o -> o.has("check") && o.get("check").getAsString().equals("eviction"))
              .findFirst()
              .orElseThrow();
      assertThat(eviction.get("subject").getAsString()).isEqualTo("redis");
      assertThat(eviction.get("severity").getAsString()).isEqualTo("warning");
      assertThat(eviction.get("remedy").getAsString())
          .isEqualTo("CONFIG SET maxmemory-policy noeviction");
      assertThat(objects.get(objects.size() - 1).get("code").getAsInt()).isEqualTo(1);
    }
  }

  /** What it says, however the lines are broken. */
  private static String words(InProcess end) {
    return end.out().replaceAll("\\s+", " ");
  }

  private static List<String> text(List<JsonObject> objects, String field) {
    return objects.stream().map(o -> o.get(field).getAsString()).toList();
  }

  @Test
  void what_cannot_be_read_is_78_and_a_wrong_command_line_64() throws IOException {
    InProcess unreadable = doctor("autoinit { run-id = ");
    assertThat(unreadable.code()).isEqualTo(78);
    assertThat(unreadable.err()).contains("not HOCON");
    assertThat(InProcess.autoinit("doctor", "--config", "/no/such/file").code()).isEqualTo(78);
    assertThat(InProcess.autoinit("doctor", "--jsn").code()).isEqualTo(64);
  }

  @Test
  void the_help_shows_the_exit_codes_of_its_own() {
    assertThat(InProcess.autoinit("doctor", "--help").out().lines())
        .anyMatch(line -> line.matches(" +0 +nothing is wrong"))
        .anyMatch(line -> line.matches(" +1 +warnings"))
        .anyMatch(line -> line.matches(" +2 +errors.*"))
        .noneMatch(line -> line.matches(" +69 .*"));
    assertThat(DoctorCommand.exitCodes().keySet()).containsExactly("0", "1", "2", "64", "78");
  }

  /** Asks a server for the number of its keys. */
  private static final class Redis {
    static String keys(TestRedis redis) throws IOException {
      try (var socket = new java.net.Socket(redis.host(), redis.port())) {
        socket
            .getOutputStream()
            .write("DBSIZE\r\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        socket.shutdownOutput();
        return new String(
                socket.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8)
            .strip()
            .replace(":", "");
      }
    }
  }
}
