package io.autoinit.backend.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;

import io.autoinit.spi.Backend;
import io.autoinit.spi.Finding;
import io.autoinit.spi.Severity;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Each problem really set up, found, made right by its remedy, and gone. */
class ZooKeeperFindingsTest {

  private static TestEnsemble server;

  @BeforeAll
  static void start() {
    server = TestEnsemble.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static List<Finding> all(Map<String, String> others) {
    try (Backend backend = Records.open(Records.with(server, others))) {
      return backend.findings();
    }
  }

  private static Finding found(Map<String, String> others, String check) {
    return all(others).stream()
        .filter(finding -> finding.check().equals(check))
        .findFirst()
        .orElseThrow(() -> new AssertionError("nothing about " + check));
  }

  @Test
  void a_sound_server_is_told_to_be_one_and_stays_as_it_is() throws Exception {
    assertThat(all(Map.of("root", "/untouched", "user", "app", "password", "right-one")))
        .extracting(finding -> finding.severity() + " " + finding.check())
        .containsExactly("OK reachable", "OK session-timeout", "NOTE ensemble");
    List<String> nodes = server.asking(zk -> zk.getChildren("/", false));
    assertThat(nodes).isNotEmpty().doesNotContain("untouched");
  }

  @Test
  void a_timeout_that_the_servers_do_not_give_is_found_and_its_remedy_works() {
    Finding longer = found(Map.of("session-timeout", "1m"), "session-timeout");
    assertThat(longer.severity()).isEqualTo(Severity.WARNING);
    String given = longer.remedy().orElseThrow().replaceAll("set that to (\\d+ms),.*", "$1");
    assertThat(found(Map.of("session-timeout", given), "session-timeout").severity())
        .isEqualTo(Severity.OK);
  }

  @Test
  void what_is_open_to_everybody_is_noted() {
    assertThat(found(Map.of(), "access").severity()).isEqualTo(Severity.NOTE);
  }

  @Test
  @DisplayName("BACKEND-7 servers that are away are told")
  void servers_that_are_away() {
    Finding away =
        found(Map.of("connect", TestEnsemble.at(1), "connect-timeout", "500ms"), "reachable");
    assertThat(away.severity()).isEqualTo(Severity.ERROR);
    assertThat(away.remedy().orElseThrow()).contains("autoinit.backends.zookeeper.connect");
  }
}
