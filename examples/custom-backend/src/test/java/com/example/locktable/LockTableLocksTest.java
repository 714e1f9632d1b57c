package com.example.locktable;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.autoinit.ConfigurationException;
import io.autoinit.Namespace;
import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendConfig;
import io.autoinit.spi.BackendProvider;
import io.autoinit.spi.BackendRefusedException;
import io.autoinit.spi.Lease;
import io.autoinit.spi.LockName;
import io.autoinit.spi.LockProvider;
import java.time.Duration;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The rules of locks, on a real database in this JVM. */
class LockTableLocksTest {

  private static final Duration LONG = Duration.ofMinutes(10);
  private static final LockName NAME = LockName.infrastructure(new Namespace("shop"));

  private final String url = "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
  private final Backend first = open(Map.of("url", url));
  private final Backend second = open(Map.of("url", url));

  @AfterEach
  void close() {
    first.close();
    second.close();
  }

  private static BackendProvider provider() {
    return ServiceLoader.load(BackendProvider.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(provider -> provider.type().equals("lock-table"))
        .findFirst()
        .orElseThrow();
  }

  private static Backend open(Map<String, String> values) {
    return provider().open(BackendConfig.of("locks", "test", provider(), values));
  }

  private static LockProvider locks(Backend backend) {
    return backend.locks().orElseThrow();
  }

  @Test
  @DisplayName("LOCK-1: a held lock is given to nobody else, nor to its holder again")
  void oneHolder() {
    assertTrue(locks(first).tryAcquire(NAME, LONG).isPresent());
    assertTrue(locks(first).tryAcquire(NAME, LONG).isEmpty());
    assertTrue(locks(second).tryAcquire(NAME, LONG).isEmpty());
    assertEquals("test", locks(second).holder(NAME).orElseThrow());
  }

  @Test
  @DisplayName("LOCK-2, LOCK-7: a released lock is free at once, and its token grows")
  void tokensGrow() {
    long token = 0;
    for (int i = 0; i < 20; i++) {
      try (Lease lease =
          locks(i % 2 == 0 ? first : second).tryAcquire(NAME, LONG).orElseThrow()) {
        assertTrue(lease.token() > token, lease.token() + " after " + token);
        token = lease.token();
      }
    }
  }

  @Test
  @DisplayName("LOCK-5, LOCK-6: a lease that is not renewed ends, for ever, and releases nobody else's")
  void leasesEnd() throws InterruptedException {
    Lease lost = locks(first).tryAcquire(NAME, Duration.ofMillis(200)).orElseThrow();
    Lease next = await();
    assertTrue(next.token() > lost.token());
    assertFalse(lost.renew());
    lost.close();
    assertTrue(next.renew());
    assertTrue(locks(first).tryAcquire(NAME, LONG).isEmpty());
    next.close();
    assertFalse(lost.renew());
  }

  private Lease await() throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (System.nanoTime() < deadline) {
      var lease = locks(second).tryAcquire(NAME, LONG);
      if (lease.isPresent()) {
        return lease.get();
      }
      Thread.sleep(20);
    }
    throw new AssertionError("the lease did not end");
  }

  @Test
  @DisplayName("LOCK-8: other names are other locks")
  void namesAreSeparate() {
    assertTrue(locks(first).tryAcquire(NAME, LONG).isPresent());
    LockName other = LockName.infrastructure(new Namespace("mail"));
    assertTrue(locks(second).tryAcquire(other, LONG).isPresent());
  }

  @Test
  @DisplayName("BACKEND-2: a backend that is closed releases its leases")
  void closingReleases() {
    assertTrue(locks(first).tryAcquire(NAME, LONG).isPresent());
    first.close();
    assertTrue(locks(second).tryAcquire(NAME, LONG).isPresent());
    assertThrows(IllegalStateException.class, () -> locks(first).tryAcquire(NAME, LONG));
  }

  @Test
  @DisplayName("BACKEND-3: a wrong password is refused for good, by the name of its setting")
  void wrongPassword() {
    assertTrue(locks(first).tryAcquire(NAME, LONG).isPresent());
    try (Backend intruder = open(Map.of("url", url, "password", "hunter2"))) {
      BackendRefusedException refused =
          assertThrows(
              BackendRefusedException.class, () -> locks(intruder).tryAcquire(NAME, LONG));
      assertTrue(refused.getMessage().contains("autoinit.backends.locks.password"));
      assertFalse(refused.getMessage().contains("hunter2"));
    }
  }

  @Test
  @DisplayName("BACKEND-3: a database without a driver is refused, with the way out")
  void noDriver() {
    try (Backend lost = open(Map.of("url", "jdbc:nowhere:db"))) {
      BackendRefusedException refused =
          assertThrows(BackendRefusedException.class, () -> locks(lost).tryAcquire(NAME, LONG));
      assertTrue(refused.getMessage().contains("AUTOINIT_CLASSPATH"), refused.getMessage());
    }
  }

  @Test
  @DisplayName("BACKEND-4: misspelt and wrong settings are refused")
  void wrongSettings() {
    assertThrows(ConfigurationException.class, () -> open(Map.of("ulr", url)));
    assertThrows(ConfigurationException.class, () -> open(Map.of("url", "postgres://db")));
  }
}
