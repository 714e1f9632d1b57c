package io.autoinit.servers;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the data of test servers are: in memory, if there is plenty of it. A server has a thousand
 * files and each database three hundred more, and a disk that has just seen as many go may take a
 * quarter of a second of a processor for them. What a JVM left behind that was killed, the next one
 * removes; a Postgres that still runs there ends when it misses its files.
 */
final class DataDirectories {

  private static final Logger LOG = LoggerFactory.getLogger(DataDirectories.class);
  private static final Path MEMORY = Path.of("/dev/shm");
  private static final long PLENTY = 8L << 30;
  private static final String PREFIX = "autoinit-test-postgres-";
  private static final String LOCK = "lock";

  /** So long after it was made, a directory may not be locked yet. */
  private static final Duration YOUNG = Duration.ofMinutes(1);

  /** Never closed: the locks say that this JVM lives. What nobody refers to would be closed. */
  private static final Set<FileChannel> LOCKED = ConcurrentHashMap.newKeySet();

  private static final Path PLACE = place();

  static {
    // Before this JVM has any: a lock of its own would be lost by a look at its file.
    removeAbandoned(PLACE);
  }

  private DataDirectories() {}

  /** Makes one that stays as long as this JVM, or until it is deleted. */
  static Path create() throws IOException {
    Path directory = Files.createTempDirectory(PLACE, PREFIX);
    FileChannel channel =
        FileChannel.open(
            directory.resolve(LOCK), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    channel.lock();
    LOCKED.add(channel);
    return directory;
  }

  private static Path place() {
    try {
      FileStore store = Files.getFileStore(MEMORY);
      if (store.type().equals("tmpfs")
          && store.getUsableSpace() >= PLENTY
          && Files.isWritable(MEMORY)) {
        return MEMORY;
      }
    } catch (IOException e) {
      LOG.debug("No data in memory", e);
    }
    return Path.of(System.getProperty("java.io.tmpdir"));
  }

  static void removeAbandoned(Path place) {
    List<Path> all;
    try (Stream<Path> files = Files.list(place)) {
      all = files.filter(file -> file.getFileName().toString().startsWith(PREFIX)).toList();
    } catch (IOException e) {
      LOG.info("What killed JVMs left behind stays: {}", e.toString());
      return;
    }
    for (Path directory : all) {
      if (isAbandoned(directory.resolve(LOCK))) {
        FileUtils.deleteQuietly(directory.toFile());
      }
    }
  }

  private static boolean isAbandoned(Path file) {
    try {
      if (Files.getLastModifiedTime(file).toInstant().isAfter(Instant.now().minus(YOUNG))) {
        return false;
      }
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
          FileLock lock = channel.tryLock()) {
        return lock != null;
      }
    } catch (IOException e) {
      // Somebody else's, or gone.
      return false;
    }
  }
}
