package io.autoinit.tck;

import io.autoinit.spi.Readiness;
import java.util.List;

/** Texts that broke something somewhere. */
final class NastyTexts {

  static final List<String> ALL =
      List.of(
          "",
          " ",
          "  leading and trailing  ",
          "two\nlines\r\nand\rthree\n",
          "a\ttab, a null \0, a bell \u0007, an escape \u001b[31m, a delete \u007f",
          "#comment=value\\continued \\",
          "'; DROP TABLE autoinit; -- \" ` $1 %s ? {}",
          "f\u00fcr \u65e5\u672c\u8a9e \u0639\u0631\u0628\u064a \u05e2\u05d1\u05e8\u05d9\u05ea",
          "emoji \ud83d\ude80, a family \ud83d\udc68\u200d\ud83d\udc69\u200d\ud83d\udc67",
          "next line \u0085, line separator \u2028, byte order mark \ufeff, non-character \uffff",
          "half a pair \ud83d alone");

  static final List<String> LONG =
      List.of(
          "x".repeat(Readiness.LONGEST_MESSAGE),
          "\u0001".repeat(Readiness.LONGEST_MESSAGE),
          "\ud83d\ude80".repeat(Readiness.LONGEST_MESSAGE / 4),
          "x".repeat(Readiness.LONGEST_MESSAGE + 1),
          "x" + "\ud83d\ude80".repeat(Readiness.LONGEST_MESSAGE),
          "\u65e5".repeat(100_000));

  private NastyTexts() {}
}
