package io.autoinit.backend.zookeeper;

import io.autoinit.spi.BackendRefusedException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509KeyManager;
import javax.net.ssl.X509TrustManager;
import org.apache.zookeeper.ClientCnxnSocketNIO;
import org.apache.zookeeper.ClientCnxnSocketNetty;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.common.ClientX509Util;
import org.apache.zookeeper.common.X509Exception;
import org.apache.zookeeper.common.X509Util;

/**
 * Whom to trust in TLS and how to prove who this is: what the settings say, and nothing that the
 * properties of the JVM say of it to others. Read when it is made, because the library would only
 * log what is wrong with a file.
 *
 * @param trust empty: what the JVM trusts
 * @param key empty: none is shown
 */
record ZooKeeperTls(
    boolean sasl,
    Optional<ZooKeeperSettings.Tls> told,
    Optional<X509TrustManager> trust,
    Optional<X509KeyManager> key) {

  private static final int JKS_MAGIC = 0xFEEDFEED;

  /**
   * Reads the files.
   *
   * @throws BackendRefusedException if one is not as it must be
   */
  static ZooKeeperTls of(ZooKeeperSettings settings) {
    Optional<ZooKeeperSettings.Tls> tls = settings.tls();
    return new ZooKeeperTls(
        settings.saslSection().isPresent(),
        tls,
        tls.flatMap(ZooKeeperSettings.Tls::caFile).map(file -> trust(file, settings)),
        tls.flatMap(ZooKeeperSettings.Tls::keyFile).map(file -> key(file, settings)));
  }

  private static X509TrustManager trust(Path file, ZooKeeperSettings settings) {
    String password = settings.tls().flatMap(ZooKeeperSettings.Tls::caPassword).orElse("");
    try {
      X509TrustManager trust =
          X509Util.createTrustManager(
              file.toString(), password, form(file), false, false, false, false, false, true);
      if (trust.getAcceptedIssuers().length == 0) {
        throw new IOException("it holds no certificate");
      }
      return trust;
    } catch (IOException | X509Exception e) {
      throw unreadable(
          settings,
          file,
          "a PEM file with certificates",
          ZooKeeperSettings.CA_FILE,
          ZooKeeperSettings.CA_PASSWORD,
          e);
    }
  }

  private static X509KeyManager key(Path file, ZooKeeperSettings settings) {
    String password = settings.tls().flatMap(ZooKeeperSettings.Tls::keyPassword).orElse("");
    try {
      return X509Util.createKeyManager(file.toString(), password, form(file));
    } catch (IOException | X509Exception e) {
      throw unreadable(
          settings,
          file,
          "one PEM file with the key (PKCS#8) and its certificates",
          ZooKeeperSettings.KEY_FILE,
          ZooKeeperSettings.KEY_PASSWORD,
          e);
    }
  }

  private static BackendRefusedException unreadable(
      ZooKeeperSettings settings,
      Path file,
      String pem,
      String setting,
      String password,
      Exception thrown) {
    Throwable deepest = thrown;
    while (deepest.getCause() != null) {
      deepest = deepest.getCause();
    }
    String why = deepest.getMessage() == null ? deepest.toString() : deepest.getMessage();
    return new BackendRefusedException(
        "%s: cannot read %s: %s; it must be %s, or a PKCS12 or JKS store with its %s"
            .formatted(settings.key(setting), file, why, pem, settings.key(password)),
        thrown);
  }

  /** By what a file holds: mounted secrets have names of their own. */
  private static String form(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] start = in.readNBytes(4);
      if (start.length == 4 && java.nio.ByteBuffer.wrap(start).getInt() == JKS_MAGIC) {
        return "JKS";
      }
      // What follows is of the form that PKCS12 begins with, or text.
      return start.length > 0 && start[0] == 0x30 ? "PKCS12" : "PEM";
    }
  }

  /** Tells the library, and takes back what the properties of the JVM told it. */
  void configure(ZKClientConfig config) {
    Class<?> socket = told.isPresent() ? ClientCnxnSocketNetty.class : ClientCnxnSocketNIO.class;
    config.setProperty(ZKClientConfig.ZOOKEEPER_CLIENT_CNXN_SOCKET, socket.getName());
    config.setProperty(ZKClientConfig.SECURE_CLIENT, Boolean.toString(told.isPresent()));
    if (sasl && config.getProperty(X509Util.FIPS_MODE_PROPERTY) == null) {
      // The library knows no DIGEST-MD5 otherwise.
      config.setProperty(X509Util.FIPS_MODE_PROPERTY, "false");
    }
    if (told.isEmpty()) {
      return;
    }
    ZooKeeperSettings.Tls tls = told.get();
    try (ClientX509Util names = new ClientX509Util()) {
      config.setProperty(names.getSslProviderProperty(), "JDK");
      config.setProperty(names.getSslTruststoreLocationProperty(), text(tls.caFile()));
      config.setProperty(names.getSslTruststoreTypeProperty(), formOf(tls.caFile()));
      config.setProperty(names.getSslTruststorePasswdProperty(), tls.caPassword().orElse(""));
      config.setProperty(names.getSslTruststorePasswdPathProperty(), "");
      config.setProperty(names.getSslKeystoreLocationProperty(), text(tls.keyFile()));
      config.setProperty(names.getSslKeystoreTypeProperty(), formOf(tls.keyFile()));
      config.setProperty(names.getSslKeystorePasswdProperty(), tls.keyPassword().orElse(""));
      config.setProperty(names.getSslKeystorePasswdPathProperty(), "");
      config.setProperty(
          names.getSslHostnameVerificationEnabledProperty(), Boolean.toString(tls.verifyHost()));
      config.setProperty(names.getSslAllowReverseDnsLookupProperty(), "false");
    }
  }

  private static String text(Optional<Path> file) {
    return file.map(Path::toString).orElse("");
  }

  private static String formOf(Optional<Path> file) {
    if (file.isEmpty()) {
      return "";
    }
    try {
      return form(file.get());
    } catch (IOException e) {
      // It was read a moment ago.
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** The same for a socket of our own. */
  SSLContext context() throws GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(
        key.map(k -> new KeyManager[] {k}).orElse(new KeyManager[0]),
        trust.map(t -> new TrustManager[] {t}).orElse(null),
        null);
    return context;
  }

  /** Shows no secret. */
  @Override
  public String toString() {
    return "ZooKeeperTls[" + told + "]";
  }
}
