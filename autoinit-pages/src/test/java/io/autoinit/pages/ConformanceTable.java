package io.autoinit.pages;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The kit's reports on several backends side by side, without what differs from run to run. */
final class ConformanceTable {

  private static final String HEAD =
      """
      # What our backends hold

      Each rule of [the contract](contract.md), as the last run of the [kit](write-a-backend.md) found it on each backend. This page is made
      from the kit's reports by the build, which fails where they differ; `memory` is the fake for tests, `InMemoryBackend`. The kits of Hazelcast and ZooKeeper
      take longer than a build should: their columns are of [records](conformance) of the last `mvn -Plong`, which is held against them when it runs.
      `hazelcast-cp` is Hazelcast 5.4.0 with its locks in the CP Subsystem, `hazelcast-member` a backend that is itself a member of the cluster,
      `zookeeper-ensemble` three servers. What each backend is good for stands on its own page: [file](backends/file.md),
      [postgres](backends/postgres.md), [redis](backends/redis.md), [hazelcast](backends/hazelcast.md), [zookeeper](backends/zookeeper.md).

      A rule is held if at least one of its tests ran and none failed. The numbers lead to the tests that could not run.

      """;

  private final List<JsonObject> backends;
  private final Map<String, Map<String, Set<String>>> notes = new LinkedHashMap<>();
  private final StringBuilder text = new StringBuilder(HEAD);

  private ConformanceTable(List<JsonObject> backends) {
    this.backends = backends;
  }

  static String markdown(List<JsonObject> backends) {
    var table = new ConformanceTable(backends);
    table.write();
    return table.text.toString();
  }

  private void write() {
    row("", backend -> type(backend));
    text.append("|---").append("|---".repeat(backends.size())).append("|\n");
    row("locks", backend -> shown(backend.get("guarantee"), Function.identity()));
    row(
        "readiness",
        backend ->
            shown(backend.get("durable"), d -> d.equals("true") ? "durable" : "not durable"));
    row(
        "markers",
        backend ->
            shown(
                backend.get("reach"),
                r -> r.equals("node") ? "seen by one node" : "seen by the fleet"));
    JsonArray rules = backends.get(0).getAsJsonArray("rules");
    for (JsonElement rule : rules) {
      String id = rule.getAsJsonObject().get("id").getAsString();
      row(id, backend -> cell(backend, id));
    }
    text.append("\n");
    int number = 0;
    for (Map.Entry<String, Map<String, Set<String>>> note : notes.entrySet()) {
      number++;
      text.append(number).append(". ").append(note.getKey()).append("\n");
      note.getValue()
          .forEach(
              (type, tests) ->
                  text.append("   - ")
                      .append(type)
                      .append(": ")
                      .append(String.join("; ", tests))
                      .append("\n"));
    }
  }

  private void row(String name, Function<JsonObject, String> cell) {
    text.append(name.isEmpty() ? "|" : "| " + name);
    for (JsonObject backend : backends) {
      text.append(" | ").append(cell.apply(backend));
    }
    text.append(" |\n");
  }

  private String cell(JsonObject backend, String id) {
    for (JsonElement element : backend.getAsJsonArray("rules")) {
      JsonObject rule = element.getAsJsonObject();
      if (rule.get("id").getAsString().equals(id)) {
        String result = rule.get("result").getAsString();
        Set<Integer> numbers = new TreeSet<>();
        for (JsonElement test : rule.getAsJsonArray("tests")) {
          note(type(backend), id, test.getAsJsonObject(), numbers);
        }
        return (result.equals("broken") ? "**broken**" : result)
            + (numbers.isEmpty()
                ? ""
                : numbers.stream()
                    .map(String::valueOf)
                    .collect(Collectors.joining(", ", " <sup>", "</sup>")));
      }
    }
    return "";
  }

  private void note(String type, String id, JsonObject test, Set<Integer> numbers) {
    if (test.get("result").getAsString().equals("skipped")) {
      String reason = test.get("reason").getAsString();
      notes
          .computeIfAbsent(reason, r -> new LinkedHashMap<>())
          .computeIfAbsent(type, t -> new LinkedHashSet<>())
          .add(id + " " + test.get("name").getAsString());
      numbers.add(new ArrayList<>(notes.keySet()).indexOf(reason) + 1);
    }
  }

  private static String type(JsonObject backend) {
    return backend.get("type").getAsString();
  }

  private static String shown(JsonElement value, Function<String, String> words) {
    return value.isJsonNull() ? "" : words.apply(value.getAsString());
  }
}
