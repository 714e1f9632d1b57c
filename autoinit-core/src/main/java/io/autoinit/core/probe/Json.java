package io.autoinit.core.probe;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** One flat JSON object; what is absent is left out. */
final class Json {

  private final List<String> fields = new ArrayList<>();

  Json text(String name, String value) {
    return raw(name, quoted(value));
  }

  Json text(String name, Optional<String> value) {
    value.ifPresent(v -> text(name, v));
    return this;
  }

  Json texts(String name, List<String> values) {
    return raw(name, values.stream().map(Json::quoted).collect(Collectors.joining(",", "[", "]")));
  }

  Json raw(String name, String value) {
    fields.add(quoted(name) + ":" + value);
    return this;
  }

  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c < ' ' || c == '\u007f' || Character.isSurrogate(c)) {
        // A surrogate without its other half would not survive as UTF-8.
        quoted.append("\\u%04x".formatted((int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }

  @Override
  public String toString() {
    return "{" + String.join(",", fields) + "}";
  }
}
