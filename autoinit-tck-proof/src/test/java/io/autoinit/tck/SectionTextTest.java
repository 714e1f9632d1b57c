package io.autoinit.tck;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import io.autoinit.spi.Guarantee;
import io.autoinit.spi.Reach;
import io.autoinit.spi.Role;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The report to the letter, as people and programs read it. */
class SectionTextTest {

  private static final Facts FACTS =
      new Facts(
          "etcd",
          Set.of(Role.MARKERS, Role.LOCKS),
          Optional.of(Guarantee.BEST_EFFORT),
          Optional.empty(),
          Optional.of(Reach.NODE),
          new Facts.Versioned(
              Optional.of("1.0"),
              Optional.of("2.0"),
              Optional.of("etcd 3.6"),
              Optional.of("6.1.3"),
              "17.0.15"),
          Optional.empty());

  private static final Section SECTION =
      new Section(
          "com.example.EtcdTckTest",
          FACTS,
          new TreeMap<>(
              Map.of(
                  new RuleId("LOCK", 1),
                  List.of(
                      result("alone", Outcome.HELD, ""),
                      result("across processes", Outcome.SKIPPED, "there is\nbut one")),
                  new RuleId("LOCK", 10),
                  List.of(result("late", Outcome.NOT_RUN, "")),
                  new RuleId("READY", 2),
                  List.of(result("pipes", Outcome.BROKEN, "it says \"a|b\" \\")),
                  new RuleId("MARK", 1),
                  List.of(result("whole", Outcome.SKIPPED, "no markers")))),
          Duration.ofMillis(12_345),
          Optional.of("The test class itself failed:\nno server"));

  private static Section.Result result(String title, Outcome outcome, String reason) {
    return new Section.Result(title, outcome, reason, Duration.ofMillis(1_500));
  }

  @Test
  void people_read_markdown() {
    assertThat(SectionText.markdown(SECTION))
        .isEqualTo(
            """
            ## etcd

            **1 rules held, 1 broken, 1 skipped, 1 not run**

            **The test class itself failed: no server**

            | the backend | |
            |---|---|
            | test class | `com.example.EtcdTckTest` |
            | roles | locks, markers |
            | locks | best effort |
            | markers | seen by one node |
            | versions | autoinit 1.0, backend 2.0, store etcd 3.6, JUnit Jupiter 6.1.3, Java 17.0.15 |
            | time | 12.3 s |

            | rule, and its tests | result | time |
            |---|---|---|
            | **LOCK-1** | **held** | 3.0 s |
            | alone | held | 1.5 s |
            | across processes | skipped: there is but one | |
            | **LOCK-10** | **not run** | |
            | late | not run | |
            | **READY-2** | **broken** | 1.5 s |
            | pipes | broken: it says "a\\|b" \\\\ | 1.5 s |
            | **MARK-1** | **skipped** | |
            | whole | skipped: no markers | |
            """);
  }

  @Test
  void programs_read_json() {
    assertThat(JsonParser.parseString(SectionText.json(SECTION)))
        .isEqualTo(
            JsonParser.parseString(
                """
                {
                  "type": "etcd",
                  "class": "com.example.EtcdTckTest",
                  "roles": ["locks", "markers"],
                  "guarantee": "best effort",
                  "durable": null,
                  "reach": "node",
                  "versions": {
                    "autoinit": "1.0", "backend": "2.0", "store": "etcd 3.6", "junit": "6.1.3",
                    "java": "17.0.15"
                  },
                  "unread": null,
                  "trouble": "The test class itself failed:\\nno server",
                  "seconds": 12.345,
                  "totals": {"broken": 1, "held": 1, "skipped": 1, "not run": 1},
                  "rules": [
                    {
                      "id": "LOCK-1", "result": "held", "seconds": 3.0,
                      "tests": [
                        {"name": "alone", "result": "held", "reason": null, "seconds": 1.5},
                        {
                          "name": "across processes", "result": "skipped",
                          "reason": "there is\\nbut one", "seconds": 1.5
                        }
                      ]
                    },
                    {
                      "id": "LOCK-10", "result": "not run", "seconds": 1.5,
                      "tests": [
                        {"name": "late", "result": "not run", "reason": null, "seconds": 1.5}
                      ]
                    },
                    {
                      "id": "READY-2", "result": "broken", "seconds": 1.5,
                      "tests": [
                        {
                          "name": "pipes", "result": "broken",
                          "reason": "it says \\"a|b\\" \\\\", "seconds": 1.5
                        }
                      ]
                    },
                    {
                      "id": "MARK-1", "result": "skipped", "seconds": 1.5,
                      "tests": [
                        {
                          "name": "whole", "result": "skipped", "reason": "no markers",
                          "seconds": 1.5
                        }
                      ]
                    }
                  ]
                }
                """));
  }

  @Test
  void any_text_survives_the_json() {
    for (String text : NastyTexts.ALL) {
      assertThat(JsonParser.parseString(Json.of(List.of(text))).getAsJsonArray().get(0))
          .isEqualTo(new com.google.gson.JsonPrimitive(text));
    }
  }
}
