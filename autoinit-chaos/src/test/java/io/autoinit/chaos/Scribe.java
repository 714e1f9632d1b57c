package io.autoinit.chaos;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Appends to the history of a fleet, which many processes share: each line is one write to a file
 * that is open for appending, so lines stay whole. Safe for use by any thread.
 */
final class Scribe implements AutoCloseable {

  /** No channel: an interrupt would close it, and steps are interrupted. */
  private final OutputStream file;

  private final String process;

  Scribe(Path history, String process) {
    this.process = process;
    try {
      file = new FileOutputStream(history.toFile(), true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void write(String kind, Object... fields) {
    String line = Entry.of(System.nanoTime(), process, kind, fields).line();
    try {
      file.write(line.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
