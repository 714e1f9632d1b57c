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

/**
 * A directory that belongs to this user alone, so that nobody else can plant or redirect a file in
 * it.
 *
 * @param path where it is; absolute
 * @param top the directory that the settings name, if this one is below it
 */
record Directory(Path path, Optional<Directory> top) {

  private static final String SETTING = "autoinit.marker-dir";
  private static final Set<PosixFilePermission> PRIVATE =
      PosixFilePermissions.fromString("rwx------");

  Directory(Path path) {
    this(path, Optional.empty());
  }

  Directory sub(String name) {
    return new Directory(path.resolve(name), Optional.of(top.orElse(this)));
  }

  /** What is wrong with it, as far as a look tells; one that is not there yet can be made. */
  Optional<String> problem() {
    if (Files.isSymbolicLink(path)) {
      return refusal("is a symbolic link: name the directory itself");
    }
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return problemOfParent();
    }
    if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      return refusal("is not a directory: name another path");
    }
    Optional<String> foreign = problemOfOwner();
    if (foreign.isPresent()) {
      return foreign;
    }
    return Files.isWritable(path)
        ? Optional.empty()
        : refusal("is not writable: mount it read-write, or name another path");
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

  private Optional<String> problemOfParent() {
    Path parent = path.getParent();
    while (parent != null && !Files.exists(parent)) {
      parent = parent.getParent();
    }
    if (parent == null || !Files.isDirectory(parent)) {
      return refusal("cannot be made: %s is not a directory".formatted(parent));
    }
    return Files.isWritable(parent)
        ? Optional.empty()
        : refusal(
            "cannot be made: %s is not writable; mount it read-write, or name another path"
                .formatted(parent));
  }

  private Optional<String> problemOfOwner() {
    try {
      PosixFileAttributes attributes =
          Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      Optional<UserPrincipal> me = thisUser();
      if (me.isPresent() && !attributes.owner().equals(me.get())) {
        return refusal(
            "belongs to %s, not to %s who runs this: name a directory below it, which is then made for this user"
                .formatted(attributes.owner().getName(), me.get().getName()));
      }
      if (attributes.permissions().contains(PosixFilePermission.OTHERS_WRITE)) {
        return refusal("may be written by anybody: take that away with chmod o-w");
      }
      return Optional.empty();
    } catch (UnsupportedOperationException e) {
      // A file system without owners has none to check.
      return Optional.empty();
    } catch (IOException e) {
      return refusal("cannot be looked at (%s)".formatted(reason(e)));
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

  private Optional<String> refusal(String what) {
    return Optional.of("%s %s %s".formatted(SETTING, path, what));
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
