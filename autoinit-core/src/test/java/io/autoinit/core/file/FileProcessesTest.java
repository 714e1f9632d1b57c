package io.autoinit.core.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.autoinit.Namespace;
import io.autoinit.RunId;
import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendConfig;
import io.autoinit.spi.Claim;
import io.autoinit.spi.Lease;
import io.autoinit.spi.LockName;
import io.autoinit.spi.LockProvider;
import io.autoinit.spi.RunKey;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** File locks between processes, where threads alone would prove nothing. */
class FileProcessesTest {

  private static final LockName NAME = LockName.infrastructure(Namespace.DEFAULT);
  private static final Duration TTL = Duration.ofMinutes(10);
  private static final int ROUNDS = 50;

  private final Path directory;

  FileProcessesTest(@TempDir Path directory) {
    this.directory = directory;
  }

  private static Backend open(Path directory) {
    FileBackendProvider provider = new FileBackendProvider();
    return provider.open(
        BackendConfig.of(
            "file",
            "process " + ProcessHandle.current().pid(),
            provider,
            Map.of("marker-dir", directory.resolve("store").toString())));
  }

  @Test
  @DisplayName("LOCK-1 two processes with two threads each never meet under the lock")
  void aCounterLosesNothing() throws Exception {
    List<Process> racers = List.of(child("race"), child("race"));
    for (Process racer : racers) {
      assertThat(outputOf(racer)).endsWith("done");
      assertThat(racer.waitFor()).isZero();
    }
    assertThat(Files.readString(directory.resolve("counter")))
        .isEqualTo(Integer.toString(4 * ROUNDS));
  }

  @Test
  @DisplayName("LOCK-5 SIGKILL of the holder frees the lock at once, whatever the ttl")
  void aKilledHolderIsGone() throws Exception {
    Process holder = child("hold");
    try (Backend backend = open(directory);
        BufferedReader said = reader(holder)) {
      assertThat(said.readLine()).isEqualTo("held");
      var locks = backend.locks().orElseThrow();
      assertThat(locks.tryAcquire(NAME, TTL)).isEmpty();
      assertThat(locks.holder(NAME)).contains("process " + holder.pid());
      holder.destroyForcibly().waitFor();
      assertThat(locks.holder(NAME)).isEmpty();
      try (Lease lease = locks.tryAcquire(NAME, TTL).orElseThrow()) {
        assertThat(lease.renew()).isTrue();
      }
    } finally {
      holder.destroyForcibly();
    }
  }

  @Test
  @DisplayName("who looks, here or elsewhere, turns no candidate away and is told the truth")
  void anOnlookerIsInNobodysWay() throws Exception {
    anOnlookerIsInNobodysWay(ROUNDS * 4);
  }

  @Tag("long")
  @Test
  @DisplayName(
      "who looks, here or elsewhere, turns no candidate away for long and is told the truth")
  void anOnlookerIsInNobodysWayForLong() throws Exception {
    anOnlookerIsInNobodysWay(ROUNDS * 20);
  }

  private void anOnlookerIsInNobodysWay(int rounds) throws Exception {
    Process onlooker = child("look");
    AtomicBoolean over = new AtomicBoolean();
    try (Backend backend = open(directory);
        BufferedReader said = reader(onlooker)) {
      var locks = backend.locks().orElseThrow();
      locks.tryAcquire(NAME, TTL).orElseThrow().close();
      assertThat(said.readLine()).isEqualTo("looking");
      Thread here = new Thread(() -> lookUntil(over, locks));
      here.start();
      for (int round = 0; round < rounds; round++) {
        try (Lease lease = locks.tryAcquire(NAME, TTL).orElseThrow()) {
          assertThat(lease.renew()).isTrue();
        }
      }
      Lease held = locks.tryAcquire(NAME, TTL).orElseThrow();
      Files.createFile(directory.resolve("stays"));
      assertThat(said.readLine()).isEqualTo("saw process " + ProcessHandle.current().pid());
      Map<String, String> before = Trees.of(directory.resolve("store"));
      assertThat(said.readLine()).isEqualTo("looked a hundred times");
      assertThat(locks.holder(NAME)).contains("process " + ProcessHandle.current().pid());
      assertThat(Trees.of(directory.resolve("store"))).isEqualTo(before);
      held.close();
      assertThat(said.readLine()).isEqualTo("saw nobody");
      over.set(true);
      here.join();
    } finally {
      over.set(true);
      onlooker.destroyForcibly();
    }
  }

