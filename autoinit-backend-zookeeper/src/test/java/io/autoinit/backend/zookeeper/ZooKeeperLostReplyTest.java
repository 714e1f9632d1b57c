package io.autoinit.backend.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;

import io.autoinit.NodeId;
import io.autoinit.RunId;
import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendConfig;
import io.autoinit.spi.BackendUnavailableException;
import io.autoinit.spi.Lease;
import io.autoinit.spi.LockName;
import io.autoinit.spi.LockProvider;
import io.autoinit.spi.Marker;
import io.autoinit.spi.MarkerKey;
import io.autoinit.spi.MarkerStore;
import io.autoinit.spi.ReadinessStore;
import io.autoinit.spi.RunKey;
import io.autoinit.tck.TcpProxy;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What was done is told, although the answer to it was lost and the write was sent again. Which
 * piece of the conversation is the answer differs, so each is lost in turn.
 */
class ZooKeeperLostReplyTest {

  private static TestEnsemble server;

  private final LockName name = Records.freshLock();

  @BeforeAll
  static void start() {
    server = TestEnsemble.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  @DisplayName("LOCK-10 a revoke whose answer was lost says that it took the lock")
  void aRevokeIsTold(int reply) {
    try (TcpProxy proxy = TcpProxy.to(server.host(), server.port());
        Backend stuck = open("stuck", server.settings());
        Backend operator = open("operator", at(proxy))) {
      Lease lease = locks(stuck).tryAcquire(name, Records.LONG).orElseThrow();
      assertThat(locks(operator).holder(name)).contains("stuck");
      proxy.loseReply(reply);

      assertThat(locks(operator).revoke(name, "stuck")).isTrue();

      assertThat(lease.renew()).isFalse();
      assertThat(locks(operator).holder(name)).isEmpty();
      assertThat(locks(operator).revoke(name, "stuck")).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  @DisplayName("LOCK-10 that is told too when another has acquired the lock by then, who keeps it")
  void aRevokeIsToldOverTheNextHolder(int reply) throws Exception {
    try (TcpProxy proxy = TcpProxy.to(server.host(), server.port());
        Backend stuck = open("stuck", server.settings());
        Backend next = open("next", server.settings());
        Backend operator = open("operator", at(proxy))) {
      Lease lease = locks(stuck).tryAcquire(name, Records.LONG).orElseThrow();
      assertThat(locks(operator).holder(name)).contains("stuck");
      FutureTask<Lease> waiting = started(() -> acquired(next));
      proxy.loseReply(reply);

      assertThat(locks(operator).revoke(name, "stuck")).isTrue();

      Lease won = waiting.get(1, TimeUnit.MINUTES);
      assertThat(won.renew()).isTrue();
      assertThat(won.token()).isGreaterThan(lease.token());
      assertThat(lease.renew()).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  @DisplayName(
      "LOCK-10 a revoke that cannot tell any more what it did does not say that it did nothing")
  void aRevokeThatCannotTell(int reply) throws Exception {
    try (TcpProxy proxy = TcpProxy.to(server.host(), server.port());
        Backend stuck = open("stuck", server.settings());
        Backend next = open("next", server.settings());
        Backend another = open("another", server.settings());
        Backend operator = open("operator", at(proxy))) {
      Lease lease = locks(stuck).tryAcquire(name, Records.LONG).orElseThrow();
      assertThat(locks(operator).holder(name)).contains("stuck");
      FutureTask<Boolean> busy =
          started(
              () -> {
                acquired(next);
                return locks(another).revoke(name, "next");
              });
      proxy.loseReply(reply);

      assertThat(revoked(operator)).isNotEqualTo("false");

      assertThat(busy.get(1, TimeUnit.MINUTES)).isTrue();
      assertThat(lease.renew()).isFalse();
    }
  }

  private String revoked(Backend operator) {
    try {
      return Boolean.toString(locks(operator).revoke(name, "stuck"));
    } catch (BackendUnavailableException e) {
      return String.valueOf(e.getMessage());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  @DisplayName("READY-3 a record that was cleared is told to be, although the answer was lost")
  void aClearIsTold(int reply) {
    RunKey run = Records.freshRun();
    try (TcpProxy proxy = TcpProxy.to(server.host(), server.port());
        Backend operator = open("operator", at(proxy))) {
      ReadinessStore store = operator.readiness().orElseThrow();
      store.publish(Records.ready(run, 5));
      proxy.loseReply(reply);

      assertThat(store.clear(run)).isTrue();

      assertThat(store.find(run)).isEmpty();
      assertThat(store.clear(run)).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  @DisplayName("MARK-2 a marker that was removed is told to have been there, likewise")
  void aRemovalIsTold(int reply) {
    MarkerKey key = new MarkerKey(name.namespace(), new NodeId("n1"), new RunId("1"));
    try (TcpProxy proxy = TcpProxy.to(server.host(), server.port());
        Backend operator = open("operator", at(proxy))) {
      MarkerStore store = operator.markers().orElseThrow();
      store.put(new Marker(key, "operator", Map.of()));
      proxy.loseReply(reply);

      assertThat(store.remove(key)).isTrue();

      assertThat(store.find(key)).isEmpty();
      assertThat(store.remove(key)).isFalse();
    }
  }

  private Lease acquired(Backend backend) {
    while (true) {
      var lease = locks(backend).tryAcquire(name, Records.LONG);
      if (lease.isPresent()) {
        return lease.get();
      }
    }
  }

  private static <T> FutureTask<T> started(Callable<T> work) {
    FutureTask<T> task = new FutureTask<>(work);
    Thread thread = new Thread(task, "test-other");
    thread.setDaemon(true);
    thread.start();
    return task;
  }

  /** With a session that outlives a standstill of a loaded machine: a holder is to stay one. */
  private static Backend open(String client, Map<String, String> settings) {
    Map<String, String> longest = new HashMap<>(settings);
    longest.put("session-timeout", "10s");
    var config = BackendConfig.of("zookeeper", client, new ZooKeeperBackendProvider(), longest);
    return new ZooKeeperBackendProvider().open(config);
  }

  private static Map<String, String> at(TcpProxy proxy) {
    return Records.with(server, Map.of("connect", TestEnsemble.at(proxy.port())));
  }

  private static LockProvider locks(Backend backend) {
    return backend.locks().orElseThrow();
  }
}
