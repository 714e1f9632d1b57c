package io.autoinit.backend.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.autoinit.servers.TestRedis;
import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendRefusedException;
import io.autoinit.spi.BackendUnavailableException;
import io.autoinit.spi.Hint;
import io.autoinit.spi.ReadinessStore;
import io.autoinit.spi.RunKey;
import io.autoinit.spi.Watch;
import io.autoinit.tck.TcpProxy;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS, ended by a wire in front of the server. */
class RedisTlsTest {

  private static final char[] PASSWORD = "changeit".toCharArray();

  private static Path directory;

  private final TestRedis redis = TestRedis.shared();
  private final RunKey run = Redises.freshRun();

  @BeforeAll
  static void makeCertificates(@TempDir Path temporary) throws Exception {
    directory = temporary;
    makeCertificate("right", "ip:127.0.0.1");
    makeCertificate("wrong-name", "dns:other.example");
  }

  private static void makeCertificate(String name, String alternative) throws Exception {
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                // Quick to start, and the password of a test need not be hard to guess.
                "-J-XX:TieredStopAtLevel=1",
                "-J-XX:+UseSerialGC",
                "-J-Dkeystore.pkcs12.macIterationCount=1",
                "-J-Dkeystore.pkcs12.keyPbeIterationCount=1",
                "-J-Dkeystore.pkcs12.certPbeIterationCount=1",
                "-genkeypair",
                "-keyalg",
                "EC",
                "-alias",
                name,
                "-dname",
                "CN=" + name,
                "-ext",
                "san=" + alternative,
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-keystore",
                directory.resolve(name + ".p12").toString(),
                "-storepass",
                new String(PASSWORD))
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve(name + ".log").toFile())
            .start();
    assertThat(keytool.waitFor()).isZero();
    byte[] certificate = keys(name).getCertificate(name).getEncoded();
    Files.writeString(
        directory.resolve(name + ".pem"),
        "-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n"
            .formatted(Base64.getMimeEncoder().encodeToString(certificate)));
  }

  private static KeyStore keys(String name) throws Exception {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(directory.resolve(name + ".p12"))) {
      keys.load(in, PASSWORD);
    }
    return keys;
  }

  private TcpProxy tlsProxy(String name) throws Exception {
    var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys(name), PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    ServerSocket socket =
        context
            .getServerSocketFactory()
            .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    return TcpProxy.behind(socket, redis.host(), redis.port());
  }

  @Test
  void everythingGoesOverTls() throws Exception {
    BlockingQueue<Hint> hints = new LinkedBlockingQueue<>();
    try (TcpProxy proxy = tlsProxy("right");
        Backend backend = Redises.open(settings(proxy, "right"))) {
      ReadinessStore store = backend.readiness().orElseThrow();
      try (Watch watch = store.watch(run, hints::add)) {
        assertThat(store.publish(Redises.ready(run, 1))).isTrue();
        assertThat(hints.poll(10, TimeUnit.SECONDS)).isEqualTo(Hint.CHANGED);
        assertThat(watch).isNotNull();
      }
      try (var lease =
          backend
              .locks()
              .orElseThrow()
              .tryAcquire(Redises.freshLock(), Redises.LONG)
              .orElseThrow()) {
        assertThat(lease.renew()).isTrue();
      }
    }
  }

  @Test
  @DisplayName("BACKEND-3 a certificate that is not trusted is refused, naming the setting")
  void aCertificateThatIsNotTrusted() throws Exception {
    try (TcpProxy proxy = tlsProxy("right");
        Backend trustingTheJvm = Redises.open(Map.of("url", "rediss://127.0.0.1:" + proxy.port()));
        Backend trustingAnother = Redises.open(settings(proxy, "wrong-name"))) {
      assertRefused(trustingTheJvm, "autoinit.backends.redis.ca-file");
      assertRefused(trustingAnother, "autoinit.backends.redis.ca-file");
    }
  }

  @Test
  @DisplayName("BACKEND-3 a certificate for another name is refused, also if it is trusted")
  void aCertificateForAnotherName() throws Exception {
    try (TcpProxy proxy = tlsProxy("wrong-name");
        Backend backend = Redises.open(settings(proxy, "wrong-name"))) {
      assertRefused(backend, "shows a certificate that is not trusted for its name");
    }
  }

  @Test
  @DisplayName("BACKEND-3 a server without TLS is told of, with the way out")
  void aServerWithoutTls() {
    Map<String, String> settings =
        Map.of(
            "url",
            "rediss://%s:%d".formatted(redis.host(), redis.port()),
            "connect-timeout",
            "500ms",
            "command-timeout",
            "500ms");
    try (Backend backend = Redises.open(settings)) {
      assertThatThrownBy(() -> backend.readiness().orElseThrow().find(run))
          .isInstanceOf(BackendUnavailableException.class)
          .hasMessageContaining("if it does not talk TLS there, write redis://");
    }
  }

  @Test
  @DisplayName("BACKEND-3 a file without certificates is refused, naming the setting")
  void aFileWithoutCertificates() throws Exception {
    Path empty = Files.writeString(directory.resolve("empty.pem"), "nothing\n");
    try (Backend backend =
        Redises.open(Map.of("url", "rediss://127.0.0.1", "ca-file", empty.toString()))) {
      assertRefused(backend, "autoinit.backends.redis.ca-file: cannot read the certificates");
      assertThatThrownBy(() -> backend.readiness().orElseThrow().watch(run, hint -> {}))
          .isInstanceOf(BackendRefusedException.class)
          .hasMessageContaining("autoinit.backends.redis.ca-file");
    }
  }

  private void assertRefused(Backend backend, String expected) {
    assertThatThrownBy(() -> backend.readiness().orElseThrow().find(run))
        .isInstanceOf(BackendRefusedException.class)
        .hasMessageContaining(expected);
  }

  private static Map<String, String> settings(TcpProxy proxy, String trusted) {
    return Map.of(
        "url",
        "rediss://127.0.0.1:" + proxy.port(),
        "ca-file",
        directory.resolve(trusted + ".pem").toString());
  }
}
