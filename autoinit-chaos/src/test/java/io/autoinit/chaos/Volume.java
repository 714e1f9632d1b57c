package io.autoinit.chaos;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A small file system of its own, which can be full and read-only without hurting anybody. */
final class Volume implements AutoCloseable {

  private static final Optional<String> UNABLE = tryOut();

  private final Path path;

  private Volume(Path path) {
    this.path = path;
  }

  /** Why this machine has none; empty if it has. */
  static Optional<String> unable() {
    return UNABLE;
  }

  private static Optional<String> tryOut() {
    try {
      Path path = Files.createTempDirectory("autoinit-chaos");
      try (Volume volume = mount(path)) {
        volume.readOnly(true);
        return Optional.empty();
      } catch (IllegalStateException e) {
        return Optional.of("a tmpfs cannot be mounted here (%s)".formatted(e.getMessage()));
      } finally {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      return Optional.of("no directory to mount a tmpfs on: " + e.getMessage());
    }
  }

  static Volume mount(Path path) {
    try {
      Files.createDirectories(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    run("mount", "-t", "tmpfs", "-o", "size=512k,mode=0700", "tmpfs", path.toString());
    return new Volume(path);
  }

  void readOnly(boolean yes) {
    run("mount", "-o", yes ? "remount,ro" : "remount,rw", path.toString());
  }

  /** Leaves no byte free. */
  void fill() {
    byte[] block = new byte[4_096];
    try (OutputStream out = Files.newOutputStream(filler())) {
      while (true) {
        out.write(block);
      }
    } catch (IOException full) {
      // That is what was wanted.
    }
  }

  void free() {
    try {
      Files.deleteIfExists(filler());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path filler() {
    return path.resolve("filler");
  }

  @Override
  public void close() {
    run("umount", "-l", path.toString());
  }

  private static void run(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IllegalStateException(
            "%s: %s".formatted(String.join(" ", List.of(command)), said.strip()));
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
