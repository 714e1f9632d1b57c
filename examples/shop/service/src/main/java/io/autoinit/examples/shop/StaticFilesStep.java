package io.autoinit.examples.shop;

import io.autoinit.InitStep;
import io.autoinit.Phase;
import io.autoinit.StepContext;
import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * Unpacks the static files of this release into the node's volume. They appear all at once or not
 * at all: what was unpacked is renamed into its place.
 */
public final class StaticFilesStep implements InitStep {

  private final ShopSettings settings;

  /** For {@link java.util.ServiceLoader}: reads the settings from the environment. */
  public StaticFilesStep() {
    this(ShopSettings.ofProcess());
  }

  StaticFilesStep(ShopSettings settings) {
    this.settings = settings;
  }

  @Override
  public String name() {
    return "static-files";
  }

  @Override
  public Phase phase() {
    return Phase.NODE;
  }

  @Override
  public void run(StepContext context) throws Exception {
    StepRuns.write(settings, this, context, connection -> unpack(context));
  }

  private void unpack(StepContext context) throws IOException {
    Path target = settings.staticDir();
    if (Files.isDirectory(target)) {
      context.progress("already unpacked");
      return;
    }
    Files.createDirectories(target.getParent());
    // Only one process of the node is here: what lies about is from one that was killed.
    Path unfinished = target.resolveSibling(target.getFileName() + ".unfinished");
    remove(unfinished);
    Files.createDirectory(unfinished);
    List<String> names = names();
    for (String name : names) {
      try (InputStream file = resource(name)) {
        Files.copy(file, unfinished.resolve(name));
      }
    }
    Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
    context.progress("%d files unpacked".formatted(names.size()));
  }

  private static List<String> names() throws IOException {
    try (BufferedReader list =
        new BufferedReader(new InputStreamReader(resource("files.txt"), StandardCharsets.UTF_8))) {
      return list.lines().toList();
    }
  }

  private static InputStream resource(String name) throws IOException {
    InputStream resource = StaticFilesStep.class.getResourceAsStream("/static/" + name);
    if (resource == null) {
      throw new FileNotFoundException("The shop's jar does not hold static/" + name);
    }
    return resource;
  }

  private static void remove(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }
}
