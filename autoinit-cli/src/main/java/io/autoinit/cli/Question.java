package io.autoinit.cli;

import io.autoinit.InterruptedStartException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;

/** Asks the person at the terminal, where nothing but yes is yes. */
final class Question {

  private static final Set<String> YES = Set.of("y", "yes");

  private Question() {}

  /**
   * Asks on standard error.
   *
   * @throws InterruptedStartException if a signal came in place of an answer
   */
  static boolean isAnsweredYes(Console console, InputStream keyboard, String question) {
    List<String> lines = Humanized.harmless(question + " [y/N]").lines().toList();
    console
        .err()
        .print(
            lines.stream()
                    .map(line -> console.folded(line, 0))
                    .collect(Collectors.joining(System.lineSeparator()))
                + " ");
    console.err().flush();
    CompletableFuture<String> answer = new CompletableFuture<>();
    // Apart, since reading does not hear of an interrupt.
    var reader = new Thread(() -> answer.complete(line(keyboard)), "autoinit-question");
    reader.setDaemon(true);
    reader.start();
    try {
      return YES.contains(answer.get().strip().toLowerCase(Locale.ROOT));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedStartException("Nothing was changed: a signal came first", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String line(InputStream keyboard) {
    try {
      String line =
          new BufferedReader(new InputStreamReader(keyboard, StandardCharsets.UTF_8)).readLine();
      return line == null ? "" : line;
    } catch (IOException e) {
      // A terminal that is gone says nothing.
      return "";
    }
  }
}
