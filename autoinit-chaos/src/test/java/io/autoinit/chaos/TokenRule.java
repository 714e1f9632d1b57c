package io.autoinit.chaos;

import io.autoinit.chaos.Violation.Rule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Tokens grow from holder to holder, and no store takes a record with an older token. */
final class TokenRule {

  /** A call with its answer. */
  private record Call(Entry sent, Entry answered) {
    long token() {
      return answered.number("token");
    }
  }

  private final Plan plan;
  private final History history;

  TokenRule(Plan plan, History history) {
    this.plan = plan;
    this.history = history;
  }

  void check(List<Violation> violations) {
    grow(violations, "acquisitions", accepted(Set.of(plan.pairing().locks() + ".acquire")), true);
    Map<String, List<Call>> byNode =
        accepted(Set.of(plan.pairing().markers() + ".acquire-node")).stream()
            .collect(Collectors.groupingBy(call -> plan.group(call.sent().node())));
    byNode.forEach((node, calls) -> grow(violations, "acquisitions of " + node, calls, true));
    for (String store : Set.copyOf(List.of(plan.pairing().evidence(), plan.pairing().signal()))) {
      grow(violations, "records in " + store, accepted(publishing(store)), false);
    }
  }

  private static Set<String> publishing(String store) {
    return Set.of(
        store + ".publish-running",
        store + ".publish-ready",
        store + ".publish-failed",
        store + ".publish-stopped");
  }

  /** Calls that were answered with yes; a process has one of a kind at a time. */
  private List<Call> accepted(Set<String> calls) {
    Map<String, Entry> open = new HashMap<>();
    List<Call> done = new ArrayList<>();
    for (Entry entry : history.entries()) {
      if (entry.find("call").filter(calls::contains).isEmpty()) {
        continue;
      }
      if (entry.is("sent")) {
        open.put(entry.process(), entry);
      } else if (entry.is("answered") && entry.has("done", "true")) {
        Entry sent = open.remove(entry.process());
        if (sent != null) {
          done.add(new Call(sent, entry));
        }
      }
    }
    return done;
  }

  private void grow(List<Violation> violations, String what, List<Call> calls, boolean strictly) {
    for (Call earlier : calls) {
      for (Call later : calls) {
        boolean after = earlier.answered().at() < later.sent().at();
        boolean grows =
            strictly ? later.token() > earlier.token() : later.token() >= earlier.token();
        if (after && !grows && !forgot(earlier, later)) {
          violations.add(
              new Violation(
                  Rule.TOKENS,
                  "%s: token %d of %s at %s came after token %d of %s"
                      .formatted(
                          what,
                          later.token(),
                          later.sent().process(),
                          history.moment(later.sent().at()),
                          earlier.token(),
                          earlier.sent().process())));
        }
      }
    }
  }

  /** A store that lost its data in between has nothing to compare with, but for its locks. */
  private boolean forgot(Call earlier, Call later) {
    String call = earlier.sent().text("call");
    return call.contains(".publish-")
        && history.lostData(
            call.substring(0, call.indexOf('.')), earlier.sent().at(), later.answered().at());
  }
}
