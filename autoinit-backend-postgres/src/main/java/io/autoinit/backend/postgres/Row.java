package io.autoinit.backend.postgres;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One row of an answer, as text; columns count from 0. */
final class Row {

  private final @Nullable String[] columns;

  Row(@Nullable String[] columns) {
    this.columns = columns;
  }

  Optional<String> find(int column) {
    return Optional.ofNullable(columns[column]);
  }

  String text(int column) {
    return find(column).orElseThrow();
  }

  long number(int column) {
    return Long.parseLong(text(column));
  }

  boolean flag(int column) {
    return text(column).equals("t");
  }
}
