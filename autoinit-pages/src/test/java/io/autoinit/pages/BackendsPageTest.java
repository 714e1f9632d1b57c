package io.autoinit.pages;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.autoinit.spi.BackendProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * {@code docs/backends.md} says what the kit's reports on our backends say. {@code
 * -Dautoinit.docs.write=true} writes it. The kits that take too long for each build are recorded in
 * {@code docs/conformance}; when they have run, the records are held against them.
 */
class BackendsPageTest {

  private static final Path ROOT = Path.of("..");

  private static final String REPORT = "target/autoinit-tck/report.json";

  /** The kits that run with the profile "long" alone, by the names of their columns. */
  private static final Map<String, String> LONG =
      Map.of(
          "HazelcastTckTest", "hazelcast",
          "HazelcastStrongTckTest", "hazelcast-cp",
          "HazelcastMemberTckTest", "hazelcast-member",
          "ZooKeeperTckTest", "zookeeper",
          "ZooKeeperEnsembleTckTest", "zookeeper-ensemble");

  /** Set where the long kits have run before, so that none of them is passed over in silence. */
  private static final String ALL_HAVE_RUN = "autoinit.docs.long-kits-have-run";

  private static final String WAY_OUT =
      """
      run the kit on every backend in the same build: mvn verify, or, for this page alone, \
      mvn -pl autoinit-pages -am package -Dtest='*TckTest,BackendsPageTest' \
      -Dsurefire.failIfNoSpecifiedTests=false (-Dautoinit.docs.write=true writes the page)""";

  private static final String LONG_WAY_OUT =
      """
      run the long kits, mvn -Plong -pl \
      autoinit-backend-zookeeper,autoinit-hazelcast-proof,autoinit-hazelcast-cp-proof -am verify, and \
      then this test with -Dautoinit.docs.write=true, which records them""";

  @Test
  void thePageOfBackendsIsThatOfTheReports() throws IOException {
    Map<String, JsonObject> reports = reports();
    List<JsonObject> columns = columns(reports);
    String text = ConformanceTable.markdown(columns);
    Path page = ROOT.resolve("docs/backends.md");
    if (writes()) {
      Files.writeString(page, text);
    }
    assertThat(page).as(WAY_OUT).hasContent(text);
    assertThat(rowsOf(page)).containsExactlyElementsOf(rulesOfTheContract());
  }

  private static boolean writes() {
    return Boolean.getBoolean("autoinit.docs.write");
  }

  /** What is recorded of a long kit; compared with its run where there was one. */
  private static JsonObject recorded(String kit, Optional<JsonObject> run, JsonObject any)
      throws IOException {
    Path file = ROOT.resolve("docs/conformance").resolve(kit + ".json");
    if (Boolean.getBoolean(ALL_HAVE_RUN)) {
      assertThat(run)
          .as("%s has run before, since -D%s=true says so", kit, ALL_HAVE_RUN)
          .isPresent();
    }
    if (run.isPresent()) {
      String text = ConformanceRecord.of(requireWhole(kit, run.get()));
      if (writes()) {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
      }
      assertThat(file).as(LONG_WAY_OUT).hasContent(text);
    }
    assertThat(file).as(LONG_WAY_OUT).exists();
    JsonObject record = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
    record.addProperty("type", kit);
    // A kit that has changed since was not run.
    assertThat(ConformanceRecord.tests(record))
        .as("%s: %s", file, LONG_WAY_OUT)
        .isEqualTo(ConformanceRecord.tests(any));
    return record;
  }

  private static List<String> rulesOfTheContract() throws IOException {
    return Files.readAllLines(ROOT.resolve("docs/contract.md")).stream()
        .filter(line -> line.startsWith("### "))
        .map(line -> line.split(" ", -1)[1])
        .toList();
  }

  private static List<String> rowsOf(Path page) throws IOException {
    return Files.readAllLines(page).stream()
        .filter(line -> line.matches("\\| [A-Z]+-\\d+ .*"))
        .map(line -> line.split(" ", -1)[1])
        .toList();
  }

