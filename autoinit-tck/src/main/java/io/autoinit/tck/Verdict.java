package io.autoinit.tck;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@link Kit#broken} says, taken apart again.
 *
 * @param rule the rule that was found broken
 * @param said what happened and where to look, without the rule
 */
record Verdict(RuleId rule, String said) {

  private static final Pattern TEXT =
      Pattern.compile(
          "([A-Z]+)-(\\d{1,4}) is broken: (.*?)(?: \\(docs/contract\\.md, [A-Z]+-\\d+\\))?",
          Pattern.DOTALL);

  /** Empty for the message of anything else. */
  static Optional<Verdict> in(String message) {
    Matcher text = TEXT.matcher(message);
    return text.matches()
        ? Optional.of(
            new Verdict(new RuleId(text.group(1), Integer.parseInt(text.group(2))), text.group(3)))
        : Optional.empty();
  }
}
