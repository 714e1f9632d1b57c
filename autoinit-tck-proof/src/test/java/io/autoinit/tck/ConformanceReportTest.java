package io.autoinit.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;

/** What a run of the kit leaves behind. */
class ConformanceReportTest {

  @TempDir private Path directory = Path.of("");

  private EngineExecutionResults run(DiscoverySelector... tests) {
    return run(place().toString(), tests);
  }

  private static EngineExecutionResults run(String place, DiscoverySelector... tests) {
    return EngineTestKit.engine("junit-jupiter")
        .selectors(tests)
        .configurationParameter(ConformanceReport.PARAMETER, place)
        .execute();
  }

  /** No folder of a build tool is there. */
  private Path place() {
    return directory.resolve("target/autoinit-tck");
  }

  private String markdown() throws IOException {
    return Files.readString(place().resolve("report.md"));
  }

  private Map<String, JsonObject> sections() throws IOException {
    JsonObject report =
        JsonParser.parseString(Files.readString(place().resolve("report.json"))).getAsJsonObject();
    assertThat(report.get("format").getAsInt()).isEqualTo(1);
    Map<String, JsonObject> sections = new TreeMap<>();
    for (JsonElement section : report.getAsJsonArray("backends")) {
      String name = section.getAsJsonObject().get("class").getAsString();
      sections.put(name.substring(name.indexOf('$') + 1), section.getAsJsonObject());
    }
    return sections;
  }

  private JsonObject section(String name) throws IOException {
    return Objects.requireNonNull(sections().get(name), name);
  }

  private static JsonObject named(JsonObject in, String list, String key, String value) {
    for (JsonElement element : in.getAsJsonArray(list)) {
      if (element.getAsJsonObject().get(key).getAsString().equals(value)) {
        return element.getAsJsonObject();
      }
    }
    throw new AssertionError("no " + value + " in " + in);
  }

  private static String result(JsonObject section, String rule) {
    return named(section, "rules", "id", rule).get("result").getAsString();
  }

  @Test
  void a_right_backend_has_a_row_for_each_rule_and_each_test() throws IOException {
    run(selectClass(ReportedTck.RightTck.class));

    JsonObject section = section("RightTck");
    assertThat(section.get("type").getAsString()).isEqualTo("reported");
    assertThat(section.get("guarantee").getAsString()).isEqualTo("strong");
    assertThat(section.get("durable").getAsBoolean()).isTrue();
    assertThat(section.get("reach").getAsString()).isEqualTo("fleet");
    assertThat(section.get("unread").isJsonNull()).isTrue();
    assertThat(section.get("trouble").isJsonNull()).isTrue();
    assertThat(section.getAsJsonObject("versions").get("store").getAsString())
        .isEqualTo("memory 1.2.3");
    assertThat(section.getAsJsonObject("versions").get("autoinit").getAsString())
        .matches("\\d+\\.\\d+.*");
    assertThat(result(section, "LOCK-2")).isEqualTo("held");
    JsonObject skipped =
        named(
            named(section, "rules", "id", "LOCK-2"),
            "tests",
            "name",
            "tokens strictly increase over a restart of the store");
    assertThat(skipped.get("result").getAsString()).isEqualTo("skipped");
    assertThat(skipped.get("reason").getAsString())
        .isEqualTo("the test class offers no fault 'restart': override faults() to add it");
    assertThat(markdown().replaceAll("\\d+\\.\\d s ", "0.0 s "))
        .startsWith("# The contract of autoinit, held against backends\n\n## reported\n\n")
        .contains(
            """
            | **LOCK-3** | **held** | 0.0 s |
            | a test of the author's own | held | 0.0 s |
            | tryAcquire returns at once while another holds the lock | held | 0.0 s |
            """,
            """
            | **LOCK-5** | **skipped** | |
            | the lock of a killed process is free within the ttl | skipped: one process | |
            | the store drops a dead holder by itself | skipped: the test class offers no fault \
            'abandon': override faults() to add it | |
            """)
        .doesNotContain("without_a_rule");
    assertThat(
            Stream.of(BackendTck.class.getMethods())
                .filter(method -> method.isAnnotationPresent(Test.class)))
        .allSatisfy(
            method ->
                assertThat(markdown())
                    .contains(
                        "| "
                            + method
                                .getAnnotation(org.junit.jupiter.api.DisplayName.class)
                                .value()
                                .replaceFirst("\\S+ ", "")));
  }

