package io.autoinit.core.settings;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Says of a problem where the settings come from that it names. */
final class Places {

  /** What a problem ends with that leaves open which of two settings is to go. */
  private static final String EITHER = "take one of them away";

  private static final String NO_MORE_OF_IT = "(?![A-Za-z0-9-]|\\.[a-z])(?: (?:=|of) [^\\s,:;]+)?";

  private Places() {}

  /** A setting that a problem names: from where in its text, and to where. */
  private record Mention(Given value, int from, int to) {

    static Optional<Mention> in(String problem, String name, Given value) {
      Matcher matcher = Pattern.compile(Pattern.quote(name) + NO_MORE_OF_IT).matcher(problem);
      return matcher.find()
          ? Optional.of(new Mention(value, matcher.start(), matcher.end()))
          : Optional.empty();
    }

    String label() {
      return value.key().substring(value.key().lastIndexOf('.') + 1);
    }
  }

  /**
   * The problem behind the place of the setting that had the last word: it made the mistake. Where
   * others that are named come from stands behind them.
   *
   * @param given the settings that are given, by the names that a problem may use
   */
  static String told(String problem, Map<String, Given> given) {
    List<Mention> mentions =
        given.entrySet().stream()
            .flatMap(e -> Mention.in(problem, e.getKey(), e.getValue()).stream())
            .sorted(Comparator.comparing(Mention::from))
            .toList();
    if (mentions.isEmpty()) {
      return problem;
    }
    // Of two in one source the first one named: it is what the problem is about.
    List<Mention> lastFirst =
        mentions.stream()
            .sorted(Comparator.comparing((Mention m) -> m.value().origin()).reversed())
            .toList();
    String place = lastFirst.get(0).value().source();
    var told = new StringBuilder(problem);
    List<Mention> backwards = new ArrayList<>(mentions);
    backwards.sort(Comparator.comparing(Mention::from).reversed());
    backwards.stream()
        .filter(m -> !m.value().source().equals(place))
        .filter(m -> m.value().origin() != Given.Origin.DEFAULT)
        .forEach(m -> told.insert(m.to(), " (%s)".formatted(m.value().source())));
    boolean ofOneSource = mentions.stream().map(m -> m.value().origin()).distinct().count() == 1;
    return "%s: %s"
        .formatted(
            place, ofOneSource ? told : told.toString().replace(EITHER, lastFirst(lastFirst)));
  }

  private static String lastFirst(List<Mention> mentions) {
    return mentions.stream()
        .map(Mention::label)
        .collect(Collectors.joining(", or else ", "take away ", ""));
  }
}