  /** The kit's own first, then whatever the command can find, then their other servers. */
  private static List<JsonObject> columns(Map<String, JsonObject> reports) throws IOException {
    Stream<String> found =
        ServiceLoader.load(BackendProvider.class).stream()
            .filter(provider -> isOurs(provider.type().getPackageName()))
            .map(provider -> provider.get().type())
            .sorted(
                Comparator.comparing((String type) -> !type.equals("file"))
                    .thenComparing(Comparator.naturalOrder()));
    Set<String> ours = new LinkedHashSet<>(List.of("memory"));
    ours.addAll(found.toList());
    assertThat(ours).hasSizeGreaterThan(3);
    ours.addAll(new TreeSet<>(LONG.values()));
    List<JsonObject> columns = new ArrayList<>();
    for (String type : ours) {
      Optional<JsonObject> report = Optional.ofNullable(reports.get(type));
      columns.add(
          LONG.containsValue(type)
              ? recorded(type, report, columns.get(0))
              : requireWhole(
                  type,
                  report.orElseThrow(
                      () ->
                          new AssertionError(
                              "no report of the backend '%s': %s".formatted(type, WAY_OUT)))));
    }
    return columns;
  }

  private static JsonObject requireWhole(String type, JsonObject report) {
    if (report.getAsJsonObject("totals").get("not run").getAsInt() > 0
        || !report.get("trouble").isJsonNull()) {
      throw new AssertionError(
          "the last report of '%s' is not of a whole run: %s".formatted(type, WAY_OUT));
    }
    return report;
  }

  private static boolean isOurs(String packageName) {
    return packageName.startsWith("io.autoinit.core.")
        || packageName.startsWith("io.autoinit.backend.");
  }

  private static Map<String, JsonObject> reports() throws IOException {
    Map<String, JsonObject> reports = new TreeMap<>();
    List<Path> modules;
    try (Stream<Path> directories = Files.list(ROOT)) {
      modules =
          directories
              .filter(directory -> directory.getFileName().toString().startsWith("autoinit-"))
              .sorted()
              .toList();
    }
    for (Path module : modules) {
      Path file = module.resolve(REPORT);
      if (Files.exists(file)) {
        for (JsonElement element :
            JsonParser.parseString(Files.readString(file))
                .getAsJsonObject()
                .getAsJsonArray("backends")) {
          JsonObject backend = element.getAsJsonObject();
          String testClass = backend.get("class").getAsString();
          String name =
              LONG.getOrDefault(
                  testClass.substring(testClass.lastIndexOf('.') + 1),
                  backend.get("type").getAsString());
          JsonObject before = reports.put(name, backend);
          assertThat(before).as("two reports of '%s', remove one: mvn clean", name).isNull();
        }
      }
    }
    return reports;
  }

  @Test
  void aTableHasARowForEachRuleAndANoteForEachReason() {
    JsonObject right = report("right", "held", "held", "held", null);
    JsonObject partly = report("partly", "held", "held", "skipped", "no|server");
    JsonObject without = report("without", "skipped", "skipped", "skipped", "no locks");
    JsonObject wrong = report("wrong", "broken", "broken", "held", null);

    String table = ConformanceTable.markdown(List.of(right, partly, without, wrong));

    assertThat(table)
        .contains(
            """
            | | right | partly | without | wrong |
            |---|---|---|---|---|
            | locks | strong | strong | strong | strong |
            | readiness | durable | durable | durable | durable |
            | markers | seen by the fleet | seen by the fleet | seen by the fleet | seen by the fleet |
            | LOCK-1 | held | held <sup>1</sup> | skipped <sup>2</sup> | **broken** |
            """)
        .contains(
            """
            1. no|server
               - partly: LOCK-1 second
            2. no locks
               - without: LOCK-1 first; LOCK-1 second
            """);
  }

  private static JsonObject report(
      String type, String rule, String first, String second, @Nullable String reason) {
    String said = reason == null ? "null" : "\"" + reason + "\"";
    return JsonParser.parseString(
            """
            {"type": "%s", "guarantee": "strong", "durable": true, "reach": "fleet", "rules": [
              {"id": "LOCK-1", "result": "%s", "tests": [
                {"name": "first", "result": "%s", "reason": %s},
                {"name": "second", "result": "%s", "reason": %s}]}]}
            """
                .formatted(type, rule, first, said, second, said))
        .getAsJsonObject();
  }
}
