package io.autoinit.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.autoinit.InitStep;
import io.autoinit.LeaseLostException;
import io.autoinit.Namespace;
import io.autoinit.NodeId;
import io.autoinit.Phase;
import io.autoinit.StepContext;
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

  private static final LockName LOCK = LockName.infrastructure(Namespace.DEFAULT);

  private static InMemoryStore memory = InMemoryStore.builder().build();
  private static final String EVERYTHING = "everything";

  /** What needs no word of the store. */
  private static final Set<String> KNOWN = Set.of("token", "guarantee", "durable", "reach");

  private static volatile String slow = "";
  private static volatile boolean silentOnceGranted;
  private static volatile Optional<String> lacking = Optional.empty();
  private static volatile Duration granting = Duration.ZERO;
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
        public Optional<BackendUnavailableException> waitsFor() {
          return lacking.map(BackendUnavailableException::new);
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
    if (!isSlow(what)) {
      return;
    }
    try {
      boolean unused = wake.await(1, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean isSlow(String what) {
    return slow.equals(EVERYTHING) ? !KNOWN.contains(what) : !slow.isEmpty() && what.equals(slow);
  }

  private static <T> T sleepy(Class<T> type, T store) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              boolean sleeps = method.getName().equals(slow);
              sleepIn(method.getName());
              if (method.getName().equals("tryAcquire")) {
                boolean unused = wake.await(granting.toMillis(), TimeUnit.MILLISECONDS);
              }
              try {
                return granted(method.invoke(store, arguments));
              } catch (InvocationTargetException e) {
                throw e.getCause();
              } finally {
                if (sleeps) {
                  slept.countDown();
                }
              }
            }));
  }

  /** A lease is as slow as its store, which may fall silent when it has granted it. */
  private static Object granted(Object answer) {
    if (!(answer instanceof Optional<?> some && some.orElse(null) instanceof Lease lease)) {
      return answer;
    }
    if (silentOnceGranted) {
      slow = EVERYTHING;
    }
    return Optional.of(sleepy(Lease.class, lease));
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
    silentOnceGranted = false;
    lacking = Optional.empty();
    granting = Duration.ZERO;
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

  @Test
  void aStartThatGetsNoWordOfItsFirstRecordEnds() {
    assertEnds("publish");
  }

  /** Its renewals hang, what is read under it hangs, and its release would too. */
  @Test
  void aStartWhoseStoreFallsSilentOnceItHasTheLockEnds() {
    silentOnceGranted = true;
    assertEnds("");
  }

  /** What was granted late is renewed at once. */
  @Test
  void aStartWhoseStoreFallsSilentOnceItHasGrantedTheLockLateEnds() {
    silentOnceGranted = true;
    granting = Duration.ofMillis(600);
    assertEnds("", builder().set("autoinit.heartbeat", "500ms", "the test"));
  }

  @Test
  void aNodeWhoseStoreFallsSilentOnceItHasTheLockEnds() {
    try (AutoInit start = start()) {
      start.infrastructure();
      silentOnceGranted = true;
      long begun = System.nanoTime();
      assertThatThrownBy(start::node)
          .isInstanceOf(BackendUnavailableException.class)
          .hasMessageStartingWith("'sleepy' has not answered");
      assertThat(since(begun)).isLessThan(SOON);
    }
  }

  /** A lease that was used is given back, however long that takes: a successor waits for it. */
  @Test
  void aLeaseThatWasWorkedUnderIsNotGivenUp() throws InterruptedException {
    InitStep step = new Step(Phase.INFRASTRUCTURE, () -> slow = "close");
    try (AutoInit start = builder().step(step).build();
        Backend other = memory.open("other")) {
      Thread waker = new Thread(TimeoutTest::wakeAfterTheTimeout, "waker");
      waker.start();

      start.infrastructure();

      assertThat(other.locks().orElseThrow().tryAcquire(LOCK, Duration.ofMinutes(5))).isPresent();
      waker.join();
    }
  }

  @Test
  void aLeaseThatANodeWorkedUnderIsNotGivenUp() throws InterruptedException {
    InitStep step = new Step(Phase.NODE, () -> slow = "close");
    NodeId node = new NodeId("here");
    try (AutoInit start =
            builder().set("autoinit.node-id", node.value(), "the test").step(step).build();
        Backend other = memory.open("other")) {
      start.infrastructure();
      Thread waker = new Thread(TimeoutTest::wakeAfterTheTimeout, "waker");
      waker.start();

      start.node();

      LockName lock = LockName.node(Namespace.DEFAULT, node);
      assertThat(other.locks().orElseThrow().tryAcquire(lock, Duration.ofMinutes(5))).isPresent();
      waker.join();
    }
  }

  /** That it has not answered would say nothing of what to do. */
  @Test
  void aLeaderThatGetsNoAnswerSaysWhatItsStoreLacks() {
    lacking = Optional.of("two members of it are missing");
    InitStep step =
        new Step(
            Phase.INFRASTRUCTURE,
            () -> {
              slow = "renew";
              wake.await();
            });
    try (AutoInit start =
        builder().set("autoinit.takeover-delay", "5s", "the test").step(step).build()) {
      assertThatThrownBy(start::infrastructure)
          .isInstanceOf(LeaseLostException.class)
          .hasMessageContaining("could not be renewed within")
          .hasMessageContaining(": two members of it are missing;");
      wake.countDown();
    }
  }

  private interface Work {
    void run() throws InterruptedException;
  }

  private record Step(Phase phase, Work work) implements InitStep {
    @Override
    public String name() {
      return "work";
    }

    @Override
    public void run(StepContext context) throws InterruptedException {
      work.run();
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
    long begun = System.nanoTime();
    while (since(begun).compareTo(SOON) < 0) {
      Optional<Lease> lease = other.locks().orElseThrow().tryAcquire(LOCK, Duration.ofMinutes(5));
      if (lease.isPresent()) {
        return true;
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
    return false;
  }

  private void assertEnds(String what) {
    assertEnds(what, builder());
  }

  private static void assertEnds(String what, AutoInit.Builder builder) {
    slow = what;
    long begun = System.nanoTime();
    try (AutoInit start = builder.build()) {
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
    return builder().build();
  }

  private AutoInit.Builder builder() {
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
        // So that silence is told, and not the end of a lease that nobody could renew.
        .set("autoinit.takeover-delay", "1m", "the test")
        .set("autoinit.timeout", TIMEOUT.toMillis() + "ms", "the test");
  }
}
