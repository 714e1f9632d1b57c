package io.autoinit.tck;

import io.autoinit.spi.Guarantee;
import io.autoinit.spi.Reach;
import io.autoinit.spi.Role;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** A {@link Section} as a person reads it, and as a program does. */
final class SectionText {

  private SectionText() {}

  static String markdown(Section section) {
    Facts facts = section.facts();
    var text = new StringBuilder();
    text.append("## ").append(facts.type()).append("\n\n");
    text.append("**").append(section.summary()).append("**\n\n");
    section.trouble().ifPresent(t -> text.append("**").append(oneLine(t)).append("**\n\n"));
    text.append("| the backend | |\n|---|---|\n");
    row(text, "test class", "`" + section.testClass() + "`");
    row(text, "roles", roles(facts));
    facts.guarantee().ifPresent(g -> row(text, "locks", guarantee(g)));
    facts.durable().ifPresent(d -> row(text, "readiness", d ? "durable" : "not durable"));
    facts.reach().ifPresent(r -> row(text, "markers", reach(r)));
    facts.unread().ifPresent(why -> row(text, "not known", why));
    row(text, "versions", versions(facts));
    row(text, "time", Kit.seconds(section.time()));
    text.append("\n| rule, and its tests | result | time |\n|---|---|---|\n");
    section.rules().forEach((rule, tests) -> rule(text, rule, tests));
    return text.toString();
  }

  private static void rule(StringBuilder text, RuleId rule, List<Section.Result> tests) {
    text.append("| **")
        .append(rule)
        .append("** | **")
        .append(Section.outcome(tests))
        .append("** | ")
        .append(time(Section.outcome(tests), Section.time(tests)))
        .append("|\n");
    for (Section.Result test : tests) {
      text.append("| ")
          .append(cell(test.title()))
          .append(" | ")
          .append(test.outcome())
          .append(test.reason().isEmpty() ? "" : ": " + cell(test.reason()))
          .append(" | ")
          .append(time(test.outcome(), test.time()))
          .append("|\n");
    }
  }

  private static String time(Outcome outcome, Duration time) {
    return outcome == Outcome.HELD || outcome == Outcome.BROKEN ? Kit.seconds(time) + " " : "";
  }

  private static void row(StringBuilder text, String name, String value) {
    text.append("| ").append(name).append(" | ").append(cell(value)).append(" |\n");
  }

  private static String roles(Facts facts) {
    return facts.roles().stream().sorted().map(Role::label).collect(Collectors.joining(", "));
  }

  private static String guarantee(Guarantee guarantee) {
    return guarantee.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private static String reach(Reach reach) {
    return switch (reach) {
      case FLEET -> "seen by the fleet";
      case NODE -> "seen by one node";
    };
  }

  private static String versions(Facts facts) {
    Facts.Versioned of = facts.versions();
    List<String> known = new ArrayList<>();
    of.autoinit().ifPresent(v -> known.add("autoinit " + v));
    of.backend().ifPresent(v -> known.add("backend " + v));
    of.store().ifPresent(v -> known.add("store " + v));
    of.junit().ifPresent(v -> known.add("JUnit Jupiter " + v));
    known.add("Java " + of.java());
    return String.join(", ", known);
  }

  private static String cell(String text) {
    return oneLine(text).replace("\\", "\\\\").replace("|", "\\|");
  }

  private static String oneLine(String text) {
    return text.strip().replaceAll("\\s+", " ");
  }

  static String json(Section section) {
    Facts facts = section.facts();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("type", facts.type());
    json.put("class", section.testClass());
    json.put("roles", facts.roles().stream().sorted().map(Role::label).toList());
    json.put("guarantee", facts.guarantee().map(SectionText::guarantee));
    json.put("durable", facts.durable());
    json.put("reach", facts.reach().map(reach -> reach.name().toLowerCase(Locale.ROOT)));
    json.put("versions", versionsJson(facts.versions()));
    json.put("unread", facts.unread());
    json.put("trouble", section.trouble());
    json.put("seconds", secondsJson(section.time()));
    Map<String, Object> totals = new LinkedHashMap<>();
    for (Outcome outcome : Outcome.values()) {
      totals.put(outcome.toString(), section.totals().getOrDefault(outcome, 0L));
    }
    json.put("totals", totals);
    List<Object> rules = new ArrayList<>();
    section.rules().forEach((rule, tests) -> rules.add(ruleJson(rule, tests)));
    json.put("rules", rules);
    return Json.of(json);
  }

  private static Map<String, Object> versionsJson(Facts.Versioned versions) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("autoinit", versions.autoinit());
    json.put("backend", versions.backend());
    json.put("store", versions.store());
    json.put("junit", versions.junit());
    json.put("java", versions.java());
    return json;
  }

  private static Map<String, Object> ruleJson(RuleId rule, List<Section.Result> tests) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", rule);
    json.put("result", Section.outcome(tests));
    json.put("seconds", secondsJson(Section.time(tests)));
    List<Object> list = new ArrayList<>();
    for (Section.Result test : tests) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("name", test.title());
      one.put("result", test.outcome());
      one.put("reason", Optional.of(test.reason()).filter(reason -> !reason.isEmpty()));
      one.put("seconds", secondsJson(test.time()));
      list.add(one);
    }
    json.put("tests", list);
    return json;
  }

  private static double secondsJson(Duration time) {
    return time.toMillis() / 1000.0;
  }
}
