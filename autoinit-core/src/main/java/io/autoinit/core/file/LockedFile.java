package io.autoinit.core.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A file that this process has locked. Lock files are never read and never deleted: closing a
 * second channel on one would drop the lock, and unlinking it would let a second holder in.
 */
final class LockedFile implements AutoCloseable {

  /** Channels that must not be closed, since another class loader's lock would go with them. */
  private static final List<FileChannel> FOREIGN = new CopyOnWriteArrayList<>();

  private final Path file;
  private final String name;
  private final FileChannel channel;
  private final FileLock lock;
  private final Object inode;

  private LockedFile(Path file, String name, FileChannel channel, FileLock lock, Object inode) {
    this.file = file;
    this.name = name;
    this.channel = channel;
    this.lock = lock;
    this.inode = inode;
  }

  /** Tries once. Empty if another process, or another part of this one, has it. */
  static Optional<LockedFile> tryLock(Path file, String holder) throws IOException {
    Path parent = Objects.requireNonNull(file.getParent());
    String name = parent.toRealPath().resolve(file.getFileName()).toString();
    if (!JvmLocks.enter(name, holder)) {
      return Optional.empty();
    }
    boolean locked = false;
    try {
      Optional<LockedFile> result = lock(file, name, holder);
      locked = result.isPresent();
      return result;
    } finally {
      if (!locked) {
        JvmLocks.leave(name);
      }
    }
  }

  private static Optional<LockedFile> lock(Path file, String name, String holder)
      throws IOException {
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    try {
      FileLock lock = channel.tryLock();
      if (lock == null) {
        channel.close();
        return Optional.empty();
      }
      return Optional.of(
          new LockedFile(file, name, channel, lock, sameFile(file, channel, holder)));
    } catch (OverlappingFileLockException e) {
      leaveOpen(channel);
      return Optional.empty();
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  static void leaveOpen(FileChannel channel) {
    FOREIGN.add(channel);
  }

  /** Makes sure that the file that was opened is the one that others will open. */
  private static Object sameFile(Path file, FileChannel channel, String holder) throws IOException {
    byte[] text = (holder + "\n").getBytes(StandardCharsets.UTF_8);
    channel.truncate(0);
    channel.write(ByteBuffer.wrap(text));
    Object before = key(file);
    channel.write(ByteBuffer.wrap(new byte[] {'\n'}));
    BasicFileAttributes now = attributes(file);
    if (now.size() != text.length + 1 || !Objects.equals(before, now.fileKey())) {
      throw new IOException("the lock file was replaced while it was locked");
    }
    return Objects.requireNonNullElse(now.fileKey(), file);
  }

  private static Object key(Path file) throws IOException {
    return Objects.requireNonNullElse(attributes(file).fileKey(), file);
  }

  private static BasicFileAttributes attributes(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
  }

  /** Whether the lock is held, and the file is still the one that others lock. */
  boolean isHeld() {
    try {
      return lock.isValid() && key(file).equals(inode);
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // The system drops the lock with the process at the latest.
      return;
    } finally {
      JvmLocks.leave(name);
    }
  }
}
