package io.autoinit.tck;

import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Writes maps, collections, texts, numbers, truths and optionals as JSON, for people to read. */
final class Json {

  private Json() {}

  static String of(Object value) {
    return text(value, "");
  }

  private static String text(Object value, String indent) {
    String deeper = indent + "  ";
    if (value instanceof Map<?, ?> map) {
      return among(
          map.entrySet().stream()
              .map(e -> quoted(e.getKey().toString()) + ": " + text(e.getValue(), deeper))
              .toList(),
          "{",
          "}",
          indent);
    }
    if (value instanceof Collection<?> values) {
      return among(values.stream().map(v -> text(v, deeper)).toList(), "[", "]", indent);
    }
    if (value instanceof Optional<?> optional) {
      return optional.map(v -> text(v, indent)).orElse("null");
    }
    if (value instanceof Number || value instanceof Boolean) {
      return value.toString();
    }
    return quoted(value.toString());
  }

  private static String among(Collection<String> texts, String begin, String end, String indent) {
    if (texts.isEmpty()) {
      return begin + end;
    }
    String line = "\n" + indent + "  ";
    return texts.stream()
        .collect(Collectors.joining("," + line, begin + line, "\n" + indent + end));
  }

  private static String quoted(String text) {
    var quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> quoted.append("\\\"");
        case '\\' -> quoted.append("\\\\");
        case '\n' -> quoted.append("\\n");
        case '\t' -> quoted.append("\\t");
        default -> {
          // Lone surrogates and separators of lines too: readers differ about them.
          if (c < ' ' || Character.isSurrogate(c) || c == '\u2028' || c == '\u2029' || c == 0x7f) {
            quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
          } else {
            quoted.append(c);
          }
        }
      }
    }
    return quoted.append('"').toString();
  }
}
