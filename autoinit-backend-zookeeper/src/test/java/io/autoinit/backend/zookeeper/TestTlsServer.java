package io.autoinit.backend.zookeeper;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import org.apache.zookeeper.server.NettyServerCnxnFactory;
import org.apache.zookeeper.server.ServerCnxnFactory;
import org.apache.zookeeper.server.ZooKeeperServer;
import org.apache.zookeeper.server.auth.ProviderRegistry;
import org.apache.zookeeper.server.auth.X509AuthenticationProvider;

/**
 * A server in this JVM with a port for TLS. It reads how from the properties of the JVM, anew at
 * each connection; clients must not.
 */
final class TestTlsServer implements AutoCloseable {

  private static final String FACTORY = "zookeeper.serverCnxnFactory";
  private static final String AUTHENTICATION = "zookeeper.ssl.clientAuth";
  private static final String KEYS = "zookeeper.ssl.keyStore.location";

  private final Certificates certificates;
  private final Map<String, String> properties;
  private final ServerCnxnFactory secure;

  TestTlsServer(Path data, Certificates certificates, String trusted)
      throws IOException, InterruptedException {
    this.certificates = certificates;
    this.properties =
        Map.of(
            FACTORY,
            NettyServerCnxnFactory.class.getName(),
            KEYS,
            "",
            "zookeeper.ssl.keyStore.type",
            "PKCS12",
            "zookeeper.ssl.keyStore.password",
            Certificates.PASSWORD,
            "zookeeper.ssl.trustStore.location",
            certificates.certificate(trusted).toString(),
            "zookeeper.ssl.trustStore.type",
            "PEM",
            "zookeeper.ssl.clientHostnameVerification",
            "false",
            AUTHENTICATION,
            "none",
            "zookeeper.authProvider.x509",
            X509AuthenticationProvider.class.getName());
    properties.forEach(System::setProperty);
    ProviderRegistry.reset();
    secure = ServerCnxnFactory.createFactory();
    secure.configure(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0, -1, true);
    System.clearProperty(FACTORY);
    ZooKeeperServer server =
        new ZooKeeperServer(data.toFile(), data.toFile(), TestEnsemble.TICK_MILLIS);
    secure.startup(server);
  }

  /** From the next connection on. */
  TestTlsServer shows(String name) {
    System.setProperty(KEYS, certificates.store(name, "PKCS12").toString());
    return this;
  }

  /** From the next connection on: {@code none} or {@code need}. */
  TestTlsServer certificatesOfClients(String how) {
    System.setProperty(AUTHENTICATION, how);
    return this;
  }

  int port() {
    return secure.getLocalPort();
  }

  @Override
  public void close() {
    secure.shutdown();
    properties.keySet().forEach(System::clearProperty);
    ProviderRegistry.reset();
  }
}
