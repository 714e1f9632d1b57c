package io.autoinit.backend.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.core.EntryEvent;
import com.hazelcast.core.EntryEventType;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import com.hazelcast.map.listener.EntryAddedListener;
import com.hazelcast.map.listener.EntryRemovedListener;
import com.hazelcast.map.listener.EntryUpdatedListener;
import io.autoinit.spi.Hint;
import io.autoinit.spi.Readiness;
import io.autoinit.spi.RunKey;
import io.autoinit.spi.Watch;
import io.autoinit.tck.TcpProxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * What a waiter hears when events come late, twice, in another order, or say what is not so: they
 * are played to the listener that the library has, on a real cluster. READY releases a waiter
 * without a look, so it must be true of what that waiter has read last.
 */
class HazelcastHintsTest {

  private static TestGrid cluster;

  private final RunKey run = Records.freshRun();
  private final String record = run.toString();
  private final Thread player = Thread.currentThread();
  private final List<Hint> played = new ArrayList<>();
  private TcpProxy proxy;
  private HazelcastGrid grid;
  private HazelcastReadiness store;
  private Watch watch;

  @BeforeAll
  static void start() {
    cluster = TestGrid.hidden();
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @BeforeEach
  void watch() {
    proxy = TcpProxy.to("127.0.0.1", cluster.port());
    grid =
        new HazelcastGrid(HazelcastSettings.of(Records.config(cluster.settingsAt(proxy.port()))));
    HazelcastHints hints = new HazelcastHints(grid);
    store = new HazelcastReadiness(grid, hints);
    assertThat(store.find(run)).isEmpty();
    watch = hints.watch(record, this::hear);
  }

  @AfterEach
  void close() {
    grid.close();
    proxy.close();
  }

  @Test
  @DisplayName("READY-5 an event of READY over what was read releases, once or twice")
  void aTrueEventReleases() {
    reads(running(7));

    assertThat(played(running(7), ready(7))).isEqualTo(Hint.READY);
    assertThat(played(running(7), ready(7))).isEqualTo(Hint.READY);
    assertThat(played(running(7), Records.running(run, 7, "2 %"))).isEqualTo(Hint.BEAT);
  }

  @Test
  @DisplayName("READY-5 an event that comes after another leader was read releases nobody")
  void aLateEvent() {
    reads(running(7));
    assertThat(store.clear(run)).isTrue();
    reads(running(8));

    assertThat(played(running(7), ready(7))).isEqualTo(Hint.CHANGED);
    assertThat(played(running(7), ready(8))).isEqualTo(Hint.CHANGED);
  }

  @Test
  @DisplayName("READY-5 an event that is repeated after the run was cleared releases nobody")
  void aRepeatedEvent() {
    reads(running(7));
    assertThat(played(running(7), ready(7))).isEqualTo(Hint.READY);
    assertThat(store.clear(run)).isTrue();
    assertThat(store.find(run)).isEmpty();

    assertThat(played(running(7), ready(7))).isEqualTo(Hint.CHANGED);
  }

  @Test
  @DisplayName("READY-5 no order of a run's events releases who has read another state of it")
  void anyOrder() {
    List<Readiness> course =
        List.of(
            new Readiness.Claimed(run, 0, "one", List.of()),
            running(7),
            new Readiness.Stopped(run, 7, "one", List.of()),
            new Readiness.Claimed(run, 7, "two", List.of()),
            running(9),
            ready(9));
    for (Readiness last : course.subList(0, course.size() - 1)) {
      reads(last);
      for (Readiness before : course) {
        for (Readiness after : course) {
          boolean tellsOfWhatWasRead =
              last instanceof Readiness.Running && before.equals(last) && after.isReady();
          assertThat(played(before, after) == Hint.READY)
              .as("%s over %s, when %s was read, is READY", after, before, last)
              .isEqualTo(tellsOfWhatWasRead);
        }
      }
    }
  }

  @Test
  @DisplayName("READY-5 an event that says what is not so releases nobody")
  void aForgedEvent() {
    reads(running(7));
    String gist = Entry.gist(running(7));
    Readiness elsewhere = Records.ready(Records.freshRun(), 7);

    assertThat(played(text(running(7)), text(elsewhere))).isEqualTo(Hint.CHANGED);
    assertThat(played(text(running(7)), text(ready(6)))).isEqualTo(Hint.CHANGED);
    for (Readiness other :
        List.of(running(8), new Readiness.Claimed(run, 7, "test", List.of()), ready(7))) {
      String forged = new Entry(7, "r", 1, gist, Optional.of(other.toText())).toText();
      assertThat(played(forged, text(ready(7)))).isEqualTo(Hint.CHANGED);
    }
    for (String nonsense :
        List.of("", "READY", "7\nr\n1\n" + gist, "7\nr\n1\n" + gist + "\nstate=?")) {
      assertThat(played(nonsense, text(ready(7)))).isEqualTo(Hint.CHANGED);
      assertThat(played(text(running(7)), nonsense)).isNotEqualTo(Hint.READY);
    }
    assertThat(played(null, text(ready(7)))).isEqualTo(Hint.CHANGED);
    assertThat(played(text(running(7)), null)).isEqualTo(Hint.CHANGED);
    played.clear();
    added().entryAdded(event(null, text(ready(7))));
    removed().entryRemoved(event(text(running(7)), text(ready(7))));
    assertThat(played).containsExactly(Hint.CHANGED, Hint.CHANGED);
  }

  @Test
  @DisplayName("READY-5 an event of before the connection was lost releases nobody")
  void anEventOfBeforeALoss() {
    reads(running(7));
    assertThat(played(running(7), ready(7))).isEqualTo(Hint.READY);

    proxy.cut();

    assertThat(Records.soon(() -> played(running(7), ready(7)) == Hint.CHANGED)).isTrue();
  }

  @Test
  @DisplayName("READY-5 no event reaches who has closed the watch")
  void anEventAfterTheEnd() {
    reads(running(7));
    watch.close();

    updated().entryUpdated(event(text(running(7)), text(ready(7))));

    assertThat(played).isEmpty();
  }

  /** What the cluster itself tells comes on other threads. */
  private void hear(Hint hint) {
    if (Thread.currentThread() == player) {
      played.add(hint);
    }
  }

  /** Lets this be the record that was read last, whatever stood there. */
  private void reads(Readiness last) {
    map().set(record, text(last));
    assertThat(store.find(run)).hasValueSatisfying(f -> assertThat(f.value()).isEqualTo(last));
  }

  private IMap<String, String> map() {
    HazelcastInstance member = cluster.instances().get(0);
    return grid.map(member, HazelcastReadiness.MAP);
  }

  private Hint played(Readiness before, Readiness after) {
    return played(text(before), text(after));
  }

  private Hint played(@Nullable String before, @Nullable String after) {
    played.clear();
    updated().entryUpdated(event(before, after));
    assertThat(played).hasSize(1);
    return played.get(0);
  }

  private EntryEvent<String, String> event(@Nullable String before, @Nullable String after) {
    HazelcastInstance member = cluster.instances().get(0);
    return new EntryEvent<>(
        HazelcastReadiness.MAP,
        member.getCluster().getLocalMember(),
        EntryEventType.UPDATED.getType(),
        record,
        before,
        after);
  }

  @SuppressWarnings("unchecked")
  private EntryUpdatedListener<String, String> updated() {
    return (EntryUpdatedListener<String, String>) watch;
  }

  @SuppressWarnings("unchecked")
  private EntryAddedListener<String, String> added() {
    return (EntryAddedListener<String, String>) watch;
  }

  @SuppressWarnings("unchecked")
  private EntryRemovedListener<String, String> removed() {
    return (EntryRemovedListener<String, String>) watch;
  }

  private Readiness running(long token) {
    return Records.running(run, token, "1 %");
  }

  private Readiness ready(long token) {
    return Records.ready(run, token);
  }

  private static String text(Readiness readiness) {
    return new Entry(
            readiness.token(),
            "revision-" + readiness.token(),
            1,
            Entry.gist(readiness),
            Optional.of(readiness.toText()))
        .toText();
  }
}
