package io.autoinit.spi;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Records as the text of {@link Properties}: ASCII, readable in any store's console, open to fields
 * of later releases.
 */
final class RecordText {

  private final Properties fields;

  private RecordText(Properties fields) {
    this.fields = fields;
  }

  static RecordText of(String format) {
    return new RecordText(new Properties()).with("format", format);
  }

  static RecordText read(String format, String text) {
    Properties fields = new Properties();
    try {
      fields.load(new StringReader(text));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (!format.equals(fields.getProperty("format"))) {
      throw new IllegalArgumentException("not a record of the format " + format);
    }
    return new RecordText(fields);
  }

  RecordText with(String field, String value) {
    fields.setProperty(field, value);
    return this;
  }

  RecordText with(String field, long value) {
    return with(field, Long.toString(value));
  }

  RecordText with(String field, Optional<String> value) {
    value.ifPresent(v -> with(field, v));
    return this;
  }

  RecordText with(String field, List<CompletedStep> steps) {
    with(field, steps.size());
    for (int i = 0; i < steps.size(); i++) {
      with(field + "." + i, steps.get(i).name());
      with(field + "." + i + ".took-ms", steps.get(i).took().toMillis());
    }
    return this;
  }

  String text(String field) {
    return find(field)
        .orElseThrow(() -> new IllegalArgumentException("the record has no field " + field));
  }

  Optional<String> find(String field) {
    return Optional.ofNullable(fields.getProperty(field));
  }

  long number(String field) {
    return Long.parseLong(text(field));
  }

  int count(String field) {
    return Integer.parseInt(text(field));
  }

  Duration millis(String field) {
    return Duration.ofMillis(number(field));
  }

  List<CompletedStep> steps(String field) {
    List<CompletedStep> steps = new ArrayList<>();
    for (int i = 0; i < count(field); i++) {
      steps.add(new CompletedStep(text(field + "." + i), millis(field + "." + i + ".took-ms")));
    }
    return steps;
  }

  @Override
  public String toString() {
    var bytes = new ByteArrayOutputStream();
    try {
      fields.store(bytes, null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    // Properties begin with a comment that holds the date and stand in no order: both would make
    // equal records differ.
    return bytes
        .toString(StandardCharsets.ISO_8859_1)
        .lines()
        .filter(line -> !line.startsWith("#"))
        .collect(Collectors.toCollection(TreeSet::new))
        .stream()
        .collect(Collectors.joining("\n", "", "\n"));
  }
}
