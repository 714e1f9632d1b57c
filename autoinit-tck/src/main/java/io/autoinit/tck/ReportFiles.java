package io.autoinit.tck;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The reports of a directory. Each class has its part in files of its own, and {@code report.md}
 * and {@code report.json} are put together from all that are there; so a class that runs again
 * replaces its part alone, in whichever JVM it runs.
 */
final class ReportFiles {

  private static final String TITLE = "# The contract of autoinit, held against backends\n\n";

  private final Path directory;
  private final Path parts;

  ReportFiles(Path directory) {
    this.directory = directory;
    this.parts = directory.resolve("classes");
  }

  Path markdown() {
    return directory.resolve("report.md");
  }

  private Path json() {
    return directory.resolve("report.json");
  }

  void put(Section section) throws IOException {
    // A file lock is of the whole JVM.
    synchronized (ReportFiles.class) {
      Files.createDirectories(parts);
      try (FileChannel channel =
          FileChannel.open(
              directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        // Ends with its channel.
        FileLock unused = channel.lock();
        write(parts.resolve(section.testClass() + ".md"), SectionText.markdown(section));
        write(parts.resolve(section.testClass() + ".json"), SectionText.json(section));
        write(markdown(), TITLE + String.join("\n", all(".md")));
        write(
            json(),
            all(".json").stream()
                .map(part -> part.indent(4).stripTrailing())
                .collect(
                    Collectors.joining(
                        ",\n", "{\n  \"format\": 1,\n  \"backends\": [\n", "\n  ]\n}\n")));
      }
    }
  }

  private List<String> all(String ending) throws IOException {
    List<String> texts = new ArrayList<>();
    try (Stream<Path> files = Files.list(parts)) {
      for (Path part : files.filter(file -> file.toString().endsWith(ending)).sorted().toList()) {
        texts.add(Files.readString(part));
      }
    }
    return texts;
  }

  /** Readers see the old text or the new one. */
  private static void write(Path file, String text) throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + ".part");
    Files.writeString(fresh, text);
    Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
  }
}
