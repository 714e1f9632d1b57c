package io.autoinit.backend.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hazelcast.cluster.Member;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.instance.impl.HazelcastInstanceProxy;
import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendRefusedException;
import io.autoinit.spi.BackendUnavailableException;
import io.autoinit.spi.Hint;
import io.autoinit.spi.Lease;
import io.autoinit.spi.LockName;
import io.autoinit.spi.Marker;
import io.autoinit.spi.MarkerKey;
import io.autoinit.spi.Readiness;
import io.autoinit.spi.RunKey;
import io.autoinit.spi.Watch;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
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

  @Test
  @DisplayName("a fleet in which half of the members, or fewer, are enough is warned of")
  void tooFewDemandedIsToldOf() {
    try (TestGrid grid = TestGrid.fleet(1, 1);
        Backend alone = Records.open(grid.member())) {
      assertThat(Records.answer(() -> acquired(alone, Records.freshLock()))).isPresent();
      assertThat(alone.warnings())
          .anySatisfy(
              warning ->
                  assertThat(warning)
                      .contains("has 2 members, and 1 are enough to go on")
                      .contains("min-members to more than half of the fleet"));
    }
    try (TestGrid grid = TestGrid.fleet(1, 2);
        Backend both = Records.open(grid.member())) {
      assertThat(Records.answer(() -> acquired(both, Records.freshLock()))).isPresent();
      assertThat(both.warnings()).noneMatch(warning -> warning.contains("enough to go on"));
    }
  }

  /** With enough members demanded, a half that has too few does nothing at all. */
  @Test
  @DisplayName("members that see too few others read, write and grant nothing")
  void tooFewMembersDoNothing() {
    LockName name = Records.freshLock();
    RunKey run = Records.freshRun();
    try (TestGrid grid = TestGrid.fleet(1, 2);
        HazelcastBackend member = Records.open(inHaste(grid))) {
      assertThat(Records.answer(() -> acquired(member, name))).isPresent();
      HazelcastInstance ours = member.grid().askOnce(instance -> instance);
      assertThat(member.waitsFor()).as("while all are here").isEmpty();
      grid.kill(0);
      assertThat(Records.soon(() -> ours.getCluster().getMembers().size() == 1)).isTrue();

      assertThat(member.waitsFor())
          .hasValueSatisfying(lacking -> assertThat(lacking).hasMessageContaining("fewer members"));
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

  /** At a start that is what is to be expected, and no trouble. */
  @Test
  @DisplayName("a member says how many are still missing, until the grid was whole for once")
  void aGridThatFormsIsToldAsComing() {
    try (TestGrid grid = TestGrid.fleet(1, 3);
        HazelcastBackend first = Records.open(inHaste(grid))) {
      assertThatThrownBy(() -> first.readiness().orElseThrow().find(Records.freshRun()))
          .hasMessageContaining("still find each other: 2 of at least 3 are here")
          .hasMessageContaining("autoinit.backends.hazelcast.min-members")
          .hasMessageContaining("autoinit.backends.hazelcast.members")
          .matches(HazelcastMembersTest::isComing, "is on its way");
      try (Backend second = Records.open(inHaste(grid))) {
        assertThat(Records.answer(() -> acquired(second, Records.freshLock()))).isPresent();
        assertThat(Records.answer(() -> acquired(first, Records.freshLock()))).isPresent();
      }
      assertThat(Records.soon(() -> grid.seesEverywhere(2))).isTrue();
      assertThatThrownBy(() -> first.readiness().orElseThrow().find(Records.freshRun()))
          .hasMessageContaining("has fewer members that see each other than it must have")
          .matches(told -> !isComing(told), "is in trouble");
    }
  }

  private static boolean isComing(Throwable told) {
    return told instanceof BackendUnavailableException silent && silent.isComing();
  }

  /** One that comes and goes, as a status does, must not make a part of a split large enough. */
  @Test
  @DisplayName("who takes no part reads and writes, keeps nothing, and does not count as a member")
  void whoTakesNoPartDoesNotCount() {
    LockName name = Records.freshLock();
    RunKey run = Records.freshRun();
    try (TestGrid grid = TestGrid.fleet(2, 2);
        HazelcastBackend aside = Records.openAside(inHaste(grid))) {
      Lease lease = Records.answer(() -> acquired(aside, name)).orElseThrow();
      Readiness record = Records.running(run, lease.token(), "1 %");
      assertThat(aside.readiness().orElseThrow().publish(record)).isTrue();
      HazelcastInstance ours = aside.grid().askOnce(instance -> instance);
      Member local = ours.getCluster().getLocalMember();
      assertThat(Records.soon(() -> grid.seesEverywhere(3))).isTrue();
      assertThat(ours.getPartitionService().getPartitions())
          .noneMatch(partition -> local.equals(partition.getOwner()));
      assertThat(aside.warnings()).noneMatch(warning -> warning.contains("enough to go on"));

      grid.kill(0);
      assertThat(Records.soon(() -> grid.seesEverywhere(2))).isTrue();

      assertThatThrownBy(() -> aside.readiness().orElseThrow().find(run))
          .isInstanceOf(BackendUnavailableException.class)
          .hasMessageContaining("has fewer members that see each other than it must have");
      HazelcastInstance left = grid.instances().get(0);
      assertThatThrownBy(() -> left.<String, String>getMap("autoinit-readiness").get("any"))
          .isInstanceOf(com.hazelcast.splitbrainprotection.SplitBrainProtectionException.class);
      grid.kill(0);
      assertThat(Records.soon(() -> ours.getCluster().getMembers().size() == 1)).isTrue();
      assertThatThrownBy(() -> aside.readiness().orElseThrow().find(run))
          .isInstanceOf(BackendUnavailableException.class)
          .hasMessageContaining("has no member that keeps anything: no start is under way")
          .hasMessageContaining("autoinit.backends.hazelcast.members");
    }
  }

  /** Who comes has no connection with the one that stands still, and gets none. */
  @Test
  @DisplayName("who joins does not wait for a member that stands still")
  void whoJoinsWaitsForNobody() throws IOException, InterruptedException {
    try (TestGrid grid = TestGrid.fleet(2, 2);
        LeaderProcess stopped = new LeaderProcess(grid.member(), Optional.empty());
        HazelcastBackend fresh = Records.open(grid.member())) {
      assertThat(Records.soon(() -> grid.seesEverywhere(3))).isTrue();
      stopped.signal("STOP");

      HazelcastInstance joined = fresh.grid().askOnce(instance -> instance);

      assertThat(joined.getCluster().getMembers())
          .as("the stopped one was not given up meanwhile")
          .hasSize(4);
    }
  }

  /** A status that stands still is nothing that an answer depends on. */
  @Test
  @DisplayName("who takes no part is not asked what it sees, so it holds nobody up")
  void whoTakesNoPartHoldsNobodyUp() throws InterruptedException {
    try (TestGrid grid = TestGrid.fleet(1, 2);
        HazelcastBackend member = Records.open(inHaste(grid));
        HazelcastBackend aside = Records.openAside(inHaste(grid))) {
      Lease lease = Records.answer(() -> acquired(member, Records.freshLock())).orElseThrow();
      var unused = Records.answer(() -> aside.readiness().orElseThrow().find(Records.freshRun()));
      assertThat(Records.soon(() -> grid.seesEverywhere(3))).isTrue();
      Numb numb = new Numb(aside.grid().askOnce(instance -> instance), "autoinit-peers", 4);
      try (numb) {
        assertThat(lease.renew()).isTrue();
        assertThat(grid.seesEverywhere(3)).isTrue();
      }
    }
  }

  /**
   * Its own copies are whole, it sees all the others, and none of them sees it: what it would read
   * was overwritten, what it would grant was granted.
   */
  @Test
  @DisplayName("a member whose peers no longer see it gets no answer that counts, until it is back")
  void aMemberThatWasGivenUpHasNoSay() throws InterruptedException {
    try (TestGrid grid = TestGrid.fleet(2, 2);
        HazelcastBackend given = Records.open(inHaste(grid));
        HazelcastBackend other = Records.open(grid.member())) {
      assertThat(Records.answer(() -> acquired(given, Records.freshLock()))).isPresent();
      assertThat(Records.answer(() -> acquired(other, Records.freshLock()))).isPresent();
      HazelcastInstance ours = given.grid().askOnce(instance -> instance);
      HazelcastInstance theirs = other.grid().askOnce(instance -> instance);
      MarkerKey key = Records.keptBy(ours, 4);
      LockName name = Records.freshLock();
      given.markers().orElseThrow().put(new Marker(key, "before", Map.of()));
      BlockingQueue<Hint> hints = new LinkedBlockingQueue<>();
      RunKey run = Records.freshRun();
      Watch watch = given.readiness().orElseThrow().watch(run, hints::add);

      Numb numb = new Numb(ours);
      try (numb) {
        assertThat(
                Records.soon(
                    () -> grid.seesEverywhere(3) && theirs.getCluster().getMembers().size() == 3))
            .isTrue();
        other.markers().orElseThrow().put(new Marker(key, "since", Map.of()));
        assertThat(acquired(other, name)).isPresent();
        assertThat(ours.getCluster().getMembers()).hasSize(4);
        assertThat(ours.<String, String>getMap("autoinit-markers").get(name(key)))
            .contains("before");

        assertThatThrownBy(() -> given.markers().orElseThrow().find(key))
            .isInstanceOf(BackendUnavailableException.class)
            .hasMessageContaining("is not of one mind about who its members are")
            .hasMessageContaining("let the member that is stopped go on or end it");
        assertThatThrownBy(() -> acquired(given, name))
            .isInstanceOf(BackendUnavailableException.class);
      }
      assertThat(Records.<Optional<Marker>>answer(() -> given.markers().orElseThrow().find(key)))
          .hasValueSatisfying(marker -> assertThat(marker.holder()).isEqualTo("since"));
      assertThat(Records.answer(() -> acquired(given, name))).isEmpty();
      // Told to look again, because it was away, and of what comes.
      assertThat(Records.soon(() -> !hints.isEmpty())).isTrue();
      hints.clear();
      Readiness ready = Records.ready(run, 1);
      assertThat(Records.answer(() -> other.readiness().orElseThrow().publish(ready))).isTrue();
      assertThat(Records.soon(() -> !hints.isEmpty())).isTrue();
      watch.close();
    }
  }

  private static String name(MarkerKey key) {
    return "%s:%s:%s".formatted(key.namespace(), key.node(), key.runId());
  }

  /** A member that does not wait long. */
  private static Map<String, String> inHaste(TestGrid grid) {
    Map<String, String> settings = new HashMap<>(grid.member());
    settings.put("command-timeout", "4s");
    return settings;
  }

  @Test
  @DisplayName("a member among others that are not autoinit's says so")
  void foreignMembersAreTold() {
    try (TestGrid grid = TestGrid.of(1)) {
      try (Backend backend = Records.open(grid.member())) {
        assertThatThrownBy(() -> acquired(backend, Records.freshLock()))
            .isInstanceOf(BackendRefusedException.class)
            .hasMessageContaining("has a member that is not autoinit's")
            .hasMessageContaining("autoinit.backends.hazelcast.cluster-name");
      }
    }
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
