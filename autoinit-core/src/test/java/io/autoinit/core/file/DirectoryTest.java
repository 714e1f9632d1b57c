package io.autoinit.core.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.autoinit.ConfigurationException;
import io.autoinit.Namespace;
import io.autoinit.NodeId;
import io.autoinit.RunId;
import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendConfig;
import io.autoinit.spi.BackendRefusedException;
import io.autoinit.spi.LockName;
import io.autoinit.spi.Marker;
import io.autoinit.spi.MarkerKey;
import io.autoinit.spi.Observed;
import io.autoinit.spi.Readiness;
import io.autoinit.spi.RunKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which directories are trusted. */
class DirectoryTest {

  private static final MarkerKey KEY =
      new MarkerKey(new Namespace("shop"), new NodeId("one"), new RunId("1"));

  private final Path parent;
  private final Path directory;

  DirectoryTest(@TempDir Path parent) {
    this.parent = parent;
    this.directory = parent.resolve("markers");
  }

  private static BackendConfig config(Path directory) {
    return BackendConfig.of(
        "file", "test", new FileBackendProvider(), Map.of("marker-dir", directory.toString()));
  }

  private void refused(Path directory, String what) {
    String problem = "autoinit.marker-dir " + directory + " " + what;
    assertThatThrownBy(() -> config(directory))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage(problem);
    assertThatThrownBy(() -> new Directory(directory).make())
        .isInstanceOf(BackendRefusedException.class)
        .hasMessage(problem);
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void lookingAtTheSettingsMakesNothing() {
    config(directory);
    assertThat(directory).doesNotExist();
  }

  @Test
  void lookingAtAStoreMakesNothing() {
    try (Backend backend = new FileBackendProvider().open(config(directory))) {
      RunKey run = new RunKey(marker().key().namespace(), marker().key().runId());
      var readiness = backend.readiness().orElseThrow();
      var markers = backend.markers().orElseThrow();
      assertThat(readiness.find(run)).isEmpty();
      assertThat(readiness.poll(run).found()).isEmpty();
      assertThat(readiness.clear(run)).isFalse();
      assertThat(markers.find(marker().key())).isEmpty();
      assertThat(markers.remove(marker().key())).isFalse();
      assertThat(readiness.runs(run.namespace())).contains(List.of());
      assertThat(markers.list(run.namespace(), run.runId())).contains(List.of());
      assertThat(
              backend
                  .locks()
                  .orElseThrow()
                  .holder(LockName.infrastructure(marker().key().namespace())))
          .isEmpty();
    }
    assertThat(directory).doesNotExist();
  }

  @Test
  void whatCannotBeReadIsLeftOutOfListsAndHidesNoOther() throws IOException {
    try (Backend backend = new FileBackendProvider().open(config(directory))) {
      RunKey run = new RunKey(marker().key().namespace(), marker().key().runId());
      Readiness sound = new Readiness.Ready(run, 1, "a", List.of());
      assertThat(backend.readiness().orElseThrow().publish(sound)).isTrue();
      backend.markers().orElseThrow().put(marker());
      Path runs = directory.resolve("readiness").resolve(run.namespace().value());
      Files.writeString(runs.resolve("garbled"), "what?");
      Files.writeString(runs.resolve("no legal name"), "what?");
      Files.createDirectory(runs.resolve("no-file"));
      Path nodes = directory.resolve("markers").resolve(run.namespace().value());
      Files.writeString(
          Files.createDirectory(nodes.resolve("garbled")).resolve(run.runId().value()), "what?");
      Files.createDirectory(nodes.resolve("no legal name"));
      Files.writeString(nodes.resolve("no-directory"), "what?");
      assertThat(backend.readiness().orElseThrow().runs(run.namespace()).orElseThrow())
          .extracting(Observed::value)
          .containsExactly(sound);
      assertThat(backend.markers().orElseThrow().list(run.namespace(), run.runId()))
          .contains(List.of(marker()));
    }
  }

  @Test
  void aDirectoryThatSomebodyPlantedAfterTheSettingsWereReadIsRefused() throws IOException {
    try (Backend backend = new FileBackendProvider().open(config(directory))) {
      var markers = backend.markers().orElseThrow();
      assertThat(markers.find(marker().key())).isEmpty();
      Files.createDirectory(directory);
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
      assertThatThrownBy(() -> markers.find(marker().key()))
          .isInstanceOf(BackendRefusedException.class)
          .hasMessageContaining("may be written by anybody");
      assertThatThrownBy(() -> markers.put(marker()))
          .isInstanceOf(BackendRefusedException.class)
          .hasMessageContaining("may be written by anybody");
      assertThatThrownBy(() -> new Directory(directory).sub("markers").make())
          .isInstanceOf(BackendRefusedException.class)
          .hasMessageContaining("may be written by anybody");
    }
  }

  @Test
  void whatIsMadeIsForThisUserAlone() throws IOException {
    Path deep = directory.resolve("a/b");
    try (Backend backend = new FileBackendProvider().open(config(deep))) {
      backend.markers().orElseThrow().put(marker());
    }
    for (Path path : new Path[] {directory, directory.resolve("a"), deep}) {
      assertThat(permissions(path)).isEqualTo("rwx------");
    }
    assertThat(permissions(deep.resolve("markers"))).isEqualTo("rwx------");
  }

  @Test
  void aDirectoryOfAGroupIsTrusted() throws IOException {
    Files.createDirectory(directory);
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwx---"));
    try (Backend backend = new FileBackendProvider().open(config(directory))) {
      backend.markers().orElseThrow().put(marker());
      assertThat(backend.markers().orElseThrow().find(marker().key())).contains(marker());
    }
  }

  @Test
  void aSymbolicLinkIsRefused() throws IOException {
    Files.createSymbolicLink(directory, Files.createDirectory(parent.resolve("target")));
    refused(directory, "is a symbolic link: name the directory itself");
    Files.delete(parent.resolve("target"));
    refused(directory, "is a symbolic link: name the directory itself");
  }

  @Test
  void aFileIsRefused() throws IOException {
    Files.createFile(directory);
    refused(directory, "is not a directory: name another path");
    refused(
        directory.resolve("below"),
        "cannot be made, as " + directory + " is not a directory: name another path");
  }

  @Test
  void aDirectoryForEverybodyIsRefused() throws IOException {
    Files.createDirectory(directory);
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
    refused(directory, "may be written by anybody: take that away with chmod o-w");
  }

  @Test
  void aReadOnlyDirectoryIsRefused() throws IOException {
    // Root writes everywhere but to the kernel's own read-only files.
    if (isRoot()) {
      Path readOnly = Path.of("/proc/sys");
      String kernels =
          Files.getFileStore(readOnly).isReadOnly()
              ? "is on a read-only file system: mount a writable volume there, such as a tmpfs"
                  + " (docker run --tmpfs /proc/sys) or an emptyDir, or name another path"
              : "is not writable for root: chmod u+rwx /proc/sys, or name another path";
      refused(readOnly, kernels);
      return;
    }
    Files.createDirectory(directory);
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("r-x------"));
    String me = Files.getOwner(directory).getName();
    refused(
        directory,
        "is not writable for %s: chmod u+rwx %s, or name another path".formatted(me, directory));
    refused(
        directory.resolve("a/b"),
        "cannot be made, as %s is not writable for %s: make it for this user before, or name another path"
            .formatted(directory, me));
  }

