package io.autoinit.chaos;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One line of a history: what a process wrote down when it happened.
 *
 * @param at when, by CLOCK_MONOTONIC, in nanoseconds
 * @param process who wrote it: the node and which of its processes, as in {@code n1.2}; {@code
 *     chaos} for what injects the faults
 * @param kind what happened
 * @param fields more about it
 */
record Entry(long at, String process, String kind, Map<String, String> fields) {

  /** Who injects the faults. */
  static final String CHAOS = "chaos";

  Entry {
    fields = Map.copyOf(fields);
  }

  static Entry of(long at, String process, String kind, Object... fields) {
    Map<String, String> map = new LinkedHashMap<>();
    for (int i = 0; i < fields.length; i += 2) {
      map.put(fields[i].toString(), clean(fields[i + 1].toString()));
    }
    return new Entry(at, process, kind, map);
  }

  private static String clean(String text) {
    return text.replaceAll("[\\t\\r\\n]+", " ");
  }

  /** The line, with its end. */
  String line() {
    StringBuilder line = new StringBuilder().append(at).append('\t').append(process);
    line.append('\t').append(kind);
    fields.keySet().stream()
        .sorted()
        .forEach(key -> line.append('\t').append(key).append('=').append(fields.get(key)));
    return line.append('\n').toString();
  }

  static Entry parse(String line) {
    List<String> parts = List.of(line.split("\t", -1));
    Map<String, String> fields = new LinkedHashMap<>();
    for (String field : parts.subList(3, parts.size())) {
      int sign = field.indexOf('=');
      fields.put(field.substring(0, sign), field.substring(sign + 1));
    }
    return new Entry(Long.parseLong(parts.get(0)), parts.get(1), parts.get(2), fields);
  }

  boolean is(String other) {
    return kind.equals(other);
  }

  boolean has(String field, String value) {
    return value.equals(fields.get(field));
  }

  String text(String field) {
    String value = fields.get(field);
    if (value == null) {
      throw new IllegalStateException("no field '%s' in: %s".formatted(field, line()));
    }
    return value;
  }

  Optional<String> find(String field) {
    return Optional.ofNullable(fields.get(field));
  }

  long number(String field) {
    return Long.parseLong(text(field));
  }

  /** The node whose process this is. */
  String node() {
    int dot = process.indexOf('.');
    return dot < 0 ? process : process.substring(0, dot);
  }

  boolean isOfNode() {
    return !process.equals(CHAOS);
  }
}
