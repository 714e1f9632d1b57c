package io.autoinit.backend.redis;

import io.autoinit.spi.BackendRefusedException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import redis.clients.jedis.SslOptions;
import redis.clients.jedis.SslVerifyMode;

/**
 * Whom to trust in TLS: what the JVM trusts, or the certificates of a PEM file and no other. The
 * name in the certificate is always checked.
 */
final class RedisTrust {

  private static final String STORE_TYPE = "PKCS12";

  private RedisTrust() {}

  static SslOptions of(RedisSettings settings) {
    SslOptions.Builder options = SslOptions.builder().sslVerifyMode(SslVerifyMode.FULL);
    if (settings.caFile().isPresent()) {
      char[] password = "public".toCharArray();
      byte[] store = store(settings.caFile().get(), password, settings);
      options
          .trustStoreType(STORE_TYPE)
          .truststore(() -> new ByteArrayInputStream(store), password);
    }
    return options.build();
  }

  private static byte[] store(Path caFile, char[] password, RedisSettings settings) {
    try (InputStream pem = Files.newInputStream(caFile)) {
      KeyStore store = KeyStore.getInstance(STORE_TYPE);
      store.load(null, null);
      int count = 0;
      for (Certificate certificate :
          CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
        store.setCertificateEntry("ca-" + count++, certificate);
      }
      if (count == 0) {
        throw new GeneralSecurityException("it holds no certificate");
      }
      var bytes = new ByteArrayOutputStream();
      store.store(bytes, password);
      return bytes.toByteArray();
    } catch (IOException | GeneralSecurityException e) {
      throw new BackendRefusedException(
          "%s: cannot read the certificates of %s: %s"
              .formatted(settings.key(RedisSettings.CA_FILE), caFile, e.getMessage()),
          e);
    }
  }
}
