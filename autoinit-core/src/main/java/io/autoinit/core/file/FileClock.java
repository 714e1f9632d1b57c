package io.autoinit.core.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The clock by which a file system dates its files (READY-6). That of a disk of this machine is the
 * machine's own, and looking at it leaves no trace. Hosts that share a volume over a network need
 * not agree about the time, so there a file is written to learn it. Safe for use by any thread.
 */
final class FileClock {

  private static final String CLOCK = ".clock";

  /** Of this machine's kernel; whatever is not known for sure is asked. */
  private static final Set<String> OF_THIS_MACHINE =
      Set.of("ext2", "ext3", "ext4", "xfs", "btrfs", "f2fs", "zfs", "tmpfs", "ramfs", "overlay");

  /** Files are dated by the last tick; ten milliseconds are the longest. */
  private static final Duration TICK = Duration.ofMillis(10);

  private final Map<Path, Boolean> local = new ConcurrentHashMap<>();

  /** Never ahead of the file system, so that nothing seems older than it is. */
  Instant now(Path directory) throws IOException {
    return isOfThisMachine(directory) ? Instant.now().minus(TICK) : asked(directory);
  }

  private boolean isOfThisMachine(Path directory) throws IOException {
    Boolean known = local.get(directory);
    if (known == null) {
      known = isOfThisMachine(Files.getFileStore(directory).type());
      local.put(directory, known);
    }
    return known;
  }

  static boolean isOfThisMachine(String type) {
    return OF_THIS_MACHINE.contains(type.toLowerCase(Locale.ROOT));
  }

  static Instant asked(Path directory) throws IOException {
    Path clock = directory.resolve(CLOCK);
    try (FileChannel channel =
        FileChannel.open(
            clock,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            LinkOption.NOFOLLOW_LINKS)) {
      channel.write(ByteBuffer.wrap(new byte[] {'.'}));
    }
    return Files.getLastModifiedTime(clock, LinkOption.NOFOLLOW_LINKS).toInstant();
  }
}
