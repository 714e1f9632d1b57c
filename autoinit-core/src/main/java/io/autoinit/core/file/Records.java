package io.autoinit.core.file;

import io.autoinit.spi.BackendUnavailableException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/**
 * Texts in files of one directory. A text is seen whole or not at all: it is written beside its
 * place, forced to the disk and moved in one step. Changes happen one after the other, across
 * threads and processes.
 */
final class Records {

  private static final String GUARD = ".guard";
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final Duration PAUSE = Duration.ofMillis(1);
  private static final Map<Path, Semaphore> TURNS = new ConcurrentHashMap<>();

  private final Directory directory;
  private final String client;

  Records(Directory directory, String client) {
    this.directory = directory;
    this.client = client;
  }

  /**
   * A text and the age of its file by the clock of the file system.
   *
   * @param text the text
   * @param age since it was written
   */
  record Stored(String text, Duration age) {}

  Optional<String> read(String name) {
    try {
      return Uninterrupted.run(() -> readText(name));
    } catch (IOException e) {
      throw Directory.failure("%s cannot be read".formatted(file(name)), e);
    }
  }

  Optional<Stored> readWithAge(String name, FileClock clock) {
    try {
      return Uninterrupted.run(
          () -> {
            Optional<String> text = readText(name);
            if (text.isEmpty()) {
              return Optional.empty();
            }
            Instant written =
                Files.getLastModifiedTime(file(name), LinkOption.NOFOLLOW_LINKS).toInstant();
            Duration age = Duration.between(written, clock.now(directory.path()));
            return Optional.of(new Stored(text.get(), age.isNegative() ? Duration.ZERO : age));
          });
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw Directory.failure("%s cannot be read".formatted(file(name)), e);
    }
  }

  /** The names of all texts; none if the directory is not there. */
  List<String> names() {
    return directory.files().stream().filter(name -> !name.startsWith(".")).toList();
  }

  private Optional<String> readText(String name) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file(name), StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.of(
          new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /** Changes a text while nobody else does; the change answers empty to leave it as it is. */
  <T> T change(String name, Function<Optional<String>, Change<T>> change) {
    directory.make();
    try {
      return Uninterrupted.run(
          () -> {
            Semaphore turn = TURNS.computeIfAbsent(file(GUARD), g -> new Semaphore(1, true));
            turn.acquireUninterruptibly();
            try (LockedFile guard = guard()) {
              Change<T> wanted = change.apply(readText(name));
              if (wanted.text().isPresent()) {
                write(name, wanted.text().get());
              } else if (wanted.removes()) {
                Files.deleteIfExists(file(name));
                force(directory.path());
              }
              if (!guard.isHeld()) {
                throw new IOException("the directory was taken away during a change");
              }
              return wanted.answer();
            } finally {
              turn.release();
            }
          });
    } catch (IOException e) {
      throw Directory.failure("%s cannot be written".formatted(file(name)), e);
    }
  }

  /**
   * What becomes of a text.
   *
   * @param text the new text; empty: none is written
   * @param removes whether the file goes
   * @param answer what the caller learns
   */
  record Change<T>(Optional<String> text, boolean removes, T answer) {

    static <T> Change<T> to(String text, T answer) {
      return new Change<>(Optional.of(text), false, answer);
    }

    static <T> Change<T> none(T answer) {
      return new Change<>(Optional.empty(), false, answer);
    }

    static <T> Change<T> removal(T answer) {
      return new Change<>(Optional.empty(), true, answer);
    }
  }

  /** Within this process a turn is taken in line; only other processes are waited for by trying. */
  private LockedFile guard() throws IOException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      Optional<LockedFile> guard = LockedFile.tryLock(file(GUARD), client);
      if (guard.isPresent()) {
        return guard.get();
      }
      if (System.nanoTime() > end) {
        throw new BackendUnavailableException(
            "%s is held by another process for more than %d s"
                .formatted(file(GUARD), TimeUnit.NANOSECONDS.toSeconds(PATIENCE.toNanos())));
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  private void write(String name, String text) throws IOException {
    // The guard makes the name of the temporary file nobody else's; a left-over is overwritten.
    Path temporary = file("." + name + ".tmp");
    try (FileChannel channel =
        FileChannel.open(
            temporary,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE,
            LinkOption.NOFOLLOW_LINKS)) {
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    } catch (IOException e) {
      Files.deleteIfExists(temporary);
      throw e;
    }
    Files.move(
        temporary, file(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    force(directory.path());
  }

  private static void force(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private Path file(String name) {
    return directory.path().resolve(name);
  }
}
