package io.autoinit.pages;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** A report of the kit without what differs from run to run, to be kept. */
final class ConformanceRecord {

  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().serializeNulls().disableHtmlEscaping().create();

  private static final List<String> KEPT = List.of("type", "guarantee", "durable", "reach");

  private ConformanceRecord() {}

  static String of(JsonObject report) {
    JsonObject record = new JsonObject();
    KEPT.forEach(name -> record.add(name, report.get(name)));
    record.add("store", report.getAsJsonObject("versions").get("store"));
    JsonArray rules = new JsonArray();
    for (JsonElement element : report.getAsJsonArray("rules")) {
      rules.add(withoutTimes(element.getAsJsonObject()));
    }
    record.add("rules", rules);
    return GSON.toJson(record) + "\n";
  }

  private static JsonObject withoutTimes(JsonObject rule) {
    JsonObject kept = rule.deepCopy();
    kept.remove("seconds");
    kept.getAsJsonArray("tests").forEach(test -> test.getAsJsonObject().remove("seconds"));
    return kept;
  }

  /** The rules and tests that a report or a record tells of. */
  static List<String> tests(JsonObject report) {
    List<String> tests = new ArrayList<>();
    for (JsonElement element : report.getAsJsonArray("rules")) {
      JsonObject rule = element.getAsJsonObject();
      for (JsonElement test : rule.getAsJsonArray("tests")) {
        tests.add(
            rule.get("id").getAsString() + " " + test.getAsJsonObject().get("name").getAsString());
      }
    }
    return tests;
  }
}
