package io.autoinit.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.ZoneId;

/**
 * Where the command speaks. Results go to {@code out}; the story of a start and errors go to {@code
 * err}, so that {@code out} belongs to the command that {@code run} becomes.
 *
 * @param out standard output
 * @param err standard error
 * @param clock the time that lines show
 */
record Console(PrintStream out, PrintStream err, Clock clock) {

  /** The process's own, in UTF-8 also where a container sets no locale. */
  static Console ofProcess() {
    return new Console(
        stream(FileDescriptor.out),
        stream(FileDescriptor.err),
        Clock.system(ZoneId.systemDefault()));
  }

  private static PrintStream stream(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }

  /** Prints one sentence on standard error. */
  void complain(String sentence) {
    sentence.lines().forEach(line -> err.println("autoinit: " + Humanized.harmless(line)));
  }
}