  @Test
  void a_flaw_is_a_broken_rule_with_the_message_and_without_secrets() throws IOException {
    run(selectClass(ReportedTck.FlawedTck.class));

    JsonObject section = section("FlawedTck");
    assertThat(result(section, "LOCK-2")).isEqualTo("broken");
    assertThat(result(section, "LOCK-1")).isEqualTo("held");
    assertThat(result(section, "LOCK-3")).isEqualTo("broken");
    assertThat(result(section, "LOCK-7")).isEqualTo("broken");
    assertThat(result(section, "LOCK-8")).as("found by a test of LOCK-7").isEqualTo("broken");
    assertThat(markdown())
        .contains("| tokens strictly increase over handovers | broken: the token ")
        .contains("| another rule | broken: three. Look at: two. | ")
        .doesNotContain("docs/contract.md", " is broken: ")
        .contains("| a leak | broken: refused: *** | ")
        .contains("| again and again | broken: java.lang.IllegalStateException: the first time | ")
        .doesNotContain(ReportedTck.SECRET);
  }

  @Test
  void classes_come_in_any_order_and_again_and_each_keeps_its_section() throws IOException {
    run(selectClass(ReportedTck.FlawedTck.class), selectClass(ReportedTck.RightTck.class));
    assertThat(sections()).containsOnlyKeys("FlawedTck", "RightTck");
    assertThat(result(section("RightTck"), "LOCK-2")).isEqualTo("held");

    run(selectMethod(ReportedTck.RightTck.class, "oneLeaseAcrossClients"));

    assertThat(sections()).containsOnlyKeys("FlawedTck", "RightTck");
    assertThat(result(section("RightTck"), "LOCK-1")).isEqualTo("held");
    assertThat(result(section("RightTck"), "LOCK-2")).isEqualTo("not run");
    assertThat(result(section("FlawedTck"), "LOCK-2")).isEqualTo("broken");
    int others = section("RightTck").getAsJsonArray("rules").size() - 1;
    assertThat(markdown())
        .contains("1 rules held, 0 broken, 0 skipped, %d not run".formatted(others));
    assertThat(List.of(markdown().split("(?m)^## reported"))).hasSize(3);
  }

  @Test
  void a_class_that_fails_before_its_tests_leaves_no_good_word_behind() throws IOException {
    run(selectClass(ReportedTck.UnstartedTck.class));

    JsonObject section = section("UnstartedTck");
    assertThat(section.get("trouble").getAsString())
        .isEqualTo("The test class itself failed: no server");
    assertThat(section.getAsJsonObject("totals").get("held").getAsInt()).isZero();
  }

  @Test
  void a_report_that_cannot_be_written_changes_no_result() throws IOException {
    Path taken = Files.writeString(directory.resolve("taken"), "a file");

    EngineExecutionResults results =
        run(taken.toString(), selectMethod(ReportedTck.RightTck.class, "oneLeaseAcrossClients"));

    assertThat(results.testEvents().succeeded().count()).isEqualTo(1);
    assertThat(results.containerEvents().failed().count()).isZero();
    assertThat(taken).hasContent("a file");
  }

  @Test
  void no_report_is_written_where_none_is_wanted() throws IOException {
    run("off", selectMethod(ReportedTck.RightTck.class, "oneLeaseAcrossClients"));

    try (Stream<Path> left = Files.list(directory)) {
      assertThat(left).isEmpty();
    }
    assertThat(Path.of("off")).doesNotExist();
  }
}