  private static void lookUntil(AtomicBoolean over, LockProvider locks) {
    while (!over.get()) {
      locks.holder(NAME);
    }
  }

  @Test
  @DisplayName("READY-6 who reads a record leaves no trace on a disk of this machine")
  void readingChangesNothing() throws Exception {
    RunKey run = new RunKey(Namespace.DEFAULT, new RunId("r1"));
    try (Backend backend = open(directory)) {
      var readiness = backend.readiness().orElseThrow();
      assertThat(readiness.find(run)).isEmpty();
      assertThat(directory.resolve("store")).doesNotExist();
      assertThat(readiness.claim(Claim.of(run, "somebody", Optional.empty()))).isPresent();
      Map<String, String> before = Trees.of(directory.resolve("store"));

      assertThat(readiness.find(run)).isPresent();
      assertThat(readiness.poll(run).found()).isPresent();

      assertThat(Trees.of(directory.resolve("store"))).isEqualTo(before);
      assertThat(before.keySet()).noneMatch(name -> name.endsWith(".clock"));
      // The clock of a file system that is asked shows about the same.
      assertThat(Duration.between(FileClock.asked(directory), new FileClock().now(directory)).abs())
          .isLessThan(Duration.ofSeconds(5));
    }
  }

  private Process child(String part) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx64m",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            FileProcessesTest.class.getName(),
            part,
            directory.toString())
        .redirectErrorStream(true)
        .start();
  }

  private static BufferedReader reader(Process process) {
    return new BufferedReader(
        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  private static List<String> outputOf(Process process) throws IOException {
    try (BufferedReader reader = reader(process)) {
      return reader.lines().toList();
    }
  }

  /** The other process. */
  public static void main(String[] arguments) throws Exception {
    Path directory = Path.of(arguments[1]);
    try (Backend backend = open(directory)) {
      if (arguments[0].equals("hold")) {
        Lease held = backend.locks().orElseThrow().tryAcquire(NAME, TTL).orElseThrow();
        System.out.println(held.renew() ? "held" : "lost");
        Thread.sleep(TTL.toMillis());
      }
      if (arguments[0].equals("look")) {
        look(backend.locks().orElseThrow(), directory);
      }
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        Thread thread = new Thread(() -> race(backend, directory.resolve("counter")));
        thread.start();
        threads.add(thread);
      }
      for (Thread thread : threads) {
        thread.join();
      }
    }
    System.out.println("done");
  }

  /** Looks all the time, and says what it saw once the holder stays. */
  private static void look(LockProvider locks, Path directory) {
    System.out.println("looking");
    while (!Files.exists(directory.resolve("stays"))) {
      locks.holder(NAME);
    }
    System.out.println("saw " + locks.holder(NAME).orElseThrow());
    for (int i = 0; i < 2 * ROUNDS; i++) {
      locks.holder(NAME);
    }
    System.out.println("looked a hundred times");
    while (locks.holder(NAME).isPresent()) {
      Thread.onSpinWait();
    }
    System.out.println("saw nobody");
  }

  private static void race(Backend backend, Path counter) {
    var locks = backend.locks().orElseThrow();
    try {
      for (int won = 0; won < ROUNDS; ) {
        Optional<Lease> lease = locks.tryAcquire(NAME, TTL);
        if (lease.isEmpty()) {
          Thread.sleep(1);
          continue;
        }
        try (Lease held = lease.get()) {
          int count = Files.exists(counter) ? Integer.parseInt(Files.readString(counter)) : 0;
          Files.writeString(counter, Integer.toString(count + 1));
          won++;
          if (!held.renew()) {
            throw new IllegalStateException("the lease was lost");
          }
        }
      }
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
