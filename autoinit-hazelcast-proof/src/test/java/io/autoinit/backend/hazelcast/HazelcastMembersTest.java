package io.autoinit.backend.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hazelcast.cluster.Member;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.instance.impl.HazelcastInstanceProxy;
import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendUnavailableException;
import io.autoinit.spi.Lease;
import io.autoinit.spi.LockName;
import io.autoinit.spi.Readiness;
import io.autoinit.spi.RunKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Members that end or lose sight of each other, with locks in a map. */
class HazelcastMembersTest {

  @Test
  @DisplayName("a lock and a record outlive all members but one, killed one after the other")
  void nothingIsLostWithAMember() {
    RunKey run = Records.freshRun();
    LockName name = Records.freshLock();
    try (TestGrid grid = TestGrid.of(3);
        Backend leader = Records.open(settings(grid.members(), grid));
        Backend other = Records.open(settings(grid.members(), grid))) {
      Lease lease = leader.locks().orElseThrow().tryAcquire(name, Records.LONG).orElseThrow();
      Readiness record = Records.running(run, lease.token(), "1 %");
      assertThat(leader.readiness().orElseThrow().publish(record)).isTrue();
      for (int last = 2; last > 0; last--) {
        grid.kill(last);
        int left = last;
        assertThat(
                Records.soon(
                    () ->
                        grid.instances().stream()
                            .allMatch(
                                m ->
                                    m.getCluster().getMembers().size() == left
                                        && m.getPartitionService().isLocalMemberSafe())))
            .isTrue();

        assertThat(Records.answer(lease::renew)).isTrue();
        assertThat(Records.answer(() -> other.locks().orElseThrow().tryAcquire(name, Records.LONG)))
            .isEmpty();
        assertThat(Records.answer(() -> other.readiness().orElseThrow().find(run)))
            .hasValueSatisfying(found -> assertThat(found.value()).isEqualTo(record));
      }
      Readiness ready = Records.ready(run, lease.token());
      assertThat(leader.readiness().orElseThrow().publish(ready)).isTrue();
    }
  }

  /** What the backend warns of, shown: the two halves of a split cluster grant the same lock. */
  @Test
  @DisplayName("each half of a split cluster grants a lock that is kept in a map")
  void aSplitGrantsALockTwice() {
    LockName name = Records.freshLock();
    try (TestGrid grid = TestGrid.of(2);
        Backend one = Records.open(settings(grid.address(0), grid));
        Backend two = Records.open(settings(grid.address(1), grid))) {
      assertThat(one.locks().orElseThrow().tryAcquire(Records.freshLock(), Records.LONG))
          .isPresent();
      assertThat(two.locks().orElseThrow().tryAcquire(Records.freshLock(), Records.LONG))
          .isPresent();
      HazelcastInstance here = grid.instances().get(0);
      HazelcastInstance there = grid.instances().get(1);
      List<HazelcastInstance> both = List.of(here, there);

      both.forEach(HazelcastMembersTest::suspect);

      assertThat(
              Records.soon(
                  () -> both.stream().allMatch(m -> m.getCluster().getMembers().size() == 1)))
          .isTrue();
      assertThat(Records.answer(() -> acquired(one, name))).isPresent();
      assertThat(Records.answer(() -> acquired(two, name))).isPresent();
      assertThat(one.warnings())
          .anySatisfy(
              warning ->
                  assertThat(warning)
                      .contains("a split of the cluster may grant a lock to a second holder"));
    }
  }

  /** With enough members demanded, a half that has too few does nothing at all. */
  @Test
  @DisplayName("members that see too few others read, write and grant nothing")
  void tooFewMembersDoNothing() {
    LockName name = Records.freshLock();
    RunKey run = Records.freshRun();
    try (TestGrid grid = TestGrid.of(1);
        HazelcastBackend member = Records.open(member(grid))) {
      assertThat(Records.answer(() -> acquired(member, name))).isPresent();
      HazelcastInstance ours = member.grid().ask(instance -> instance);
      suspect(ours);
      assertThat(Records.soon(() -> ours.getCluster().getMembers().size() == 1)).isTrue();

      assertThatThrownBy(() -> acquired(member, Records.freshLock()))
          .isInstanceOf(BackendUnavailableException.class)
          .hasMessageContaining("has fewer members that see each other than it must have")
          .hasMessageContaining("min-members = 2");
      assertThatThrownBy(() -> member.readiness().orElseThrow().find(run))
          .isInstanceOf(BackendUnavailableException.class);
      assertThatThrownBy(
              () -> member.readiness().orElseThrow().publish(Records.running(run, 1, "1 %")))
          .isInstanceOf(BackendUnavailableException.class);
    }
  }

  private static Map<String, String> member(TestGrid grid) {
    return Map.of(
        "mode", "member",
        "members", grid.members(),
        "bind", "127.0.0.1",
        "port", Integer.toString(TestGrid.freePort()),
        "cluster-name", grid.cluster(),
        "min-members", "2",
        "connect-timeout", "60s",
        "command-timeout", "20s");
  }

  private static Optional<Lease> acquired(Backend backend, LockName name) {
    return backend.locks().orElseThrow().tryAcquire(name, Records.LONG);
  }

  /** As if nothing had been heard of the other for too long. */
  private static void suspect(HazelcastInstance member) {
    Member other =
        member.getCluster().getMembers().stream()
            .filter(m -> !m.localMember())
            .findFirst()
            .orElseThrow();
    ((HazelcastInstanceProxy) member)
        .getOriginal()
        .node
        .getClusterService()
        .suspectMember(other, "a test splits the cluster", true);
  }

  private static Map<String, String> settings(String addresses, TestGrid grid) {
    Map<String, String> settings = new HashMap<>(grid.settings());
    settings.put("addresses", addresses);
    return settings;
  }
}
