package io.autoinit.cli;

import com.google.gson.stream.JsonWriter;
import io.autoinit.InitEvent;
import io.autoinit.InitListener;
import io.autoinit.Phase;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Writes each event as one JSON object on a line of its own. Fields are named as the components of
 * the event's record; durations are whole milliseconds and end in {@code Ms}; what is absent is
 * left out.
 */
final class JsonListener implements InitListener {

  private final PrintStream out;
  private final Clock clock;

  JsonListener(PrintStream out, Clock clock) {
    this.out = out;
    this.clock = clock;
  }

  @Override
  public void on(InitEvent event) {
    Map<String, Object> fields = new LinkedHashMap<>();
    for (RecordComponent component : event.getClass().getRecordComponents()) {
      fields.put(component.getName(), value(event, component));
    }
    write(name(event.getClass()), fields);
  }

  /** Writes an object that is no event of a start, such as its end. */
  void write(String event, Map<String, Object> fields) {
    var text = new StringWriter();
    try (var json = new JsonWriter(text)) {
      // Gson escapes characters that HTML knows as well; JSON does not need it.
      json.setHtmlSafe(false);
      json.beginObject();
      json.name("time").value(clock.instant().truncatedTo(ChronoUnit.MILLIS).toString());
      json.name("event").value(event);
      for (Map.Entry<String, Object> field : fields.entrySet()) {
        field(json, field.getKey(), field.getValue());
      }
      json.endObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    out.println(text);
  }

  private static void field(JsonWriter json, String name, Object value) throws IOException {
    if (value instanceof Optional<?> optional) {
      if (optional.isPresent()) {
        field(json, name, optional.get());
      }
    } else if (value instanceof Duration duration) {
      json.name(name + "Ms").value(duration.toMillis());
    } else if (value instanceof Number number) {
      json.name(name).value(number);
    } else if (value instanceof Boolean flag) {
      json.name(name).value(flag);
    } else if (value instanceof List<?> list) {
      json.name(name).beginArray();
      for (Object element : list) {
        if (element instanceof Map<?, ?> object) {
          json.beginObject();
          for (Map.Entry<?, ?> inner : object.entrySet()) {
            field(json, inner.getKey().toString(), inner.getValue());
          }
          json.endObject();
        } else {
          json.value(element.toString());
        }
      }
      json.endArray();
    } else if (value instanceof Phase phase) {
      json.name(name).value(phase.label());
    } else if (value instanceof Enum<?> constant) {
      json.name(name).value(constant.name().toLowerCase(Locale.ROOT));
    } else {
      json.name(name).value(value.toString());
    }
  }

  private static Object value(InitEvent event, RecordComponent component) {
    try {
      return component.getAccessor().invoke(event);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot read " + component, e);
    }
  }

  /** The name of an event: its type in lower case with dashes, for example {@code step-started}. */
  static String name(Class<?> type) {
    return type.getSimpleName().replaceAll("(?<=.)([A-Z])", "-$1").toLowerCase(Locale.ROOT);
  }
}
