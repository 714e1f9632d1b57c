package io.autoinit.backend.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.autoinit.ConfigurationException;
import io.autoinit.Namespace;
import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendConfig;
import io.autoinit.spi.BackendProvider;
import io.autoinit.spi.LockName;
import io.autoinit.spi.Role;
import io.autoinit.spi.Setting;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What is asked of every provider that is there, for the sake of the documentation and of the
 * checks of a configuration, costs no class of Hazelcast: here there is none.
 */
class HazelcastWithoutLibraryTest {

  private BackendProvider provider = new HazelcastBackendProvider();

  @BeforeEach
  void load() throws ReflectiveOperationException {
    Class<?> type = new WithoutLibrary().loadClass(HazelcastBackendProvider.class.getName());
    provider = (BackendProvider) type.getConstructor().newInstance();
    assertThat(type).isNotSameAs(HazelcastBackendProvider.class);
  }

  @Test
  void it_tells_of_itself() {
    assertThat(provider.type()).isEqualTo("hazelcast");
    assertThat(provider.roles()).containsExactlyInAnyOrder(Role.values());
    assertThat(provider.settings())
        .extracting(Setting::name)
        .contains("addresses", "mode", "lock-mode");
  }

  @Test
  void it_checks_a_configuration() {
    assertThat(config(Map.of("addresses", "a:5701")).text("mode")).contains("client");
    assertThat(config(Map.of("mode", "member", "members", "a")).text("port")).contains("5701");
    assertThatThrownBy(() -> config(Map.of("addresses", "a:b", "lock-mode", "raft")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("hazelcast.addresses")
        .hasMessageContaining("hazelcast.lock-mode must be");
  }

  /** Else the others would show nothing. */
  @Test
  void it_does_nothing_without_the_library() {
    BackendConfig config = config(Map.of("addresses", "127.0.0.1:1", "connect-timeout", "1s"));

    assertThatThrownBy(
            () -> {
              try (Backend backend = provider.open(config)) {
                backend
                    .locks()
                    .orElseThrow()
                    .tryAcquire(LockName.infrastructure(Namespace.DEFAULT), Duration.ofSeconds(1));
              }
            })
        .isInstanceOf(NoClassDefFoundError.class)
        .hasMessageContaining("com/hazelcast/");
  }

  private BackendConfig config(Map<String, String> values) {
    return BackendConfig.of("hazelcast", "test", provider, values);
  }

  /** Has the classes of the backend as its own, and knows none of the library. */
  private static final class WithoutLibrary extends ClassLoader {

    private static final String BACKEND = HazelcastBackendProvider.class.getPackageName() + ".";

    WithoutLibrary() {
      super(HazelcastBackendProvider.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (name.startsWith("com.hazelcast.")) {
        throw new ClassNotFoundException(name);
      }
      if (!name.startsWith(BACKEND)) {
        return super.loadClass(name, resolve);
      }
      synchronized (getClassLoadingLock(name)) {
        Class<?> known = findLoadedClass(name);
        return known == null ? defined(name) : known;
      }
    }

    private Class<?> defined(String name) throws ClassNotFoundException {
      String file = name.substring(BACKEND.length()) + ".class";
      try (InputStream in = HazelcastBackendProvider.class.getResourceAsStream(file)) {
        if (in == null) {
          throw new ClassNotFoundException(name);
        }
        byte[] bytes = in.readAllBytes();
        return defineClass(name, bytes, 0, bytes.length);
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
  }
}
