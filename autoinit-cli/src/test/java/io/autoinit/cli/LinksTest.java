package io.autoinit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pages lead to files that are there. */
class LinksTest {

  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final Pattern ELSEWHERE = Pattern.compile("[a-z][a-z0-9+.-]*:.*|#.*");
  private static final int LEAST_LINKS = 10;

  @Test
  void everyRelativeLinkLeadsToAFile() throws IOException {
    List<String> links = new ArrayList<>();
    List<String> broken = new ArrayList<>();
    for (Path page : pages()) {
      for (String link : relativeLinks(page)) {
        links.add(link);
        if (!leadsToAFile(page, link)) {
          broken.add(ROOT.relativize(page) + " -> " + link);
        }
      }
    }
    assertThat(links).hasSizeGreaterThan(LEAST_LINKS);
    assertThat(broken).isEmpty();
  }

  @Test
  void aBrokenLinkIsSeen(@TempDir Path directory) throws IOException {
    Path page = directory.resolve("page.md");
    Files.writeString(page, "[here](page.md#top), [away](https://example.org), [lost](lost.md)");
    assertThat(relativeLinks(page)).containsExactly("page.md#top", "lost.md");
    assertThat(leadsToAFile(page, "page.md#top")).isTrue();
    assertThat(leadsToAFile(page, "lost.md")).isFalse();
  }

  private static List<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>();
    pages.add(ROOT.resolve("README.md"));
    pages.add(ROOT.resolve("CONTRIBUTING.md"));
    for (String directory : List.of("docs", "examples")) {
      try (Stream<Path> files = Files.walk(ROOT.resolve(directory))) {
        files
            .filter(file -> file.toString().endsWith(".md") && !file.toString().contains("target"))
            .forEach(pages::add);
      }
    }
    return pages;
  }

  private static List<String> relativeLinks(Path page) throws IOException {
    Matcher links = LINK.matcher(Files.readString(page));
    return links
        .results()
        .map(link -> link.group(1))
        .filter(link -> !ELSEWHERE.matcher(link).matches())
        .toList();
  }

  private static boolean leadsToAFile(Path page, String link) {
    return Files.exists(page.resolveSibling(link.split("#", 2)[0]));
  }
}
