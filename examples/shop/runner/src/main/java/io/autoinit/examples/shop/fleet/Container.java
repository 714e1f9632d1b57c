package io.autoinit.examples.shop.fleet;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * What the processes of a replica find around them.
 *
 * @param home the working directory
 * @param environment what they are told, beside what every process of this machine is
 */
record Container(Path home, Map<String, String> environment) {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  Container {
    environment = Map.copyOf(environment);
  }

  /**
   * What a command said.
   *
   * @param code its exit code
   * @param out what it wrote to the standard output
   * @param err what it wrote to the standard error
   */
  record Answer(int code, String out, String err) {}

  /** A process in it that is yet to be started. Nothing of autoinit comes from outside. */
  ProcessBuilder process(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command).directory(home.toFile());
    Map<String, String> all = builder.environment();
    all.keySet().removeIf(key -> key.startsWith("AUTOINIT_") || key.startsWith("SHOP_"));
    all.putAll(environment);
    return builder;
  }

  /**
   * Runs a command to its end, as somebody with a shell in the container does.
   *
   * @throws IllegalStateException if it does not end within a minute; it is killed then
   */
  Answer run(List<String> command) throws InterruptedException {
    Process process;
    try {
      process = process(command).start();
      process.getOutputStream().close();
    } catch (IOException e) {
      throw new UncheckedIOException("%s does not start".formatted(command.get(0)), e);
    }
    try {
      CompletableFuture<String> out = text(process.getInputStream());
      CompletableFuture<String> err = text(process.getErrorStream());
      if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException(
            "%s does not end within %s"
                .formatted(String.join(" ", command), Story.seconds(PATIENCE)));
      }
      return new Answer(process.exitValue(), out.join(), err.join());
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private static CompletableFuture<String> text(InputStream stream) {
    return CompletableFuture.supplyAsync(
        () -> {
          try (stream) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
          } catch (IOException e) {
            throw new UncheckedIOException("What the command says cannot be read", e);
          }
        });
  }
}
