package io.autoinit.backend.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hazelcast.version.MemberVersion;
import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendUnavailableException;
import io.autoinit.spi.Finding;
import io.autoinit.spi.LockProvider;
import io.autoinit.spi.Severity;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What an operator is told of a cluster who asks. */
class HazelcastFindingsTest {

  @Test
  void aClusterOfSeveralMembersIsHealthy() {
    try (TestGrid grid = TestGrid.of(2);
        Backend backend = Records.open(grid.settings())) {
      assertThat(backend.findings())
          .extracting(Finding::check)
          .containsExactly("reachable", "version", "members", "clock-rate");
      assertThat(backend.findings()).extracting(Finding::severity).containsOnly(Severity.OK);
    }
  }

  @Test
  void aSingleMemberIsWarnedAboutUntilThereAreMore() {
    try (TestGrid grid = TestGrid.of(2);
        Backend backend = Records.open(grid.settings())) {
      grid.kill(1);
      assertThat(Records.soon(() -> found(backend, "members").severity() == Severity.WARNING))
          .isTrue();
      assertThat(found(backend, "members").remedy().orElseThrow()).contains("3 members");

      grid.restart();

      assertThat(Records.soon(() -> severity(backend) == Severity.OK)).isTrue();
    }
  }

  private static Severity severity(Backend backend) {
    return backend.findings().stream()
        .filter(finding -> finding.check().equals("members"))
        .map(Finding::severity)
        .findFirst()
        .orElse(Severity.ERROR);
  }

  @Test
  void nobodyThereIsAnErrorWithTheSettingToCorrect() {
    Map<String, String> nowhere =
        Map.of("addresses", "127.0.0.1:" + TestGrid.freePort(), "connect-timeout", "1s");
    try (Backend backend = Records.open(nowhere)) {
      Finding finding = found(backend, "reachable");
      assertThat(finding.severity()).isEqualTo(Severity.ERROR);
      assertThat(finding.remedy().orElseThrow()).contains("autoinit.backends.hazelcast.addresses");
    }
  }

  @Test
  void whereNobodyListensTheAddressIsNamedAndNoTimeout() {
    Map<String, String> nowhere =
        Map.of("addresses", "127.0.0.1:" + TestGrid.freePort(), "connect-timeout", "1s");
    try (Backend backend = Records.open(nowhere)) {
      LockProvider locks = backend.locks().orElseThrow();
      assertThatThrownBy(() -> locks.holder(Records.freshLock()))
          .isInstanceOf(BackendUnavailableException.class)
          .hasMessageContaining("is out of reach: no member answered")
          .hasMessageContaining("autoinit.backends.hazelcast.addresses")
          .hasMessageNotContaining("timeout");
    }
  }

  /** Members of old releases are not to be had beside these. */
  @Test
  void aVersionThatNobodyHasTriedIsAnError() {
    Finding old =
        HazelcastExamination.version(
            "the cluster", List.of(MemberVersion.of(5, 7, 0), MemberVersion.of(5, 3, 8)));

    assertThat(old.severity()).isEqualTo(Severity.ERROR);
    assertThat(old.seen()).contains("5.3.8, 5.7.0");
    assertThat(HazelcastExamination.version("it", List.of(MemberVersion.of(5, 4, 0))).severity())
        .isEqualTo(Severity.OK);
  }

  private static Finding found(Backend backend, String check) {
    return backend.findings().stream()
        .filter(finding -> finding.check().equals(check))
        .findFirst()
        .orElseThrow();
  }
}
