package com.example.locktable;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.autoinit.ConfigurationException;
import io.autoinit.Namespace;
import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendConfig;
import io.autoinit.spi.BackendProvider;
import io.autoinit.spi.BackendRefusedException;
import io.autoinit.spi.LockName;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What is this backend's own and in no contract: its wording, and who holds a lock. */
class LockTableErrorsTest {

  private static final LockName NAME = LockName.infrastructure(new Namespace("shop"));

  private static Backend open(Map<String, String> values) {
    BackendProvider provider = new LockTableBackendProvider();
    return provider.open(BackendConfig.of("locks", "host-1", provider, values));
  }

  @Test
  void a_database_without_a_driver_is_refused_with_the_way_out() {
    try (Backend lost = open(Map.of("url", "jdbc:nowhere:db"))) {
      BackendRefusedException refused =
          assertThrows(
              BackendRefusedException.class,
              () -> lost.locks().orElseThrow().tryAcquire(NAME, Duration.ofMinutes(1)));
      assertTrue(refused.getMessage().contains("AUTOINIT_CLASSPATH"), refused.getMessage());
    }
  }

  @Test
  void a_url_of_something_else_is_found_before_anything_is_opened() {
    ConfigurationException wrong =
        assertThrows(ConfigurationException.class, () -> open(Map.of("url", "postgres://db")));
    assertTrue(wrong.getMessage().contains("autoinit.backends.locks.url must begin with jdbc:"));
  }

  @Test
  void the_holder_of_a_lock_is_told_to_who_asks() {
    String url = "jdbc:h2:mem:" + UUID.randomUUID();
    try (Backend backend = open(Map.of("url", url))) {
      var locks = backend.locks().orElseThrow();
      assertTrue(locks.holder(NAME).isEmpty());
      assertTrue(locks.tryAcquire(NAME, Duration.ofMinutes(1)).isPresent());
      assertEquals("host-1", locks.holder(NAME).orElseThrow());
    }
  }
}
