package io.autoinit.examples.shop.fleet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * {@code docs/operations.md} as a script: each section has blocks, and each block begins with what
 * is typed, or with whose log it shows, and goes on with what comes out.
 *
 * @param lines its lines
 */
record OperationsPage(List<String> lines) {

  private static final String SECTION = "## ";
  private static final String FENCE = "```";

  OperationsPage {
    lines = List.copyOf(lines);
  }

  /**
   * A block that is to be played.
   *
   * @param first the line of the page at which its first line stands, from 0
   * @param lines its lines
   */
  record Block(int first, List<String> lines) {

    String head() {
      return lines.isEmpty() ? "" : lines.get(0);
    }

    String text() {
      return String.join("\n", lines);
    }
  }

  static OperationsPage at(Path file) {
    try {
      return new OperationsPage(Files.readAllLines(file));
    } catch (IOException e) {
      throw new UncheckedIOException("There is no page at " + file, e);
    }
  }

  /** The sections that have a block, in their order. */
  List<String> sections() {
    return lines.stream()
        .filter(line -> line.startsWith(SECTION))
        .map(line -> line.substring(SECTION.length()))
        .filter(title -> !blocks(title).isEmpty())
        .toList();
  }

  /** The blocks of a section that show what is typed, or a log. */
  List<Block> blocks(String section) {
    return blocks(section, FENCE);
  }

  /** The statements of SQL of a section. */
  List<String> statements(String section) {
    return blocks(section, FENCE + "sql").stream().map(Block::text).toList();
  }

  private List<Block> blocks(String section, String fence) {
    List<Block> blocks = new ArrayList<>();
    boolean here = false;
    int from = -1;
    boolean played = false;
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.startsWith(FENCE) && from < 0) {
        from = i + 1;
        played = here && line.equals(fence);
      } else if (line.equals(FENCE)) {
        if (played) {
          blocks.add(new Block(from, lines.subList(from, i)));
        }
        from = -1;
      } else if (from < 0 && line.startsWith(SECTION)) {
        here = line.equals(SECTION + section);
      }
    }
    return blocks;
  }

  /** The page with other lines in place of those of the blocks of a section. */
  OperationsPage with(String section, List<List<String>> played) {
    List<Block> blocks = blocks(section);
    List<String> all = new ArrayList<>(lines);
    // From the last to the first, so that the places of those before stay as they are.
    for (int i = blocks.size() - 1; i >= 0; i--) {
      Block block = blocks.get(i);
      List<String> there = all.subList(block.first(), block.first() + block.lines().size());
      there.clear();
      there.addAll(played.get(i));
    }
    return new OperationsPage(all);
  }

  /** The whole of it. */
  String text() {
    return lines.stream().collect(Collectors.joining("\n", "", "\n"));
  }

  void writeTo(Path file) {
    try {
      Files.writeString(file, text());
    } catch (IOException e) {
      throw new UncheckedIOException("The page is not written to " + file, e);
    }
  }
}
