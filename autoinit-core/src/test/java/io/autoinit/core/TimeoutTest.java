package io.autoinit.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendConfig;
import io.autoinit.spi.BackendProvider;
import io.autoinit.spi.BackendUnavailableException;
import io.autoinit.spi.Lease;
import io.autoinit.spi.LockName;
import io.autoinit.spi.LockProvider;
import io.autoinit.spi.MarkerStore;
import io.autoinit.spi.ReadinessStore;
import io.autoinit.spi.Role;
import io.autoinit.tck.InMemoryStore;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A start ends with its timeout, however long a store takes. */
class TimeoutTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(1);

  /** Far below the minute that the store takes, far above the second of grace. */
  private static final Duration SOON = Duration.ofSeconds(20);

  private static InMemoryStore memory = InMemoryStore.builder().build();
  private static volatile String slow = "";
  private static CountDownLatch wake = new CountDownLatch(1);
  private static CountDownLatch slept = new CountDownLatch(1);

  @TempDir private Path directory = Path.of("");
  private URLClassLoader loader = new URLClassLoader(new URL[0]);
  private final ClassLoader usual = Thread.currentThread().getContextClassLoader();

  /** Takes a minute for what it is told to be slow in, then does it. */
  public static final class SleepyProvider implements BackendProvider {
    @Override
    public String type() {
      return "sleepy";
    }

    @Override
    public Set<Role> roles() {
      return EnumSet.allOf(Role.class);
    }

    @Override
    public Backend open(BackendConfig config) {
      sleepIn("open");
      Backend backend = memory.open(config.client());
      return new Backend() {
        @Override
        public Optional<LockProvider> locks() {
          return backend.locks().map(locks -> sleepy(LockProvider.class, locks));
        }

        @Override
        public Optional<ReadinessStore> readiness() {
          return backend.readiness().map(store -> sleepy(ReadinessStore.class, store));
        }

        @Override
        public Optional<MarkerStore> markers() {
          return backend.markers().map(store -> sleepy(MarkerStore.class, store));
        }

        @Override
        public void close() {
          // As one that waits for what is under way.
          sleepIn(slow);
          backend.close();
        }
      };
    }
  }

  private static void sleepIn(String what) {
    if (slow.isEmpty() || !what.equals(slow)) {
      return;
    }
    try {
      boolean unused = wake.await(1, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static <T> T sleepy(Class<T> type, T store) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              boolean sleeps = method.getName().equals(slow);
              sleepIn(method.getName());
              try {
                return method.invoke(store, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              } finally {
                if (sleeps) {
                  slept.countDown();
                }
              }
            }));
  }

  @BeforeEach
  void findTheProvider() throws IOException {
    memory = InMemoryStore.builder().build();
    wake = new CountDownLatch(1);
    slept = new CountDownLatch(1);
    Path services = Files.createDirectories(directory.resolve("classes/META-INF/services"));
    Files.writeString(
        services.resolve(BackendProvider.class.getName()), SleepyProvider.class.getName());
    loader = new URLClassLoader(new URL[] {directory.resolve("classes").toUri().toURL()}, usual);
    Thread.currentThread().setContextClassLoader(loader);
  }

  @AfterEach
  void forgetIt() throws IOException {
    slow = "";
    wake.countDown();
    Thread.currentThread().setContextClassLoader(usual);
    loader.close();
  }

  @Test
  void aStartWhoseStoreDoesNotAnswerEnds() {
    assertEnds("poll");
  }

  @Test
  void aStartWhoseStoreDoesNotOpenEnds() {
    assertEnds("open");
  }

  @Test
  void aStartThatCannotListenEnds() {
    slow = "watch";
    try (AutoInit start = start()) {
      long begun = System.nanoTime();
      assertThat(start.run()).hasSize(2);
      assertThat(since(begun)).isLessThan(SOON);
    }
  }

  @Test
  void aStartThatGetsNoWordOfItsLockEnds() {
    assertEnds("tryAcquire");
  }

  @Test
  void aNodeWhoseMarkerCannotBeReadEnds() {
    try (AutoInit start = start()) {
      long begun = System.nanoTime();
      start.infrastructure();
      slow = "find";
      assertThatThrownBy(start::node)
          .isInstanceOf(BackendUnavailableException.class)
          .hasMessageStartingWith("'sleepy' has not answered");
      assertThat(since(begun)).isLessThan(SOON);
    }
  }

  /** Its holder never hears of it, so nobody would give it back. */
  @Test
  void aLockThatComesTooLateIsGivenBack() throws InterruptedException {
    slow = "tryAcquire";
    try (AutoInit start = start();
        Backend other = memory.open("other")) {
      assertThatThrownBy(start::run).isInstanceOf(BackendUnavailableException.class);
      wake.countDown();
      assertThat(slept.await(20, TimeUnit.SECONDS)).isTrue();

      assertThat(soonFree(other)).isTrue();
    }
  }

  /** Taken back later, it would be a record that was written meanwhile. */
  @Test
  void aRecordThatIsTakenBackIsNotGivenUp() throws InterruptedException {
    try (AutoInit start = start()) {
      start.infrastructure();
      slow = "clear";
      Thread waker = new Thread(TimeoutTest::wakeAfterTheTimeout, "waker");
      waker.start();

      assertThat(start.clearReady()).isTrue();

      waker.join();
      assertThat(start.readiness()).isEmpty();
    }
  }

  private static void wakeAfterTheTimeout() {
    try {
      Thread.sleep(TIMEOUT.multipliedBy(4).toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    wake.countDown();
  }

  private static boolean soonFree(Backend other) throws InterruptedException {
    LockName name = LockName.infrastructure(io.autoinit.Namespace.DEFAULT);
    long begun = System.nanoTime();
    while (since(begun).compareTo(SOON) < 0) {
      Optional<Lease> lease = other.locks().orElseThrow().tryAcquire(name, Duration.ofMinutes(5));
      if (lease.isPresent()) {
        return true;
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
    return false;
  }

  private void assertEnds(String what) {
    slow = what;
    long begun = System.nanoTime();
    try (AutoInit start = start()) {
      assertThatThrownBy(start::run)
          .isInstanceOf(BackendUnavailableException.class)
          .hasMessageStartingWith("'sleepy' has not answered for 1 s, and the time is up: ");
    }
    assertThat(since(begun)).isLessThan(SOON);
  }

  private static Duration since(long begun) {
    return Duration.ofNanos(System.nanoTime() - begun);
  }

  private AutoInit start() {
    return AutoInit.builder()
        .environment(Map.of("AUTOINIT_RUN_ID", "v1"))
        .systemProperties(new Properties())
        .withoutDiscoveredSteps()
        .set("autoinit.backends.sleepy.type", "sleepy", "the test")
        .set("autoinit.locks", "sleepy", "the test")
        .set("autoinit.readiness", "sleepy", "the test")
        .set("autoinit.markers", "sleepy", "the test")
        // Longer than the test, so that only what is given back is free.
        .set("autoinit.lease-ttl", "5m", "the test")
        .set("autoinit.timeout", TIMEOUT.toMillis() + "ms", "the test")
        .build();
  }
}
