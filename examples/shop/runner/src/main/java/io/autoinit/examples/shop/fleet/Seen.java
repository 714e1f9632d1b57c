package io.autoinit.examples.shop.fleet;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * An event that a replica told, as {@code autoinit --json} writes it.
 *
 * @param at when it was seen, from the start of the fleet
 * @param fields its fields
 */
record Seen(Duration at, JsonObject fields) {

  /** A member of the fleet, as autoinit names it: its host, process and a random part. */
  private static final Pattern MEMBER = Pattern.compile("((?:own|shared)-\\d+)/\\d+/[0-9a-f]+");

  static Optional<Seen> parse(Duration at, String line) {
    if (!line.startsWith("{")) {
      return Optional.empty();
    }
    try {
      JsonObject fields = JsonParser.parseString(line).getAsJsonObject();
      return fields.has("event") ? Optional.of(new Seen(at, fields)) : Optional.empty();
    } catch (JsonParseException | IllegalStateException e) {
      return Optional.empty();
    }
  }

  boolean is(String event) {
    return text("event").equals(event);
  }

  boolean is(String event, String phase) {
    return is(event) && text("phase").equals(phase);
  }

  boolean isStep(String event, String step) {
    return is(event) && text("step").equals(step);
  }

  /** A field for people; empty if it is not there. Members are called by their names. */
  String text(String field) {
    JsonElement value = fields.get(field);
    if (value == null || value.isJsonNull()) {
      return "";
    }
    String text =
        value.isJsonArray()
            ? StreamSupport.stream(value.getAsJsonArray().spliterator(), false)
                .map(JsonElement::getAsString)
                .collect(Collectors.joining(", "))
            : value.getAsString();
    return MEMBER.matcher(text).replaceAll("$1");
  }

  String seconds(String field) {
    JsonElement value = fields.get(field);
    return value == null ? "?" : Story.seconds(Duration.ofMillis(value.getAsLong()));
  }
}
