package io.autoinit.core.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What a directory holds, so that two moments can be compared. */
final class Trees {

  private Trees() {}

  /** Of each file its content and when it was written; of each directory that it is there. */
  static Map<String, String> of(Path top) throws IOException {
    Map<String, String> tree = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(top)) {
      for (Path path : (Iterable<Path>) paths::iterator) {
        tree.put(
            top.relativize(path).toString(),
            Files.isDirectory(path)
                ? "a directory"
                : Files.getLastModifiedTime(path) + " " + content(path));
      }
    }
    return tree;
  }

  /** Whoever closes a file loses the locks that this process has on it: of those the size only. */
  private static String content(Path path) throws IOException {
    String name = path.getFileName().toString();
    return name.endsWith(".lock") || name.equals(".guard")
        ? Files.size(path) + " bytes"
        : Files.readString(path);
  }
}
