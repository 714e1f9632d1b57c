package io.autoinit.core.file;

import io.autoinit.spi.BackendRefusedException;
import io.autoinit.spi.BackendUnavailableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A directory that belongs to this user alone, so that nobody else can plant or redirect a file in
 * it.
 *
 * @param path where it is; absolute
 * @param top the directory that the settings name, if this one is below it
 */
record Directory(Path path, Optional<Directory> top) {

  private static final String SETTING = "autoinit.marker-dir";
  private static final String TRIED = ".tried.tmp";

  /** What a directory that the settings name may hold. */
  private static final List<String> HELD = List.of("locks", "readiness", "markers");

  /** What another try does not change, in the words of the system. */
  private static final Set<String> FOR_GOOD =
      Set.of(
          "Read-only file system",
          "Operation not permitted",
          "Not a directory",
          "File name too long");

  private static final Set<String> OF_THE_KERNEL =
      Set.of("proc", "sysfs", "cgroup", "cgroup2", "devpts", "securityfs", "debugfs");

  private static final Set<PosixFilePermission> PRIVATE =
      PosixFilePermissions.fromString("rwx------");

  Directory(Path path) {
    this(path, Optional.empty());
  }

  Directory sub(String name) {
    return new Directory(path.resolve(name), Optional.of(top.orElse(this)));
  }

  /**
   * What keeps a directory from being used.
   *
   * @param seen what is wrong, in the words of the setting
   * @param wayOut what makes it right
   */
  record Obstacle(String seen, String wayOut) {

    String sentence() {
      return "%s: %s".formatted(seen, wayOut);
    }
  }

  /** What is wrong with it, as far as a look tells; one that is not there yet can be made. */
  Optional<String> problem() {
    return obstacle().map(Obstacle::sentence);
  }

  /** The same of it and of what it holds already: a start would find that out only by writing. */
  Optional<Obstacle> obstacleInIt() {
    return obstacle()
        .or(
            () ->
                HELD.stream()
                    .map(this::sub)
                    .filter(held -> Files.exists(held.path, LinkOption.NOFOLLOW_LINKS))
                    .flatMap(held -> held.obstacle().stream())
                    .findFirst());
  }

