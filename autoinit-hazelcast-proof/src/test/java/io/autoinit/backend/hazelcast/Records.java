package io.autoinit.backend.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.cluster.Member;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.partition.Partition;
import com.hazelcast.partition.PartitionService;
import io.autoinit.Namespace;
import io.autoinit.NodeId;
import io.autoinit.RunId;
import io.autoinit.spi.BackendConfig;
import io.autoinit.spi.BackendUnavailableException;
import io.autoinit.spi.CompletedStep;
import io.autoinit.spi.LockName;
import io.autoinit.spi.MarkerKey;
import io.autoinit.spi.Readiness;
import io.autoinit.spi.RunKey;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the tests of this module open and write, and their patience. */
final class Records {

  private static final int MOST_PIECES = 20;

  static final Duration LONG = Duration.ofMinutes(10);

  private Records() {}

  static BackendConfig config(Map<String, String> settings) {
    return BackendConfig.of("hazelcast", "test", new HazelcastBackendProvider(), settings);
  }

  static HazelcastBackend open(Map<String, String> settings) {
    return new HazelcastBackend(HazelcastSettings.of(config(settings)));
  }

  /** As for a command that only looks. */
  static HazelcastBackend openAside(Map<String, String> settings) {
    return (HazelcastBackend) new HazelcastBackendProvider().openAside(config(settings));
  }

  static LockName freshLock() {
    return LockName.infrastructure(new Namespace("lock-" + UUID.randomUUID()));
  }

  static RunKey freshRun() {
    return new RunKey(Namespace.DEFAULT, new RunId("run-" + UUID.randomUUID()));
  }

  static MarkerKey freshKey() {
    return new MarkerKey(
        Namespace.DEFAULT, new NodeId("node"), new RunId("run-" + UUID.randomUUID()));
  }

  /** A marker that this member keeps, once there are so many members and each keeps a part. */
  static MarkerKey keptBy(HazelcastInstance keeper, int members) {
    return keptBy(keeper.getCluster().getLocalMember(), keeper, members);
  }

  /** As any of the members sees it. */
  static MarkerKey keptBy(Member keeper, HazelcastInstance any, int members) {
    PartitionService partitions = any.getPartitionService();
    if (!soon(
        () ->
            partitions.getPartitions().stream().map(Partition::getOwner).distinct().count()
                    == members
                && partitions.isClusterSafe())) {
      throw new AssertionError("the parts do not come to rest");
    }
    while (true) {
      MarkerKey key = freshKey();
      String name = "%s:%s:%s".formatted(key.namespace(), key.node(), key.runId());
      if (keeper.equals(partitions.getPartition(name).getOwner())) {
        return key;
      }
    }
  }

  static Readiness running(RunKey run, long token, String progress) {
    return new Readiness.Running(
        run,
        token,
        "leader",
        List.of(new CompletedStep("migrate", Duration.ofSeconds(3))),
        Optional.of("seed"),
        1,
        Optional.of(progress));
  }

  static Readiness ready(RunKey run, long token) {
    return new Readiness.Ready(run, token, "leader", List.of());
  }

  /** Asks until the cluster, which lost a member, answers again. */
  static <T> T answer(Supplier<T> question) {
    AtomicReference<@Nullable T> answer = new AtomicReference<>();
    boolean answered =
        soon(
            () -> {
              try {
                answer.set(question.get());
                return true;
              } catch (BackendUnavailableException e) {
                return false;
              }
            });
    T value = answer.get();
    if (!answered || value == null) {
      throw new AssertionError("no answer");
    }
    return value;
  }

  /**
   * Plays something for each piece of the conversation, which it is to lose, for as long as it says
   * that there was one to be lost. A look and a swap take two at least; a piece may also be news of
   * the cluster.
   */
  static void eachPieceIsLost(IntPredicate played) {
    int pieces = 1;
    while (pieces < MOST_PIECES && played.test(pieces)) {
      pieces++;
    }
    assertThat(pieces).isBetween(3, MOST_PIECES - 1);
  }

  /** Asks until the answer is yes, or some seconds are over. */
  static boolean soon(BooleanSupplier condition) {
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        return false;
      }
      try {
        Thread.sleep(10);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return true;
  }
}
