package io.autoinit.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The command line before and behind the first {@code --}. The launcher splits it at the same
 * place.
 *
 * @param own what autoinit reads
 * @param command what it becomes; empty if there is no {@code --}
 */
record CommandLineSplit(List<String> own, Optional<List<String>> command) {

  static CommandLineSplit of(String... args) {
    List<String> all = Arrays.asList(args);
    int dashes = all.indexOf("--");
    return dashes < 0
        ? new CommandLineSplit(all, Optional.empty())
        : new CommandLineSplit(
            all.subList(0, dashes), Optional.of(all.subList(dashes + 1, all.size())));
  }
}
