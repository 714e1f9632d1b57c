package io.autoinit.backend.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendRefusedException;
import io.autoinit.spi.BackendUnavailableException;
import io.autoinit.spi.Guarantee;
import io.autoinit.spi.Lease;
import io.autoinit.spi.LockName;
import io.autoinit.spi.LockProvider;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Members of a CP Subsystem that end, and a cluster that has only an unsafe one. */
@Tag("cp")
class HazelcastMembersStrongTest {

  @Test
  @DisplayName("with a minority of CP members lost locks go on, with a majority none is granted")
  void aMajorityDecides() {
    LockName name = Records.freshLock();
    try (TestGrid grid = TestGrid.withCp();
        Backend leader = open(grid, "cp");
        Backend other = open(grid, "cp")) {
      LockProvider locks = other.locks().orElseThrow();
      Lease lease = leader.locks().orElseThrow().tryAcquire(name, Records.LONG).orElseThrow();

      grid.kill(2);

      assertThat(Records.answer(lease::renew)).isTrue();
      assertThat(Records.answer(() -> locks.tryAcquire(name, Records.LONG))).isEmpty();
      lease.close();
      Lease next = Records.answer(() -> locks.tryAcquire(name, Records.LONG)).orElseThrow();
      assertThat(next.token()).isGreaterThan(lease.token());

      grid.kill(1);

      LockName another = Records.freshLock();
      assertThatThrownBy(() -> locks.tryAcquire(another, Records.LONG))
          .isInstanceOf(BackendUnavailableException.class);
      assertThatThrownBy(next::renew).isInstanceOf(BackendUnavailableException.class);
    }
  }

  @Test
  @DisplayName("an unsafe CP Subsystem is no CP Subsystem")
  void anUnsafeOneIsNotTaken() {
    try (TestGrid grid = TestGrid.of(1);
        Backend strong = open(grid, "cp");
        Backend either = open(grid, "auto")) {
      LockProvider locks = strong.locks().orElseThrow();
      assertThatThrownBy(() -> locks.tryAcquire(Records.freshLock(), Records.LONG))
          .isInstanceOf(BackendRefusedException.class)
          .hasMessageContaining("offers no CP Subsystem");
      assertThat(either.locks().orElseThrow().guarantee()).isEqualTo(Guarantee.BEST_EFFORT);
      assertThat(either.locks().orElseThrow().tryAcquire(Records.freshLock(), Records.LONG))
          .isPresent();
    }
  }

  private static Backend open(TestGrid grid, String lockMode) {
    Map<String, String> settings = new HashMap<>(grid.settings());
    settings.put("lock-mode", lockMode);
    return Records.open(settings);
  }
}
