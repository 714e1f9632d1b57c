package io.autoinit.core.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * Who holds a lock, in a file that the holder keeps locked beside the lock itself. Who only looks
 * tries this one, so that no onlooker ever has the lock for a moment and turns a candidate away.
 * Each holder brings a new file, locked before anybody can see it.
 */
final class HolderFile implements AutoCloseable {

  /** In place of a holder's name; none begins with a blank. */
  private static final String LOOKING = " looking";

  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final Duration PAUSE = Duration.ofMillis(1);

  private final String name;
  private final String holder;
  private final FileChannel channel;

  private HolderFile(String name, String holder, FileChannel channel) {
    this.name = name;
    this.holder = holder;
    this.channel = channel;
  }

  /** Puts the file in its place, which only the holder of the lock does. */
  static HolderFile put(Path file, String holder) throws IOException {
    String name = nameOf(file);
    Path temporary = file.resolveSibling("." + file.getFileName() + ".tmp");
    Files.deleteIfExists(temporary);
    FileChannel channel =
        FileChannel.open(
            temporary,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE,
            LinkOption.NOFOLLOW_LINKS);
    try {
      if (channel.tryLock() == null) {
        throw new IOException("a file that was made just now is locked by somebody else");
      }
      ByteBuffer text = ByteBuffer.wrap(holder.getBytes(StandardCharsets.UTF_8));
      while (text.hasRemaining()) {
        channel.write(text);
      }
      JvmLocks.put(name, holder);
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      return new HolderFile(name, holder, channel);
    } catch (IOException e) {
      JvmLocks.leave(name, holder);
      channel.close();
      throw e;
    }
  }

  /** Who holds the lock now. Changes nothing. */
  static Optional<String> look(Path file) throws IOException {
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    String name = nameOf(file);
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!JvmLocks.enter(name, LOOKING)) {
      Optional<String> here = JvmLocks.holder(name).filter(holder -> !holder.equals(LOOKING));
      if (here.isPresent()) {
        // Opened and closed by its own process, the file would lose its lock.
        return here;
      }
      if (System.nanoTime() > end) {
        throw new IOException("others of this process are looking all the time");
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
    try {
      return read(file);
    } finally {
      JvmLocks.leave(name, LOOKING);
    }
  }

  private static Optional<String> read(Path file) throws IOException {
    FileChannel channel;
    try {
      channel = FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    try {
      // Shared, so that onlookers do not take each other for the holder.
      FileLock ended = channel.tryLock(0, Long.MAX_VALUE, true);
      Optional<String> holder = ended == null ? Optional.of(text(channel)) : Optional.empty();
      channel.close();
      return holder;
    } catch (OverlappingFileLockException e) {
      // This process became the holder just now.
      String holder = text(channel);
      LockedFile.leaveOpen(channel);
      return Optional.of(holder);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  private static String text(FileChannel channel) throws IOException {
    return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
  }

  private static String nameOf(Path file) throws IOException {
    Path parent = Objects.requireNonNull(file.getParent());
    return parent.toRealPath().resolve(file.getFileName()).toString();
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // The system drops the lock with the process at the latest.
      return;
    } finally {
      JvmLocks.leave(name, holder);
    }
  }
}
