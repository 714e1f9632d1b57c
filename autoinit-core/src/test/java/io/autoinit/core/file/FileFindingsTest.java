package io.autoinit.core.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendConfig;
import io.autoinit.spi.Finding;
import io.autoinit.spi.Severity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each problem really set up and found; the remedies that are commands are run. */
class FileFindingsTest {

  @TempDir Path temporary;

  private static List<Finding> all(Path directory) {
    try (Backend backend = new FileBackend(new FileSettings(new Directory(directory), "client"))) {
      return backend.findings();
    }
  }

  private static Finding found(Path directory, String check) {
    return all(directory).stream()
        .filter(finding -> finding.check().equals(check))
        .findFirst()
        .orElseThrow(() -> new AssertionError(check + " is not in " + all(directory)));
  }

  private Path made(String mode) throws IOException {
    return Files.setPosixFilePermissions(
        Files.createDirectory(temporary.resolve("autoinit")),
        PosixFilePermissions.fromString(mode));
  }

  @Test
  void a_sound_directory_is_told_to_be_one_and_stays_empty() throws IOException {
    Path directory = made("rwx------");
    assertThat(all(directory))
        .extracting(Finding::check)
        .containsExactly("directory", "mode", "file-system", "space");
    assertThat(all(directory))
        .filteredOn(f -> !f.check().equals("file-system"))
        .extracting(Finding::severity)
        .containsOnly(Severity.OK);
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void a_directory_that_is_not_there_yet_is_not_made() {
    Path directory = temporary.resolve("later");
    assertThat(found(directory, "directory").seen()).contains("can be made");
    assertThat(directory).doesNotExist();
  }

  @Test
  void a_symbolic_link_is_found_and_what_its_remedy_names_is_sound() throws IOException {
    Path directory = made("rwx------");
    Path link = Files.createSymbolicLink(temporary.resolve("link"), directory);
    Finding symbolic = found(link, "directory");
    assertThat(symbolic.severity()).isEqualTo(Severity.ERROR);
    assertThat(symbolic.remedy()).contains("set autoinit.marker-dir = " + directory.toRealPath());
    assertThat(found(directory.toRealPath(), "directory").severity()).isEqualTo(Severity.OK);
  }

  @Test
  void a_directory_that_others_may_write_is_found_and_the_command_works() throws Exception {
    Path directory = made("rwxrwx---");
    Finding open = found(directory, "mode");
    assertThat(open.severity()).isEqualTo(Severity.WARNING);
    String[] command = open.remedy().orElseThrow().split(" ", -1);
    assertThat(new ProcessBuilder(command).start().waitFor()).isZero();
    assertThat(found(directory, "mode").severity()).isEqualTo(Severity.OK);

    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertThat(found(directory, "directory").severity()).isEqualTo(Severity.ERROR);
  }

  @Test
  void a_file_in_its_place_is_found() throws IOException {
    Path file = Files.createFile(temporary.resolve("file"));
    assertThat(found(file, "directory").seen()).endsWith("is not a directory");
    assertThat(found(file, "directory").remedy()).contains("name another path");
    assertThat(all(file)).as("nothing is said of space where it cannot be").hasSize(1);
  }

  @Test
  void a_file_system_in_memory_is_found() {
    Path memory = Path.of("/dev/shm");
    assumeThat(Files.isWritable(memory)).as("this machine has no /dev/shm").isTrue();
    Finding forgetful = found(memory.resolve("autoinit-findings-not-made"), "file-system");
    assertThat(forgetful.severity()).isEqualTo(Severity.WARNING);
    assertThat(forgetful.seen()).contains("tmpfs");
  }

  @Test
  void network_file_systems_and_full_ones_are_warned_about() {
    assertThat(FileExamination.kind(temporary, "nfs4").severity()).isEqualTo(Severity.WARNING);
    assertThat(FileExamination.kind(temporary, "ext4").severity()).isEqualTo(Severity.OK);
    assertThat(FileExamination.space(temporary, 1000).severity()).isEqualTo(Severity.WARNING);
  }

  @Test
  void the_provider_takes_the_same_settings() {
    FileBackendProvider provider = new FileBackendProvider();
    Map<String, String> settings = Map.of("marker-dir", temporary.resolve("m").toString());
    try (Backend backend = provider.open(BackendConfig.of("file", "client", provider, settings))) {
      assertThat(backend.findings()).isNotEmpty();
    }
  }
}
