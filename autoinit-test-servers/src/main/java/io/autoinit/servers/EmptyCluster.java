package io.autoinit.servers;

import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import org.apache.commons.io.FileUtils;
import org.apache.commons.lang3.SystemUtils;

/**
 * A directory of data as {@code initdb} makes it, which takes two seconds of a processor: made once
 * for each version, copied for each server. Processes that find none at the same time make one
 * each; the first one stays.
 */
final class EmptyCluster {

  private final Path cluster;

  private EmptyCluster(Path cluster) {
    this.cluster = cluster;
  }

  /**
   * The cluster of this version, made if nobody has.
   *
   * @param home a directory of this user, the one of the unpacked binaries
   * @param builder what starts servers there, but for their port and data
   */
  static EmptyCluster in(Path home, EmbeddedPostgres.Builder builder) throws IOException {
    Path cluster = home.resolve("cluster-" + version());
    if (!Files.exists(cluster)) {
      Files.createDirectories(home);
      make(cluster, Files.createTempDirectory(home, "making-"), builder);
    }
    return new EmptyCluster(cluster);
  }

  /** Other binaries have another archive. */
  private static String version() throws IOException {
    String system = SystemUtils.IS_OS_MAC_OSX ? "Darwin" : "Linux";
    try (InputStream archive =
            DefaultPostgresBinaryResolver.INSTANCE.getPgBinary(system, SystemUtils.OS_ARCH);
        var sum = new CheckedInputStream(archive, new CRC32())) {
      sum.transferTo(OutputStream.nullOutputStream());
      return Long.toHexString(sum.getChecksum().getValue());
    }
  }

  private static void make(Path cluster, Path making, EmbeddedPostgres.Builder builder)
      throws IOException {
    try {
      Path data = making.resolve("data");
      builder.setDataDirectory(data.toFile()).setPort(EmbeddedPostgresServer.freePort());
      builder.start().close();
      for (String left : new String[] {"epg-lock", "postmaster.opts"}) {
        Files.deleteIfExists(data.resolve(left));
      }
      Files.move(data, cluster, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileSystemException e) {
      if (!Files.exists(cluster)) {
        throw e;
      }
    } finally {
      FileUtils.deleteQuietly(making.toFile());
    }
  }

  /**
   * Copies it, with the rights that Postgres insists on, to where nothing is yet; as a whole, for a
   * server that starts again takes what is there.
   */
  void copyTo(Path target) throws IOException {
    Path copy = target.resolveSibling("copying");
    FileUtils.deleteQuietly(copy.toFile());
    try (Stream<Path> files = Files.walk(cluster)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Files.copy(
            file,
            copy.resolve(cluster.relativize(file).toString()),
            StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
    Files.move(copy, target, StandardCopyOption.ATOMIC_MOVE);
  }
}
