package io.autoinit.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.commons.io.FileUtils;
import org.jspecify.annotations.Nullable;
import redis.embedded.core.ExecutableProvider;

/** Redis from a packaged binary; as root and as anybody else. */
final class EmbeddedRedisServer implements RedisServer {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int PORTS_TO_TRY = 5;

  private final Path directory;
  private final List<String> config;
  private int port;
  private @Nullable Process process;

  EmbeddedRedisServer(List<String> config) {
    this.config = List.copyOf(config);
    try {
      this.directory = Files.createTempDirectory("autoinit-test-redis-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String host() {
    return "127.0.0.1";
  }

  @Override
  public synchronized int port() {
    return port;
  }

  @Override
  public synchronized void start() {
    try {
      if (port != 0) {
        startAtPort();
        return;
      }
      for (int i = 1; true; i++) {
        port = EmbeddedPostgresServer.freePort();
        try {
          startAtPort();
          return;
        } catch (IllegalStateException e) {
          // Somebody else may have taken the port meanwhile.
          if (i == PORTS_TO_TRY) {
            throw e;
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void startAtPort() throws IOException {
    List<String> lines =
        new ArrayList<>(
            List.of(
                "port " + port,
                "bind 127.0.0.1",
                "save \"\"",
                "dir " + directory.toAbsolutePath()));
    lines.addAll(config);
    Path file = Files.write(directory.resolve("redis.conf"), lines);
    Path log = directory.resolve("redis.log");
    Process started =
        new ProcessBuilder(Binary.PATH.toString(), file.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    process = started;
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!answers()) {
      if (!started.isAlive() || System.nanoTime() > deadline) {
        kill();
        throw new IllegalStateException(
            "The packaged Redis did not start:%n%s".formatted(Files.readString(log)));
      }
      Pause.briefly();
    }
  }

  @Override
  public synchronized void stop() {
    if (process != null) {
      resume();
      process.destroy();
      await();
    }
  }

  @Override
  public synchronized void kill() {
    if (process != null) {
      process.destroyForcibly();
      await();
    }
  }

  private void await() {
    Process ending = process;
    process = null;
    try {
      if (ending != null && !ending.waitFor(5, TimeUnit.SECONDS)) {
        ending.destroyForcibly().waitFor(5, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void pause() {
    signal("STOP");
  }

  @Override
  public void resume() {
    signal("CONT");
  }

  private synchronized void signal(String name) {
    if (process == null) {
      return;
    }
    try {
      new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
          .inheritIO()
          .start()
          .waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public String origin() {
    return "packaged binaries";
  }

  @Override
  public synchronized void close() {
    kill();
    FileUtils.deleteQuietly(directory.toFile());
  }

  /** The one that was named, or else unpacked once for this JVM, and gone with it. */
  private static final class Binary {

    static final Path PATH = unpacked();

    private static Path unpacked() {
      String named = System.getProperty("autoinit.test.redis.binary", "");
      if (!named.isEmpty()) {
        return Path.of(named);
      }
      try {
        Path directory = Files.createTempDirectory("autoinit-test-redis-binary-");
        // Named before its content, which the library names, too: the last is deleted first.
        directory.toFile().deleteOnExit();
        Path binary = ExecutableProvider.newJarResourceProvider(directory.toFile()).get().toPath();
        binary.toFile().deleteOnExit();
        return binary;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
