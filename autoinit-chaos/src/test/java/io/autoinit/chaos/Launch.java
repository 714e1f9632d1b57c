package io.autoinit.chaos;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/**
 * How processes of a fleet are started: with the class path of this one, and quickly, since a
 * machine starts hundreds of them. Their classes come from an archive that a first process made.
 *
 * @param classPath jars, so that an archive of their classes is possible
 * @param options of the JVM
 */
record Launch(List<String> classPath, List<String> options) {

  private static final List<String> SMALL =
      List.of("-Xmx64m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xlog:cds=off");

  /** The class path of this process, with its directories packed into jars. */
  static Launch plain(Path directory) throws IOException {
    Files.createDirectories(directory);
    List<String> classPath = new ArrayList<>();
    for (String part : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      Path path = Path.of(part);
      if (!part.isEmpty() && Files.isDirectory(path)) {
        Path jar = directory.resolve("classes-" + classPath.size() + ".jar");
        pack(path, jar);
        classPath.add(jar.toString());
      } else if (Files.exists(path)) {
        classPath.add(part);
      }
    }
    return new Launch(classPath, SMALL);
  }

  private static void pack(Path directory, Path jar) throws IOException {
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
        Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        out.putNextEntry(
            new JarEntry(directory.relativize(file).toString().replace(File.separatorChar, '/')));
        Files.copy(file, out);
        out.closeEntry();
      }
    }
  }

  private Launch with(String option) {
    List<String> more = new ArrayList<>(options);
    more.add(option);
    return new Launch(classPath, more);
  }

  /** Processes that write the archive when they end. */
  Launch training(Path archive) {
    return with("-XX:ArchiveClassesAtExit=" + archive);
  }

  /** Processes that use the archive, if it was made. */
  Launch quick(Path archive) {
    return Files.exists(archive) ? with("-XX:SharedArchiveFile=" + archive) : this;
  }

  /** Processes that take some classes from elsewhere; no archive fits them. */
  Launch before(Path classes) {
    List<String> path = new ArrayList<>(List.of(classes.toString()));
    path.addAll(classPath);
    return new Launch(path, SMALL);
  }

  /** The command line of a node. */
  List<String> command(Path plan) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.add("-cp");
    command.add(String.join(File.pathSeparator, classPath));
    command.add(Node.class.getName());
    command.add(plan.toString());
    return command;
  }
}
