package io.autoinit.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoriesTest {

  @TempDir private Path place = Path.of("");

  /** Holds the lock of a directory until it may go on. */
  static final class Holder {
    private Holder() {}

    public static void main(String[] args) throws IOException {
      try (FileChannel channel = FileChannel.open(Path.of(args[0]), StandardOpenOption.WRITE);
          FileLock lock = channel.lock()) {
        System.out.write(lock.isValid() ? 'y' : 'n');
        System.out.flush();
        System.in.read();
      }
    }
  }

  @Test
  void whatAKilledJvmLeftIsRemovedAndNothingElse() throws Exception {
    Path held = directory("autoinit-test-postgres-1");
    Path young = directory("autoinit-test-postgres-2");
    Path another = directory("another-2");
    Path unlocked = Files.createDirectory(place.resolve("autoinit-test-postgres-3"));
    Files.setLastModifiedTime(young.resolve("lock"), FileTime.from(Instant.now()));
    Process holder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                Holder.class.getName(),
                held.resolve("lock").toString())
            .start();
    try {
      assertThat(holder.getInputStream().read()).isEqualTo('y');

      DataDirectories.removeAbandoned(place);
      assertThat(List.of(held, young, another, unlocked)).allSatisfy(d -> assertThat(d).exists());
    } finally {
      holder.destroyForcibly().waitFor();
    }

    DataDirectories.removeAbandoned(place);
    assertThat(held).doesNotExist();
    assertThat(List.of(young, another, unlocked)).allSatisfy(d -> assertThat(d).exists());
  }

  private Path directory(String name) throws IOException {
    Path directory = Files.createDirectory(place.resolve(name));
    Path lock = Files.createFile(directory.resolve("lock"));
    Files.setLastModifiedTime(lock, FileTime.from(Instant.now().minusSeconds(3600)));
    return directory;
  }

  @Tag("long")
  @Test
  void twoThatMakeTheEmptyClusterAtOnceMakeOneThatIsWhole() throws Exception {
    Callable<EmptyCluster> made = () -> EmptyCluster.in(place, EmbeddedPostgresServer.builder());
    ExecutorService both = Executors.newFixedThreadPool(2);
    try {
      for (Future<EmptyCluster> each : both.invokeAll(List.of(made, made))) {
        Path copy = Files.createTempDirectory(place, "copy-").resolve("data");
        each.get().copyTo(copy);
        assertThat(copy.resolve("PG_VERSION")).exists();
        assertThat(copy.resolve("postmaster.pid")).doesNotExist();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(copy)))
            .isEqualTo("rwx------");
      }
    } finally {
      both.shutdownNow();
    }
    try (Stream<Path> files = Files.list(place)) {
      assertThat(files.map(file -> file.getFileName().toString().replaceFirst("-.*", "")))
          .containsExactlyInAnyOrder("cluster", "copy", "copy");
    }
  }
}
