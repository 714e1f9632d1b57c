package io.autoinit.cli;

import io.autoinit.spi.Setting;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says what is wrong with a command line, in one sentence with the way out. */
final class Mistake {

  private Mistake() {}

  /** Apart from {@link Main}, which a restart loads without anything of Picocli. */
  static void refuse(CommandSpec command, Optional<String> problem) {
    if (problem.isPresent()) {
      throw new ParameterException(command.commandLine(), problem.get());
    }
  }

  static String sentence(ParameterException mistake) {
    CommandSpec command = mistake.getCommandLine().getCommandSpec();
    String reason = reason(mistake, command);
    return reason
        + (reason.endsWith("?") ? " See" : "; see")
        + " '%s --help'".formatted(command.qualifiedName());
  }

  private static String reason(ParameterException mistake, CommandSpec command) {
    if (mistake instanceof UnmatchedArgumentException unmatched) {
      return unknown(unmatched.getUnmatched().get(0), command);
    }
    if (mistake instanceof MissingParameterException missing
        && !missing.getMissing().isEmpty()
        && missing.getMissing().get(0) instanceof OptionSpec option) {
      return "%s needs a value".formatted(option.longestName());
    }
    if (mistake instanceof OverwrittenOptionException twice
        && twice.getOverwritten() instanceof OptionSpec option) {
      return "%s is given more than once".formatted(option.longestName());
    }
    if (mistake.getArgSpec() instanceof OptionSpec option && isFlag(option)) {
      return "%s must be true or false, not '%s'"
          .formatted(option.longestName(), Objects.toString(mistake.getValue(), ""));
    }
    if (command.userObject() instanceof CompletionCommand) {
      return CompletionCommand.unknown(mistake.getValue());
    }
    return String.valueOf(mistake.getMessage());
  }

  private static boolean isFlag(OptionSpec option) {
    return option.type() == boolean.class || option.type() == Boolean.class;
  }

  private static String unknown(String argument, CommandSpec command) {
    String name = argument.startsWith("-") ? argument.replaceFirst("=.*", "") : argument;
    if (name.startsWith("-")) {
      return "'%s' has no option %s%s"
          .formatted(command.qualifiedName(), name, suggestion(name, options(command)));
    }
    if (!command.subcommands().isEmpty()) {
      return "'%s' has no command %s%s"
          .formatted(
              command.qualifiedName(),
              name,
              suggestion(name, List.copyOf(command.subcommands().keySet())));
    }
    return command.userObject() instanceof RunCommand || command.userObject() instanceof WaitCommand
        ? "the command to become stands behind --, as in '%s -- %s'"
            .formatted(command.qualifiedName(), name)
        : "'%s' takes no argument %s".formatted(command.qualifiedName(), name);
  }

  private static List<String> options(CommandSpec command) {
    return command.options().stream().flatMap(option -> Stream.of(option.names())).toList();
  }

  private static String suggestion(String misspelt, List<String> names) {
    Optional<String> nearest = Setting.nearest(misspelt, names);
    return nearest
        .map(near -> "; did you mean " + near + "?")
        .orElse(
            names.stream().noneMatch(n -> n.startsWith("-"))
                ? "; there are " + String.join(", ", names)
                : "");
  }
}
