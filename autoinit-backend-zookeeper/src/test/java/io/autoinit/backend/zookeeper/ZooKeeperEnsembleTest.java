package io.autoinit.backend.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.autoinit.RunId;
import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendException;
import io.autoinit.spi.BackendUnavailableException;
import io.autoinit.spi.Lease;
import io.autoinit.spi.LockName;
import io.autoinit.spi.LockProvider;
import io.autoinit.spi.ReadinessStore;
import io.autoinit.spi.RunKey;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.curator.test.InstanceSpec;
import org.apache.curator.test.TestingCluster;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Three servers, some of which are lost. */
class ZooKeeperEnsembleTest {

  private final LockName name = Records.freshLock();
  private final RunKey run = new RunKey(name.namespace(), new RunId("1"));
  private final TestingCluster ensemble = TestEnsemble.three();

  @BeforeEach
  void start() throws Exception {
    ensemble.start();
    try (Backend first = open(ensemble.getConnectString())) {
      assertThat(Records.soon(() -> answers(first))).isTrue();
    }
  }

  @AfterEach
  void stop() throws Exception {
    ensemble.close();
  }

  @Test
  @DisplayName("READY-1 what one client writes another finds at once by way of another server")
  void everyServerTellsTheSame() {
    List<InstanceSpec> servers = List.copyOf(ensemble.getInstances());
    try (Backend writer = open(TestEnsemble.at(servers.get(0).getPort()));
        Backend reader = open(TestEnsemble.at(servers.get(1).getPort()));
        Backend other = open(TestEnsemble.at(servers.get(2).getPort()))) {
      for (int i = 1; i <= 50; i++) {
        String progress = i + " %";
        assertThat(readiness(writer).publish(Records.running(run, 1, progress))).isTrue();
        assertThat(readiness(reader).find(run).orElseThrow().value())
            .isEqualTo(Records.running(run, 1, progress));
        Lease lease = locks(other).tryAcquire(name, Records.LONG).orElseThrow();
        assertThat(locks(reader).tryAcquire(name, Records.LONG)).isEmpty();
        lease.close();
        locks(writer).tryAcquire(name, Records.LONG).orElseThrow().close();
      }
    }
  }

  @Test
  @DisplayName("LOCK-9 a lease outlives the server that its client is connected to")
  void oneServerLost() throws Exception {
    try (Backend leader = open(ensemble.getConnectString());
        Backend other = open(ensemble.getConnectString())) {
      Lease lease = locks(leader).tryAcquire(name, Records.LONG).orElseThrow();
      readiness(leader).publish(Records.running(run, lease.token(), "1 %"));
      for (InstanceSpec server : ensemble.getInstances()) {
        assertThat(ensemble.killServer(server)).isTrue();
        assertThat(Records.soon(() -> renewed(lease))).isTrue();
        assertThat(Records.soon(() -> published(leader, lease))).isTrue();
        assertThat(Records.soon(() -> refused(other))).isTrue();
        assertThat(ensemble.restartServer(server)).isTrue();
        assertThat(Records.soon(() -> renewed(lease))).isTrue();
      }
    }
  }

  @Test
  @DisplayName(
      "BACKEND-3 without most of the servers nothing is granted, and with them all goes on")
  void mostServersLost() throws Exception {
    List<InstanceSpec> servers = List.copyOf(ensemble.getInstances());
    try (Backend leader = open(ensemble.getConnectString());
        Backend late = open(ensemble.getConnectString())) {
      Lease lease = locks(leader).tryAcquire(name, Records.LONG).orElseThrow();
      readiness(leader).publish(Records.running(run, lease.token(), "1 %"));
      ensemble.killServer(servers.get(0));
      ensemble.killServer(servers.get(1));
      assertThat(Records.soon(() -> isOutOfReach(late))).isTrue();
      assertThatThrownBy(lease::renew).isInstanceOf(BackendUnavailableException.class);
      assertThatThrownBy(
              () -> readiness(leader).publish(Records.running(run, lease.token(), "2 %")))
          .isInstanceOf(BackendUnavailableException.class);
      ensemble.restartServer(servers.get(0));
      ensemble.restartServer(servers.get(1));
      assertThat(Records.soon(() -> found(late))).isTrue();
      assertThat(Records.soon(() -> knowsItsFate(lease))).isTrue();
      if (renewed(lease)) {
        assertThat(Records.soon(() -> refused(late))).isTrue();
        assertThat(Records.soon(() -> published(leader, lease))).isTrue();
      } else {
        Lease next = locks(late).tryAcquire(name, Records.LONG).orElseThrow();
        assertThat(next.token()).isGreaterThan(lease.token());
        assertThat(published(leader, lease)).isFalse();
      }
    }
  }

  @Test
  @DisplayName("LOCK-5 a holder that died while most of the servers were lost is dropped later")
  void aHolderDiesWithMostServers() throws Exception {
    List<InstanceSpec> servers = List.copyOf(ensemble.getInstances());
    ZooKeeperBackend dying = (ZooKeeperBackend) open(ensemble.getConnectString());
    Lease lease = locks(dying).tryAcquire(name, Records.LONG).orElseThrow();
    try (Backend late = open(ensemble.getConnectString())) {
      assertThat(refused(late)).isTrue();
      ensemble.killServer(servers.get(0));
      ensemble.killServer(servers.get(1));
      dying.client().vanish();
      assertThat(Records.soon(() -> isOutOfReach(late))).isTrue();
      ensemble.restartServer(servers.get(0));
      ensemble.restartServer(servers.get(1));
      List<Lease> next = new CopyOnWriteArrayList<>();
      assertThat(Records.soon(() -> acquired(late, next))).isTrue();
      assertThat(next.get(0).token()).isGreaterThan(lease.token());
    }
  }

  /** The last server may take itself for the leader of the others for some ticks. */
  private boolean isOutOfReach(Backend backend) {
    try {
      assertThat(locks(backend).tryAcquire(name, Records.LONG)).isEmpty();
      return false;
    } catch (BackendUnavailableException e) {
      return true;
    }
  }

  private boolean acquired(Backend backend, List<Lease> leases) {
    try {
      locks(backend).tryAcquire(name, Records.LONG).ifPresent(leases::add);
      return !leases.isEmpty();
    } catch (BackendException e) {
      return false;
    }
  }

  private static boolean knowsItsFate(Lease lease) {
    try {
      boolean unused = lease.renew();
      return true;
    } catch (BackendException e) {
      return false;
    }
  }

  private static boolean renewed(Lease lease) {
    try {
      return lease.renew();
    } catch (BackendException e) {
      return false;
    }
  }

  private boolean published(Backend leader, Lease lease) {
    try {
      return readiness(leader).publish(Records.running(run, lease.token(), "2 %"));
    } catch (BackendException e) {
      return false;
    }
  }

  private boolean refused(Backend other) {
    try {
      return locks(other).tryAcquire(name, Records.LONG).isEmpty();
    } catch (BackendException e) {
      return false;
    }
  }

  private boolean answers(Backend backend) {
    try {
      return readiness(backend).find(run).isEmpty();
    } catch (BackendException e) {
      return false;
    }
  }

  private boolean found(Backend backend) {
    try {
      return readiness(backend).find(run).isPresent();
    } catch (BackendException e) {
      return false;
    }
  }

  private static Backend open(String connect) {
    return Records.open(
        Map.of("connect", connect, "session-timeout", "8s", "connect-timeout", "3s"));
  }

  private static LockProvider locks(Backend backend) {
    return backend.locks().orElseThrow();
  }

  private static ReadinessStore readiness(Backend backend) {
    return backend.readiness().orElseThrow();
  }
}
