package io.autoinit.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Appends to the history of a fleet, which many processes share: each line is one write to a file
 * that is open for appending, so lines stay whole. Safe for use by any thread.
 */
final class Scribe implements AutoCloseable {

  private final FileChannel file;
  private final String process;

  Scribe(Path history, String process) {
    this.process = process;
    try {
      file =
          FileChannel.open(
              history,
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE,
              StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void write(String kind, Object... fields) {
    writeAt(System.nanoTime(), kind, fields);
  }

  void writeAt(long at, String kind, Object... fields) {
    String line = Entry.of(at, process, kind, fields).line();
    // An interrupt closes a channel for good: a step that is told to stop still writes that down.
    boolean interrupted = Thread.interrupted();
    try {
      file.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
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
