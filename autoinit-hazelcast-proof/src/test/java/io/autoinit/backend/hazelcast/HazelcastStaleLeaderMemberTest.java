package io.autoinit.backend.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.cluster.Member;
import com.hazelcast.core.HazelcastInstance;
import io.autoinit.spi.Backend;
import io.autoinit.spi.Marker;
import io.autoinit.spi.MarkerKey;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A leader that is a member: what it keeps of the store is stopped with it, and wakes up too. */
@Tag("long")
class HazelcastStaleLeaderMemberTest extends StaleLeader {

  private static final String CONFIRMED = "if (allSeeAll(name, end))";
  private static final String BEFORE = "before";
  private static final String SINCE = "since";

  private static TestGrid grid;

  @BeforeAll
  static void start() {
    grid = TestGrid.fleet(2, 3);
  }

  @AfterAll
  static void stop() {
    grid.close();
  }

  @Override
  Map<String, String> settings() {
    return grid.member();
  }

  @Test
  @DisplayName("a member that was stopped and given up reads what was written since")
  void readsWhatWasWrittenSince() throws Exception {
    assertThat(readAfterAStop(Optional.empty(), false)).isEqualTo(SINCE);
  }

  @Test
  @DisplayName("a member that was given up and does not notice reads nothing")
  void readsNothingWhileItIsAlone() throws Exception {
    assertThat(readAfterAStop(Optional.empty(), true)).isEqualTo(LeaderProcess.UNAVAILABLE);
  }

  @Test
  @DisplayName("without the confirmation of the others it reads what it held itself")
  void readsWhatItHeldWithoutAConfirmation(@TempDir Path classes) throws Exception {
    compileWith(classes, "View.java", CONFIRMED, "if (true)");
    assertThat(readAfterAStop(Optional.of(classes), true)).isEqualTo(BEFORE);
  }

  private static String readAfterAStop(Optional<Path> classes, boolean numb) throws Exception {
    try (LeaderProcess stopped = new LeaderProcess(grid.member(), classes);
        Backend other = Records.open(grid.member())) {
      assertThat(other.markers().orElseThrow().find(Records.freshKey())).isEmpty();
      HazelcastInstance one = grid.instances().get(0);
      Member third = one.getCluster().getMembers().stream().skip(2).findFirst().orElseThrow();
      MarkerKey key = Records.keptBy(third, one, 4);
      other.markers().orElseThrow().put(new Marker(key, BEFORE, Map.of()));
      if (numb) {
        stopped.numb();
      }
      stopped.signal("STOP");
      // What was sent to it while it was one of them it would still do.
      assertThat(Records.soon(() -> grid.seesEverywhere(3))).isTrue();
      other.markers().orElseThrow().put(new Marker(key, SINCE, Map.of()));
      stopped.signal("CONT");
      return stopped.read(key);
    }
  }
}
