package io.autoinit.core.steps;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Cuts the output of a command into lines, passes them on and remembers the last ones. */
final class OutputTail {

  private static final int LINES = 5;
  private static final int SHOWN = 300;
  private static final int LONGEST_LINE = 8192;

  private final UnaryOperator<String> redaction;
  private final Consumer<String> lines;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private final Deque<String> tail = new ArrayDeque<>();
  private boolean afterReturn;

  OutputTail(UnaryOperator<String> redaction, Consumer<String> lines) {
    this.redaction = redaction;
    this.lines = lines;
  }

  /** Takes some bytes. A carriage return ends a line, too: so progress bars come through. */
  void take(byte[] bytes, int count) {
    for (int i = 0; i < count; i++) {
      byte b = bytes[i];
      if (b == '\n' && afterReturn) {
        afterReturn = false;
      } else if (b == '\n' || b == '\r') {
        emit();
        afterReturn = b == '\r';
      } else {
        afterReturn = false;
        line.write(b);
        if (line.size() >= LONGEST_LINE) {
          emit();
        }
      }
    }
  }

  /** Takes the end: a last line without a line feed counts. */
  void end() {
    if (line.size() > 0) {
      emit();
    }
  }

  private void emit() {
    // Colours and other control sequences have no place in a log.
    String plain =
        line.toString(StandardCharsets.UTF_8)
            .replaceAll("\u001b\\[[0-9;?]*[A-Za-z]", "")
            .replace('\t', ' ')
            .replaceAll("\\p{Cntrl}", "?");
    // Before the line is cut: half a secret would not be found.
    String text = redaction.apply(plain);
    line.reset();
    synchronized (tail) {
      if (!text.isBlank()) {
        tail.addLast(text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...");
      }
      if (tail.size() > LINES) {
        tail.removeFirst();
      }
    }
    try {
      lines.accept(text);
    } catch (RuntimeException e) {
      // Whoever listens must not stop the command by a full pipe.
      System.getLogger(OutputTail.class.getName())
          .log(System.Logger.Level.DEBUG, "a line of output was not taken", e);
    }
  }

  /** The last lines that are not blank, as one. */
  String tail() {
    synchronized (tail) {
      return String.join(" | ", tail);
    }
  }
}
