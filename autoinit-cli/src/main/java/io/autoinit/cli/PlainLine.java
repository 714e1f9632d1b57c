package io.autoinit.cli;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;

/**
 * The command line of a start in its plain form: the command, then options by their long names.
 * Nearly every start is such, and reading it here saves the time that Picocli takes, which is about
 * what a restart takes without it. Whatever is not plain, all mistakes among it, is Picocli's.
 *
 * @param command the name of the command
 * @param values the values of the options that may be given once
 * @param settings the values of {@code --set}, in order
 * @param flags the options without a value
 */
record PlainLine(
    String command, Map<String, String> values, List<String> settings, Set<String> flags) {

  /** A command that a plain line can be of. */
  interface Command extends Callable<Integer> {

    /** Takes over the options of the line, as Picocli does by the annotations of their fields. */
    void take(PlainLine line);

    /** Works on the options taken, to the exit code. */
    @Override
    Integer call();
  }

  private static final Charset ASCII = StandardCharsets.US_ASCII;
  private static final String FATAL_ON_ERROR = "--fatal-on-error";
  private static final String PROBES = "--probe-";
  private static final String SET = "--set";
  private static final Set<String> COMMANDS = Set.of("infrastructure", "node", "run", "wait");
  private static final Set<String> VALUES =
      Set.of("--config", "--namespace", "--probe-address", "--probe-port", "--run-id", "--timeout");
  private static final Set<String> FLAGS =
      Set.of(FATAL_ON_ERROR, "--json", "--quiet", "--verbose", "--wait-while-progressing");

  /** Reads what stands before {@code --}; empty if it is not plain. */
  static Optional<PlainLine> of(List<String> own) {
    if (own.isEmpty() || !COMMANDS.contains(own.get(0))) {
      return Optional.empty();
    }
    var line = new PlainLine(own.get(0), new HashMap<>(), new ArrayList<>(), new HashSet<>());
    Iterator<String> words = own.subList(1, own.size()).iterator();
    while (words.hasNext()) {
      if (!line.take(words.next(), words)) {
        return Optional.empty();
      }
    }
    return Optional.of(line);
  }

  private boolean take(String word, Iterator<String> behind) {
    if (FLAGS.contains(word)) {
      return !(word.equals(FATAL_ON_ERROR) && !runsNodeSteps()) && flags.add(word);
    }
    int equals = word.indexOf('=');
    String name = equals < 0 ? word : word.substring(0, equals);
    if (!VALUES.contains(name) && !name.equals(SET)) {
      return false;
    }
    if (name.startsWith(PROBES) && command.equals("wait")) {
      return false;
    }
    String value = equals < 0 ? next(behind) : word.substring(equals + 1);
    // Picocli says what is wrong with the name of a file that the JVM's locale may have garbled.
    if (value.isEmpty() || value.startsWith("-") || !ASCII.newEncoder().canEncode(value)) {
      return false;
    }
    return name.equals(SET)
        ? CommonOptions.isSetting(value) && settings.add(value)
        : values.putIfAbsent(name, value) == null;
  }

  private boolean runsNodeSteps() {
    return command.equals("node") || command.equals("run");
  }

  private static String next(Iterator<String> words) {
    return words.hasNext() ? words.next() : "";
  }

  Optional<String> value(String option) {
    return Optional.ofNullable(values.get(option));
  }

  boolean has(String flag) {
    return flags.contains(flag);
  }
}
