package io.autoinit.core.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.autoinit.Namespace;
import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendConfig;
import io.autoinit.spi.Lease;
import io.autoinit.spi.LockName;
import java.io.StringWriter;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which files this JVM has locked is known to all of it, and in nobody's way. */
class JvmLocksTest {

  @TempDir private Path directory = Path.of("");

  @Test
  void theSystemPropertiesCanBeStoredWhileALockIsHeld() throws Exception {
    var provider = new FileBackendProvider();
    var config =
        BackendConfig.of("file", "test", provider, Map.of("marker-dir", directory.toString()));
    try (Backend backend = provider.open(config);
        Lease lease =
            backend
                .locks()
                .orElseThrow()
                .tryAcquire(LockName.infrastructure(Namespace.DEFAULT), Duration.ofMinutes(10))
                .orElseThrow()) {
      assertThat(lease.renew()).isTrue();
      StringWriter stored = new StringWriter();
      System.getProperties().store(stored, null);
      assertThat(stored.toString()).contains("infrastructure.lock");
    }
    assertThat(System.getProperties().stringPropertyNames())
        .noneMatch(name -> name.contains(directory.toString()));
  }

  @Test
  void aFileIsHeldOnceWhateverLoadedTheClass() throws Exception {
    String file = directory.resolve("one").toString();
    URL classes = JvmLocks.class.getProtectionDomain().getCodeSource().getLocation();
    try (var loader =
        new URLClassLoader(new URL[] {classes}, ClassLoader.getPlatformClassLoader())) {
      Class<?> other = loader.loadClass(JvmLocks.class.getName());
      assertThat(other).isNotEqualTo(JvmLocks.class);
      Method enter = other.getDeclaredMethod("enter", String.class, String.class);
      enter.setAccessible(true);
      assertThat(JvmLocks.enter(file, "one")).isTrue();
      try {
        assertThat(enter.invoke(null, file, "two")).isEqualTo(false);
      } finally {
        JvmLocks.leave(file);
      }
      assertThat(enter.invoke(null, file, "two")).isEqualTo(true);
      JvmLocks.leave(file);
    }
  }
}