  Optional<Obstacle> obstacle() {
    if (Files.isSymbolicLink(path)) {
      return refusal("is a symbolic link", "name the directory itself");
    }
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return obstacleToMaking();
    }
    if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      return refusal("is not a directory", "name another path");
    }
    Optional<Obstacle> foreign = obstacleOfOwner();
    if (foreign.isPresent()) {
      return foreign;
    }
    return Files.isWritable(path) && Files.isExecutable(path)
        ? Optional.empty()
        : refusal(
            isOnReadOnly(path)
                ? "is on a read-only file system"
                : "is not writable for " + userName(),
            wayToWrite(path, "chmod u+rwx " + path));
  }

  /** What makes it right, where a command or a setting does; the problem itself says the rest. */
  Optional<String> remedy() {
    if (Files.isSymbolicLink(path)) {
      try {
        return Optional.of("set %s = %s".formatted(SETTING, path.toRealPath()));
      } catch (IOException e) {
        return Optional.of("rm " + path);
      }
    }
    return Optional.empty();
  }

  private Optional<Obstacle> obstacleToMaking() {
    Path parent = existingParent();
    if (parent == null || !Files.isDirectory(parent)) {
      return refusal(
          "cannot be made, as %s is not a directory".formatted(parent), "name another path");
    }
    if (!Files.isWritable(parent) || !Files.isExecutable(parent)) {
      return refusal(
          isOnReadOnly(parent)
              ? "cannot be made, as %s is on a read-only file system".formatted(parent)
              : "cannot be made, as %s is not writable for %s".formatted(parent, userName()),
          wayToWrite(parent, "make it for this user before"));
    }
    return top.isEmpty() && OF_THE_KERNEL.contains(kind(parent))
        ? refusal(
            "cannot be made, as %s is of the kernel (%s)".formatted(parent, kind(parent)),
            "name another path")
        : Optional.empty();
  }

  private @Nullable Path existingParent() {
    Path parent = path.getParent();
    while (parent != null && !Files.exists(parent)) {
      parent = parent.getParent();
    }
    return parent;
  }

  /** A container whose root is read-only needs a mount; who may not write needs rights. */
  private String wayToWrite(Path at, String rights) {
    return isOnReadOnly(at)
        ? "mount a writable volume there, such as a tmpfs (docker run --tmpfs %s) or an emptyDir, or name another path"
            .formatted(top.map(Directory::path).orElse(path))
        : rights + ", or name another path";
  }

  private static boolean isOnReadOnly(Path existing) {
    try {
      return Files.getFileStore(existing).isReadOnly();
    } catch (IOException e) {
      return false;
    }
  }

  private static String kind(Path existing) {
    try {
      return Files.getFileStore(existing).type();
    } catch (IOException e) {
      return "";
    }
  }

  private static String userName() {
    return thisUser().map(UserPrincipal::getName).orElse("this user");
  }

  private Optional<Obstacle> obstacleOfOwner() {
    try {
      PosixFileAttributes attributes =
          Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      Optional<UserPrincipal> me = thisUser();
      if (me.isPresent() && !attributes.owner().equals(me.get())) {
        return refusal(
            "belongs to %s, not to %s who runs this"
                .formatted(attributes.owner().getName(), me.get().getName()),
            Files.isWritable(path)
                ? "name a directory below it, which is then made for this user"
                : "name another directory, which this user may make or write");
      }
      if (attributes.permissions().contains(PosixFilePermission.OTHERS_WRITE)) {
        return refusal("may be written by anybody", "take that away with chmod o-w");
      }
      return Optional.empty();
    } catch (UnsupportedOperationException e) {
      // A file system without owners has none to check.
      return Optional.empty();
    } catch (IOException e) {
      return refusal("cannot be looked at (%s)".formatted(reason(e)), "name another path");
    }
  }

  private static Optional<UserPrincipal> thisUser() {
    try {
      return Optional.of(Files.getOwner(Path.of("/proc/self")));
    } catch (IOException | UnsupportedOperationException e) {
      try {
        Path probe = Files.createTempFile("autoinit", null);
        try {
          return Optional.of(Files.getOwner(probe));
        } finally {
          Files.delete(probe);
        }
      } catch (IOException | UnsupportedOperationException f) {
        return Optional.empty();
      }
    }
  }

  private Optional<Obstacle> refusal(String what, String wayOut) {
    return Optional.of(new Obstacle("%s %s %s".formatted(SETTING, path, what), wayOut));
  }

  /**
   * Makes it, readable by this user alone, if it is not there.
   *
   * @throws BackendRefusedException if it is not fit for use
   */
  void make() {
    top.ifPresent(Directory::make);
    if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      refuseProblem();
    }
    try {
      makeWithParents(path);
    } catch (IOException e) {
      throw failure("The directory %s cannot be made".formatted(path), e);
    }
    refuseProblem();
  }

  /**
   * Makes it, and tries whether a file can be written in it; leaves none.
   *
   * @throws BackendRefusedException if it is not fit for use
   * @throws BackendUnavailableException if it cannot be written now
   */
  void tryToWrite() {
    make();
    try {
      // One name, so that no start that is killed here leaves more than the one before it.
      Path tried = path.resolve(TRIED);
      Files.write(
          tried,
          new byte[] {1},
          StandardOpenOption.CREATE,
          StandardOpenOption.WRITE,
          LinkOption.NOFOLLOW_LINKS);
      Files.deleteIfExists(tried);
    } catch (IOException e) {
      throw failure("Nothing can be written in the directory %s".formatted(path), e);
    }
  }

  /**
   * Makes sure that nobody else made it.
   *
   * @return false if there is none yet
   * @throws BackendRefusedException if it is not fit for use
   */
  boolean isThere() {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    refuseProblem();
    return true;
  }

  /** The names of the directories in it; none if it is not there. */
  List<String> directories() {
    return names(entry -> Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS));
  }

  /** The names of the files in it; none if it is not there. */
  List<String> files() {
    return names(entry -> Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS));
  }

  private List<String> names(Predicate<Path> wanted) {
    try (Stream<Path> entries = Files.list(path)) {
      return entries.filter(wanted).map(entry -> entry.getFileName().toString()).sorted().toList();
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (UncheckedIOException e) {
      throw failure(unlisted(), Objects.requireNonNull(e.getCause()));
    } catch (IOException e) {
      throw failure(unlisted(), e);
    }
  }

  private String unlisted() {
    return "The directory %s cannot be listed".formatted(path);
  }

  private void refuseProblem() {
    problem()
        .ifPresent(
            problem -> {
              throw new BackendRefusedException(problem);
            });
  }

  private static void makeWithParents(Path path) throws IOException {
    if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Path parent = path.getParent();
    if (parent != null && !Files.isDirectory(parent)) {
      makeWithParents(parent);
    }
    try {
      Files.createDirectory(path, attributes(path));
    } catch (FileAlreadyExistsException e) {
      // Somebody else made it meanwhile; the check that follows says whether it is fit.
      return;
    }
  }

  private static FileAttribute<?>[] attributes(Path path) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PRIVATE)}
        : new FileAttribute<?>[0];
  }

  /** What a failed operation on a file means: for good, or worth another try. */
  static RuntimeException failure(String what, IOException e) {
    if (e instanceof AccessDeniedException) {
      return new BackendRefusedException("%s: access is denied (%s)".formatted(what, SETTING), e);
    }
    if (FOR_GOOD.contains(reason(e))) {
      return new BackendRefusedException("%s: %s (%s)".formatted(what, reason(e), SETTING), e);
    }
    if (e instanceof NoSuchFileException) {
      return new BackendUnavailableException(
          "%s: it is not there any more (%s)".formatted(what, SETTING), e);
    }
    return new BackendUnavailableException("%s: %s (%s)".formatted(what, reason(e), SETTING), e);
  }

  private static String reason(IOException e) {
    String reason = e instanceof FileSystemException f ? f.getReason() : e.getMessage();
    return reason == null ? e.getClass().getSimpleName() : reason;
  }
}