  @Test
  void whereTheKernelAloneMakesFilesNoneIsExpectedToBeMade() throws IOException {
    Assumptions.assumeTrue(isRoot(), "anybody else is not let write there");
    refused(
        Path.of("/proc/autoinit"),
        "cannot be made, as /proc is of the kernel (proc): name another path");
  }

  @Test
  void whatItHoldsIsLookedAtToo() throws IOException {
    Files.createDirectory(
        directory,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    config(directory);
    Files.createFile(directory.resolve("markers"));
    assertThatThrownBy(() -> config(directory))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage(
            "autoinit.marker-dir %s/markers is not a directory: name another path", directory);
  }

  @Test
  void tryingToMarkMakesTheDirectoryAndLeavesNoFile() throws IOException {
    FileBackendProvider.tryToMark(config(directory), KEY);
    assertThat(directory.resolve("markers/shop/one")).isEmptyDirectory();
  }

  @Test
  void whatALookDoesNotTellIsFoundByTrying() {
    BackendConfig tooLong = config(directory.resolve("x".repeat(300)));
    assertThatThrownBy(() -> FileBackendProvider.tryToMark(tooLong, KEY))
        .isInstanceOf(BackendRefusedException.class)
        .hasMessageContaining("cannot be made: File name too long (autoinit.marker-dir)");
  }

  @Test
  void anotherUsersDirectoryIsRefused() throws IOException {
    Assumptions.assumeTrue(isRoot(), "only root can give a directory away");
    Files.createDirectory(directory);
    Files.setAttribute(directory, "unix:uid", 4711);
    assertThatThrownBy(() -> config(directory))
        .hasMessageStartingWith(
            "autoinit.marker-dir " + directory + " belongs to 4711, not to root who runs this");
  }

  private static boolean isRoot() throws IOException {
    return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
  }

  private static Marker marker() {
    return new Marker(
        new MarkerKey(Namespace.DEFAULT, new NodeId("n"), new RunId("Run.1")), "test", Map.of());
  }
}
