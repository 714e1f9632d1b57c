package io.autoinit.backend.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;

import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendException;
import io.autoinit.spi.BackendRefusedException;
import io.autoinit.spi.Hint;
import io.autoinit.spi.Lease;
import io.autoinit.spi.ReadinessStore;
import io.autoinit.spi.RunKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.security.auth.login.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS, by a server that talks nothing else. */
class ZooKeeperTlsTest {

  private static final String CA_FILE = "autoinit.backends.zookeeper.ca-file";
  private static final String KEY_FILE = "autoinit.backends.zookeeper.key-file";

  private static Path directory;
  private static Certificates certificates;
  private static TestTlsServer server;

  private final RunKey run = Records.freshRun();

  @BeforeAll
  static void start(@TempDir Path temporary) throws Exception {
    directory = temporary;
    certificates =
        new Certificates(temporary)
            .with("right", "ip:127.0.0.1")
            .with("wrong-name", "dns:other.example")
            .with("client", "dns:client.example")
            .with("stranger", "dns:stranger.example");
    server =
        new TestTlsServer(Files.createDirectory(temporary.resolve("data")), certificates, "client");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void showTheRightOne() {
    server.shows("right").certificatesOfClients("none");
  }

  @Test
  void everythingGoesOverTls() throws Exception {
    BlockingQueue<Hint> hints = new LinkedBlockingQueue<>();
    try (Backend backend = open(trusting("right"))) {
      ReadinessStore store = backend.readiness().orElseThrow();
      store.watch(run, hints::add);
      assertThat(store.publish(Records.ready(run, 1))).isTrue();
      assertThat(hints.poll(30, TimeUnit.SECONDS)).isEqualTo(Hint.CHANGED);
      Lease lease =
          backend.locks().orElseThrow().tryAcquire(Records.freshLock(), Records.LONG).orElseThrow();
      assertThat(lease.renew()).isTrue();
      lease.close();
    }
  }

  @Test
  void everyFormOfFileIsRead() {
    server.certificatesOfClients("need");
    assertWorks(
        Map.of(
            "ca-file", certificates.certificate("right").toString(),
            "key-file", certificates.key("client").toString()));
    for (String form : List.of("PKCS12", "JKS")) {
      assertWorks(
          Map.of(
              "ca-file",
              certificates.trust("right", form).toString(),
              "ca-password",
              Certificates.PASSWORD,
              "key-file",
              certificates.store("client", form).toString(),
              "key-password",
              Certificates.PASSWORD));
    }
  }

  @Test
  @DisplayName("BACKEND-3 a certificate that is not trusted is refused, naming the setting")
  void aCertificateThatIsNotTrusted() {
    assertRefused(Map.of(), "it shows a certificate that is not trusted", CA_FILE);
    assertRefused(trusting("stranger"), "it shows a certificate that is not trusted", CA_FILE);
  }

  @Test
  void propertiesOfTheJvmCountForNothing() {
    String property = "zookeeper.ssl.trustStore.location";
    String before = System.setProperty(property, certificates.certificate("right").toString());
    try {
      assertRefused(Map.of(), "it shows a certificate that is not trusted", CA_FILE);
    } finally {
      System.setProperty(property, String.valueOf(before));
    }
  }

  @Test
  @DisplayName("BACKEND-3 a certificate for another name is refused unless that is allowed")
  void aCertificateForAnotherName() {
    server.shows("wrong-name");
    assertRefused(
        trusting("wrong-name"),
        "it shows a certificate for another name than 127.0.0.1",
        "autoinit.backends.zookeeper.verify-host");
    assertWorks(with(trusting("wrong-name"), Map.of("verify-host", "false")));
  }

  @Test
  @DisplayName("BACKEND-3 a certificate for another name is refused before SASL says anything")
  void aCertificateForAnotherNameAndSasl() {
    server.shows("wrong-name");
    Configuration.setConfiguration(
        new JaasSections().client("Client", "app", Certificates.PASSWORD));
    try {
      assertRefused(
          with(trusting("wrong-name"), Map.of("sasl", "true")),
          "it shows a certificate for another name than 127.0.0.1");
    } finally {
      Configuration.setConfiguration(null);
    }
  }

  @Test
  @DisplayName(
      "BACKEND-3 a server that wants another certificate of its client, naming the setting")
  void aClientThatIsNotTrusted() {
    server.certificatesOfClients("need");
    assertRefused(trusting("right"), "it broke the handshake of TLS off", KEY_FILE);
    assertRefused(
        with(trusting("right"), Map.of("key-file", certificates.key("stranger").toString())),
        "it broke the handshake of TLS off",
        KEY_FILE);
  }

  @Test
  @DisplayName("BACKEND-3 TLS on a port without it is refused, with the way out")
  void aServerWithoutTls() {
    try (TestEnsemble plain = TestEnsemble.start()) {
      assertRefused(
          with(trusting("right"), Map.of("connect", plain.connect())),
          "it does not talk TLS there: name its secureClientPort (autoinit.backends.zookeeper.connect)",
          "autoinit.backends.zookeeper.tls = false");
    }
  }

  @Test
  @DisplayName("BACKEND-3 no TLS on a port with it is refused, with the way out")
  void aServerWithTls() {
    assertRefused(
        Map.of("tls", "false"),
        "it talks TLS there: set autoinit.backends.zookeeper.tls = true",
        "(autoinit.backends.zookeeper.connect)");
  }

  @Test
  @DisplayName("BACKEND-3 files that cannot be read are refused at once, naming the setting")
  void filesThatCannotBeRead() throws Exception {
    Path empty = Files.writeString(directory.resolve("empty.pem"), "nothing\n");
    assertRefused(Map.of("ca-file", empty.toString()), CA_FILE + ": cannot read " + empty);
    assertRefused(Map.of("ca-file", "/nowhere"), CA_FILE + ": cannot read /nowhere");
    assertRefused(Map.of("key-file", empty.toString()), KEY_FILE + ": cannot read " + empty);
    // Without its key.
    String bare = certificates.certificate("client").toString();
    assertRefused(Map.of("key-file", bare), KEY_FILE + ": cannot read " + bare);
    assertRefused(
        Map.of(
            "key-file", certificates.store("client", "PKCS12").toString(), "key-password", "wr0ng"),
        KEY_FILE + ": cannot read ",
        "with its autoinit.backends.zookeeper.key-password");
    assertRefused(
        Map.of("ca-file", certificates.trust("right", "JKS").toString(), "ca-password", "wr0ng"),
        CA_FILE + ": cannot read ",
        "with its autoinit.backends.zookeeper.ca-password");
  }

  @Test
  @DisplayName("BACKEND-3 one server that shows no certificate to trust is no reason to give up")
  void oneOfTwoServers() {
    try (Backend backend =
        open(
            Map.of(
                "connect",
                "127.0.0.1:1," + TestEnsemble.at(server.port()),
                "connect-timeout",
                "1s"))) {
      assertThat(
              Records.soon(() -> refusal(backend, BackendException.class).contains("not trusted")))
          .isTrue();
      assertThat(refusal(backend, BackendRefusedException.class)).isEmpty();
    }
  }

  @Test
  @DisplayName("BACKEND-2 a closed backend leaves no thread of Netty's")
  void noThreadIsLeft() {
    assertWorks(trusting("right"));
    // Two pools are the server's. That of a client takes its time, some seconds.
    assertThat(Records.soon(() -> pools().size() <= 2)).as("%s", pools()).isTrue();
  }

  private static Set<String> pools() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.contains("EventLoopGroup-"))
        .map(name -> name.substring(0, name.lastIndexOf('-')))
        .collect(Collectors.toSet());
  }

  private void assertWorks(Map<String, String> settings) {
    try (Backend backend = open(settings)) {
      assertThat(backend.readiness().orElseThrow().find(run)).isEmpty();
    }
  }

  /** Not at the first attempt, perhaps: a slow server looks like one that is silent. */
  private void assertRefused(Map<String, String> settings, String... messages) {
    try (Backend backend = open(with(Map.of("connect-timeout", "1s"), settings))) {
      List<String> refusals = new CopyOnWriteArrayList<>();
      assertThat(
              Records.soon(
                  () -> {
                    refusals.add(refusal(backend, BackendRefusedException.class));
                    return !refusals.get(refusals.size() - 1).isEmpty();
                  }))
          .isTrue();
      assertThat(refusals.get(refusals.size() - 1))
          .contains(messages)
          .doesNotContain("wr0ng", Certificates.PASSWORD);
    }
  }

  private String refusal(Backend backend, Class<? extends BackendException> type) {
    try {
      backend.readiness().orElseThrow().find(run);
      return "";
    } catch (BackendException e) {
      return type.isInstance(e) ? e.getMessage() : "";
    }
  }

  private static Map<String, String> trusting(String name) {
    return Map.of("ca-file", certificates.certificate(name).toString());
  }

  private static Map<String, String> with(Map<String, String> one, Map<String, String> other) {
    Map<String, String> both = new HashMap<>(one);
    both.putAll(other);
    return both;
  }

  private static Backend open(Map<String, String> settings) {
    Map<String, String> standard =
        Map.of(
            "connect",
            TestEnsemble.at(server.port()),
            "tls",
            "true",
            "session-timeout",
            TestEnsemble.SESSION,
            "connect-timeout",
            "20s");
    return Records.open(with(standard, settings));
  }
}
