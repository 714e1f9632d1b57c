package io.autoinit.backend.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.List;

/** Keys with certificates that they signed themselves, each in all forms that files have. */
final class Certificates {

  static final String PASSWORD = "open-sesame";

  private final Path directory;

  Certificates(Path directory) {
    this.directory = directory;
  }

  /** Makes a key, and a certificate for a name. */
  Certificates with(String name, String alternative) throws Exception {
    make(name, alternative);
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store(name, "PKCS12"))) {
      keys.load(in, PASSWORD.toCharArray());
    }
    Certificate certificate = keys.getCertificate(name);
    Key key = keys.getKey(name, PASSWORD.toCharArray());
    KeyStore jks = KeyStore.getInstance("JKS");
    jks.load(null, null);
    jks.setKeyEntry(name, key, PASSWORD.toCharArray(), new Certificate[] {certificate});
    save(jks, store(name, "JKS"));
    for (String form : List.of("JKS", "PKCS12")) {
      KeyStore trust = KeyStore.getInstance(form);
      trust.load(null, null);
      trust.setCertificateEntry(name, certificate);
      save(trust, trust(name, form));
    }
    String text = pem("CERTIFICATE", certificate.getEncoded());
    Files.writeString(certificate(name), text);
    Files.writeString(key(name), pem("PRIVATE KEY", key.getEncoded()) + text);
    return this;
  }

  private static void save(KeyStore store, Path file) throws Exception {
    try (OutputStream out = Files.newOutputStream(file)) {
      store.store(out, PASSWORD.toCharArray());
    }
  }

  private void make(String name, String alternative) throws Exception {
    List<String> command =
        List.of(
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
            store(name, "PKCS12").toString(),
            "-storepass",
            PASSWORD);
    Path log = directory.resolve(name + ".log");
    Process keytool =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    assertThat(keytool.waitFor()).as(Files.readString(log)).isZero();
  }

  private static String pem(String what, byte[] bytes) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(what, Base64.getMimeEncoder().encodeToString(bytes), what);
  }

  /** With the key; the names of all files tell nothing of their form. */
  Path store(String name, String form) {
    return directory.resolve(name + "-key-" + form);
  }

  Path trust(String name, String form) {
    return directory.resolve(name + "-ca-" + form);
  }

  Path certificate(String name) {
    return directory.resolve(name + ".crt");
  }

  /** A PEM file with both. */
  Path key(String name) {
    return directory.resolve(name + "-key");
  }
}
