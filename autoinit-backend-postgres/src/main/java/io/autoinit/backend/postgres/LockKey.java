package io.autoinit.backend.postgres;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Keys of advisory locks, which are one space for everybody in a database. */
final class LockKey {

  private LockKey() {}

  /** The first 8 bytes of the SHA-256 of the full name, so that nobody else meets it by chance. */
  static long of(String schema, String name) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest(("autoinit:" + schema + ":" + name).getBytes(StandardCharsets.UTF_8));
      return ByteBuffer.wrap(hash).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
