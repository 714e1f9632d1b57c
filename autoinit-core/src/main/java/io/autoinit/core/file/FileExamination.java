package io.autoinit.core.file;

import io.autoinit.spi.Finding;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Looks at a directory without making or writing anything. */
final class FileExamination {

  private static final long LITTLE = 16L * 1024 * 1024;

  private static final Set<String> IN_MEMORY = Set.of("tmpfs", "ramfs");
  private static final Set<String> OF_A_NETWORK =
      Set.of("nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "9p", "fuse.sshfs", "ceph");

  private FileExamination() {}

  static List<Finding> of(Directory directory) {
    Optional<Directory.Obstacle> obstacle = directory.obstacleInIt();
    if (obstacle.isPresent()) {
      return List.of(
          Finding.error(
              "directory",
              obstacle.get().seen(),
              directory.remedy().orElse(obstacle.get().wayOut())));
    }
    Path path = directory.path();
    List<Finding> findings = new ArrayList<>();
    boolean there = Files.exists(path, LinkOption.NOFOLLOW_LINKS);
    findings.add(
        Finding.ok(
            "directory",
            there
                ? "%s belongs to this user and is writable".formatted(path)
                : "%s is not there yet and can be made".formatted(path)));
    if (there) {
      findings.add(mode(path));
    }
    try {
      FileStore store = Files.getFileStore(existing(path));
      findings.add(kind(path, store.type()));
      findings.add(space(path, store.getUsableSpace()));
    } catch (IOException e) {
      findings.add(Finding.note("file-system", "it could not be looked at"));
    }
    return findings;
  }

  /** The directory, or what it would be made in. */
  private static Path existing(Path path) {
    Path at = path;
    while (!Files.exists(at) && at.getParent() != null) {
      at = at.getParent();
    }
    return at;
  }

  private static Finding mode(Path path) {
    try {
      Set<PosixFilePermission> given = Files.getPosixFilePermissions(path);
      if (given.contains(PosixFilePermission.GROUP_WRITE)) {
        return Finding.warning(
            "mode",
            "the group of %s may write in it, and so forge a marker".formatted(path),
            "chmod 700 " + path);
      }
      return Finding.ok("mode", "nobody else may write in it");
    } catch (IOException | UnsupportedOperationException e) {
      return Finding.note("mode", "this file system has no modes");
    }
  }

  static Finding kind(Path path, String type) {
    String known = type.toLowerCase(Locale.ROOT);
    if (IN_MEMORY.contains(known)) {
      return Finding.warning(
          "file-system",
          "%s is on %s: a restart of the machine forgets what was done".formatted(path, type),
          "set autoinit.marker-dir to a directory on a disk or a mounted volume");
    }
    if (OF_A_NETWORK.contains(known)) {
      return Finding.warning(
          "file-system",
          "%s is on the network file system %s: whether a lock excludes other machines there depends on its server"
              .formatted(path, type),
          "keep locks in a server, for example autoinit.locks = postgres, and files for markers alone");
    }
    return Finding.ok("file-system", type);
  }

  static Finding space(Path path, long usable) {
    String seen = "%d MiB are free".formatted(usable / (1024 * 1024));
    return usable < LITTLE
        ? Finding.warning(
            "space", seen, "free some space at " + path + ", or set autoinit.marker-dir")
        : Finding.ok("space", seen);
  }
}
