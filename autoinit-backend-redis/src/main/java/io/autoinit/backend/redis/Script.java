package io.autoinit.backend.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/**
 * What the server does in one atomic step. Each has one key, so that it runs in a cluster, and
 * knows no command newer than Redis 6.2.
 */
enum Script {
  LOCK_ACQUIRE,
  LOCK_RENEW,
  LOCK_RELEASE,
  LOCK_HOLDER,
  LOCK_REVOKE,
  READINESS_FIND,
  READINESS_PUBLISH,
  READINESS_CLAIM,
  READINESS_CLEAR;

  private final String text;
  private final String digest;

  Script() {
    String file = name().toLowerCase(Locale.ROOT).replace('_', '-') + ".lua";
    try (InputStream in = Script.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException("the script " + file + " is missing in the jar");
      }
      byte[] bytes = in.readAllBytes();
      text = new String(bytes, StandardCharsets.UTF_8);
      digest = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  String text() {
    return text;
  }

  /** The name under which the server keeps the script. */
  String digest() {
    return digest;
  }
}
