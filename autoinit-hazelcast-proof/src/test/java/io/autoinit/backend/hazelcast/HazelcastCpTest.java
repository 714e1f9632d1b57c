package io.autoinit.backend.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendRefusedException;
import io.autoinit.spi.Guarantee;
import io.autoinit.spi.LockProvider;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class HazelcastCpTest {

  @Test
  @DisplayName("BACKEND-3 cp on a cluster without a CP Subsystem is refused, naming the way out")
  void cpIsRefusedWhereThereIsNone() {
    try (TestGrid grid = TestGrid.of(1);
        Backend strong = open(grid, "cp");
        Backend either = open(grid, "auto")) {
      LockProvider locks = strong.locks().orElseThrow();
      assertThatThrownBy(() -> locks.tryAcquire(Records.freshLock(), Records.LONG))
          .isInstanceOf(BackendRefusedException.class)
          .hasMessageContaining("autoinit.backends.hazelcast.lock-mode = imap");
      assertThat(either.locks().orElseThrow().guarantee()).isEqualTo(Guarantee.BEST_EFFORT);
      assertThat(either.locks().orElseThrow().tryAcquire(Records.freshLock(), Records.LONG))
          .isPresent();
      assertThat(either.warnings())
          .anySatisfy(warning -> assertThat(warning).contains("a single member"))
          .anySatisfy(warning -> assertThat(warning).contains("keeps locks in a map"));
    }
  }

  private static Backend open(TestGrid grid, String lockMode) {
    Map<String, String> settings = new HashMap<>(grid.settings());
    settings.put("lock-mode", lockMode);
    return Records.open(settings);
  }
}
