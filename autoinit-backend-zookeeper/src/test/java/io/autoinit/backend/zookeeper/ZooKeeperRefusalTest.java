package io.autoinit.backend.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendRefusedException;
import io.autoinit.spi.BackendUnavailableException;
import io.autoinit.spi.LockName;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.zookeeper.KeeperException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What servers refuse, and what they keep from others. */
class ZooKeeperRefusalTest {

  private static final int FEW = 3;

  private static TestEnsemble server;

  private final LockName name = Records.freshLock();

  @BeforeAll
  static void start() {
    server = TestEnsemble.start(FEW);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  @DisplayName("BACKEND-3 a wrong password is refused, naming the settings and not the password")
  void aWrongPasswordIsRefused() {
    acquireAs(Map.of("root", "/theirs", "user", "app", "password", "right-one"));
    assertRefused(
        Map.of("root", "/theirs", "user", "app", "password", "wr0ng-one"),
        "gives the user no access to /theirs",
        "autoinit.backends.zookeeper.user, autoinit.backends.zookeeper.password");
    assertRefused(
        Map.of("root", "/theirs"),
        "gives nobody access to /theirs without a user",
        "set autoinit.backends.zookeeper.user and autoinit.backends.zookeeper.password");
  }

  @Test
  void whatAUserWritesIsForThatUserAlone() {
    acquireAs(Map.of("root", "/closed", "user", "app", "password", "right-one"));
    String lock = "/closed/locks/" + name.namespace() + "/infrastructure";
    assertThatThrownBy(() -> server.asking(zk -> zk.getData(lock, false, null)))
        .hasCauseInstanceOf(KeeperException.NoAuthException.class);
    acquireAs(Map.of("root", "/open"));
    String open = "/open/locks/" + name.namespace() + "/infrastructure";
    byte[] token = server.asking(zk -> zk.getData(open, false, null));
    assertThat(token).isNotEmpty();
  }

  @Test
  void aChrootIsMadeAndKeptTo() {
    acquireAs(Map.of("connect", server.connect() + "/shops/one"));
    String lock = "/shops/one/autoinit/locks/" + name.namespace() + "/infrastructure";
    boolean there = server.asking(zk -> zk.exists(lock, false) != null);
    assertThat(there).isTrue();
    // Another chroot, another lock.
    try (Backend one = open(Map.of("connect", server.connect() + "/shops/one"));
        Backend two = open(Map.of("connect", server.connect() + "/shops/two"))) {
      assertThat(one.locks().orElseThrow().tryAcquire(name, Records.LONG)).isPresent();
      assertThat(two.locks().orElseThrow().tryAcquire(name, Records.LONG)).isPresent();
    }
  }

  @Test
  @DisplayName("BACKEND-3 too many connections from one address: the message names the limit")
  void tooManyConnections() {
    List<Backend> many = new ArrayList<>();
    try {
      for (int i = 0; i < FEW; i++) {
        Backend backend = open(Map.of());
        many.add(backend);
        backend.locks().orElseThrow().tryAcquire(Records.freshLock(), Records.LONG);
      }
      try (Backend last = open(Map.of("connect-timeout", "1s"))) {
        assertThatThrownBy(() -> last.locks().orElseThrow().tryAcquire(name, Records.LONG))
            .isInstanceOf(BackendUnavailableException.class)
            .hasMessageContaining("raise its maxClientCnxns");
      }
    } finally {
      many.forEach(Backend::close);
    }
  }

  @Test
  @DisplayName("BACKEND-3 a server that is not there, or is no ZooKeeper, is told as such")
  void whoIsNotThere() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 9, InetAddress.getLoopbackAddress())) {
      assertUnavailable(silent.getLocalPort(), "it gave no session in time", "connect-timeout");
    }
    assertUnavailable(1, "Connection refused", "connect");
  }

  @Test
  void aTimeoutThatTheServersDoNotGiveIsWarnedAbout() {
    try (Backend longer = open(Map.of("session-timeout", "1m"));
        Backend fitting = open(Map.of())) {
      assertThat(longer.warnings())
          .singleElement()
          .asString()
          .contains(
              "for 10000 ms, not the 60000 ms of autoinit.backends.zookeeper.session-timeout");
      assertThat(fitting.warnings()).isEmpty();
    }
  }

  private static void assertUnavailable(int port, String message, String setting) {
    try (Backend backend =
        open(Map.of("connect", TestEnsemble.at(port), "connect-timeout", "500ms"))) {
      assertThatThrownBy(() -> backend.readiness().orElseThrow().find(Records.freshRun()))
          .isInstanceOf(BackendUnavailableException.class)
          .hasMessageContaining(message)
          .hasMessageEndingWith("(autoinit.backends.zookeeper." + setting + ")");
    }
  }

  private void assertRefused(Map<String, String> settings, String... messages) {
    try (Backend backend = open(settings)) {
      assertThatThrownBy(() -> backend.locks().orElseThrow().tryAcquire(name, Records.LONG))
          .isInstanceOf(BackendRefusedException.class)
          .hasMessageContainingAll(messages)
          .hasMessageNotContaining("wr0ng");
      assertThatThrownBy(
              () -> backend.readiness().orElseThrow().publish(Records.ready(Records.freshRun(), 1)))
          .isInstanceOf(BackendRefusedException.class);
    }
  }

  private void acquireAs(Map<String, String> settings) {
    try (Backend backend = open(settings)) {
      assertThat(backend.locks().orElseThrow().tryAcquire(name, Records.LONG)).isPresent();
    }
  }

  private static Backend open(Map<String, String> others) {
    return Records.open(Records.with(server, others));
  }
}
