package io.autoinit.backend.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendRefusedException;
import io.autoinit.spi.LockName;
import io.autoinit.spi.Readiness;
import io.autoinit.spi.RunKey;
import java.util.HashMap;
import java.util.Map;
import javax.security.auth.login.Configuration;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.server.auth.ProviderRegistry;
import org.apache.zookeeper.server.auth.SASLAuthenticationProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** SASL (DIGEST-MD5), as sections of a JAAS configuration say, one for each client. */
class ZooKeeperSaslTest {

  private static final String PROVIDER = "zookeeper.authProvider.sasl";

  private static TestEnsemble server;

  private final LockName name = Records.freshLock();
  private final RunKey run = new RunKey(name.namespace(), Records.freshRun().runId());

  @BeforeAll
  static void start() {
    Configuration.setConfiguration(
        new JaasSections()
            .with("Server", Map.of("user_app", "right-one", "user_other", "other-one"))
            .client("Client", "app", "right-one")
            .client("Other", "other", "other-one")
            .client("Wrong", "app", "wr0ng-one"));
    System.setProperty(PROVIDER, SASLAuthenticationProvider.class.getName());
    ProviderRegistry.reset();
    server = TestEnsemble.start();
  }

  @AfterAll
  static void stop() {
    server.close();
    Configuration.setConfiguration(null);
    System.clearProperty(PROVIDER);
    ProviderRegistry.reset();
  }

  @Test
  void whatOneIdentityWritesIsForThatOneAlone() {
    String root = "/" + name.namespace();
    try (Backend backend = open(Map.of("root", root));
        Backend again = open(Map.of("root", root, "sasl-section", "Client"))) {
      assertThat(backend.locks().orElseThrow().tryAcquire(name, Records.LONG)).isPresent();
      Readiness running = Records.running(run, 1, "1 %");
      assertThat(backend.readiness().orElseThrow().publish(running)).isTrue();
      assertThat(again.readiness().orElseThrow().find(run).orElseThrow().value())
          .isEqualTo(running);
    }
    String record = root + "/readiness/" + run.namespace() + "/" + run.runId();
    assertThatThrownBy(() -> server.asking(zk -> zk.getData(record, false, null)))
        .hasCauseInstanceOf(KeeperException.NoAuthException.class);
    assertThatThrownBy(() -> server.asking(zk -> zk.setData(record, new byte[0], -1)))
        .hasCauseInstanceOf(KeeperException.NoAuthException.class);
    try (Backend other = open(Map.of("root", root, "sasl-section", "Other"))) {
      assertRefused(() -> other.readiness().orElseThrow().find(run), "Other");
      assertRefused(() -> other.readiness().orElseThrow().publish(Records.ready(run, 9)), "Other");
      assertRefused(
          () -> other.locks().orElseThrow().tryAcquire(Records.freshLock(), Records.LONG), "Other");
      assertRefused(() -> other.readiness().orElseThrow().clear(run), "Other");
    }
    try (Backend nobody = open(Map.of("root", root, "sasl", "false"))) {
      assertThatThrownBy(() -> nobody.readiness().orElseThrow().find(run))
          .isInstanceOf(BackendRefusedException.class)
          .hasMessageContaining("gives nobody access to " + root);
    }
  }

  @Test
  @DisplayName("BACKEND-3 a wrong password is refused for good, naming the settings")
  void aWrongPasswordIsRefused() {
    try (Backend backend = open(Map.of("sasl-section", "Wrong"))) {
      for (int i = 0; i < 2; i++) {
        assertRefused(() -> backend.readiness().orElseThrow().find(run), "Wrong");
      }
    }
  }

  @Test
  @DisplayName("BACKEND-3 a section that is not there is refused: nothing goes on without it")
  void aMissingSectionIsRefused() {
    try (Backend backend = open(Map.of("sasl-section", "Nowhere"))) {
      assertRefused(() -> backend.readiness().orElseThrow().find(run), "Nowhere");
    }
  }

  private static void assertRefused(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable attempt, String section) {
    assertThatThrownBy(attempt)
        .isInstanceOf(BackendRefusedException.class)
        .hasMessageContainingAll(
            "the JAAS section " + section,
            "(autoinit.backends.zookeeper.sasl, autoinit.backends.zookeeper.sasl-section)")
        .hasMessageNotContaining("wr0ng");
  }

  private static Backend open(Map<String, String> others) {
    Map<String, String> settings = new HashMap<>(Map.of("sasl", "true"));
    settings.putAll(others);
    return Records.open(Records.with(server, settings));
  }
}
