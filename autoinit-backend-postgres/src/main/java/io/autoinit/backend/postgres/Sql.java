package io.autoinit.backend.postgres;

import java.util.Arrays;

/**
 * Texts of SQL. Statements go as one text without parameters, since only so does a transaction cost
 * one round trip; so every value passes through here.
 */
final class Sql {

  private Sql() {}

  /**
   * Fills a template: {@code {s}} is the schema, each {@code %s} a value. Templates are constants.
   */
  static String fill(String template, String schema, Object... values) {
    Object[] literals = Arrays.stream(values).map(Sql::literal).toArray();
    return template.replace("{s}", identifier(schema)).formatted(literals);
  }

  private static String literal(Object value) {
    if (value instanceof Long || value instanceof Integer || value instanceof Boolean) {
      return value.toString();
    }
    if (value instanceof String text) {
      // E'' reads the same whatever standard_conforming_strings says.
      return "E'" + text.replace("\\", "\\\\").replace("'", "''") + "'";
    }
    throw new IllegalArgumentException("no literal for " + value.getClass());
  }

  private static String identifier(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }
}
