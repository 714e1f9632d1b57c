package io.autoinit.cli;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * A stream to a terminal with one line below all others that is drawn again and again. What is
 * written erases it first, so that the lines above stay as they were written. Safe for use by any
 * thread.
 */
final class StatusLine extends FilterOutputStream {

  private static final String ERASE = "\r\u001b[K";

  private final int width;
  private boolean shown;
  private boolean atLineStart = true;

  /**
   * Creates the stream.
   *
   * @param out the terminal
   * @param width how many columns it has
   */
  StatusLine(OutputStream out, int width) {
    super(out);
    this.width = width;
  }

  int width() {
    return width;
  }

  @Override
  public synchronized void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
    if (length > 0) {
      erase();
      out.write(bytes, offset, length);
      atLineStart = bytes[offset + length - 1] == '\n';
    }
  }

  /** Draws the line in place of the one before; not in the middle of one that is being written. */
  synchronized void show(String text) throws IOException {
    if (atLineStart) {
      String line = Humanized.harmless(text).replace('\n', ' ').replace('\t', ' ');
      // The last column stays empty: some terminals begin a new line behind it.
      int cut =
          line.offsetByCodePoints(0, Math.min(line.codePointCount(0, line.length()), width - 1));
      out.write((ERASE + line.substring(0, cut)).getBytes(StandardCharsets.UTF_8));
      out.flush();
      shown = true;
    }
  }

  /** Takes the line away. */
  synchronized void erase() throws IOException {
    if (shown) {
      out.write(ERASE.getBytes(StandardCharsets.UTF_8));
      out.flush();
      shown = false;
    }
  }
}
