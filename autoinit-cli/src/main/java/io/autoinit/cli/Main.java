package io.autoinit.cli;

import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;

/** The {@code autoinit} command. */
public final class Main {

  private final CommonOptions options = new CommonOptions();
  private final Console console;
  private final Launcher launcher;
  private final CommandLineSplit split;
  private final Start start;

  private Main(Console console, Launcher launcher, CommandLineSplit split) {
    this.console = console;
    this.launcher = launcher;
    this.split = split;
    this.start = new Start(options, console, launcher);
  }

  /**
   * Runs the command and ends the JVM with its exit code.
   *
   * @param args the command line
   */
  public static void main(String[] args) {
    System.exit(execute(Console.ofProcess(), Launcher.ofProcess(), args));
  }

  /** Runs the command, to its exit code. */
  static int execute(Console console, Launcher launcher, String... args) {
    var split = CommandLineSplit.of(args);
    return new Main(console, launcher, split).execute();
  }

  private int execute() {
    Optional<PlainLine> plain = PlainLine.of(split.own()).filter(this::isServed);
    return plain.isPresent()
        ? execute(plain.get())
        : commands().execute(split.own().toArray(String[]::new));
  }

  /** Whether a plain line gets what stands behind it too. */
  private boolean isServed(PlainLine line) {
    return split.command().isEmpty() || (becomesCommand(line.command()) && refusal().isEmpty());
  }

  private static boolean becomesCommand(String command) {
    return command.equals("run") || command.equals("wait");
  }

  private Optional<String> refusal() {
    return split.command().flatMap(launcher::refusal);
  }

  private int execute(PlainLine line) {
    PlainLine.Command command =
        switch (line.command()) {
          case "infrastructure" -> new InfrastructureCommand(start);
          case "node" -> new NodeCommand(start);
          case "wait" -> new WaitCommand(start, split);
          default -> new RunCommand(start, split);
        };
    options.take(line);
    command.take(line);
    setUpLog();
    return command.call();
  }

  private CommandLine commands() {
    var ready =
        new CommandLine(new ReadyCommand())
            .addSubcommand(new ReadyCommand.Check(start))
            .addSubcommand(new ReadyCommand.Set(start))
            .addSubcommand(new ReadyCommand.Clear(start, console));
    var root =
        new CommandLine(new AutoInitCommand(options))
            .addSubcommand(new InfrastructureCommand(start))
            .addSubcommand(new NodeCommand(start))
            .addSubcommand(new RunCommand(start, split))
            .addSubcommand(new WaitCommand(start, split))
            .addSubcommand(ready)
            .addSubcommand(new StatusCommand(start, console))
            .addSubcommand(new RunsCommand(start, console))
            .addSubcommand(new UnlockCommand(start, console))
            .addSubcommand(new PlanCommand(start))
            .addSubcommand(new DoctorCommand(options, console))
            .addSubcommand(new CompletionCommand())
            .addSubcommand(new ArchiveCommand())
            .setOut(
                new PrintWriter(
                    new OutputStreamWriter(console.out(), StandardCharsets.UTF_8), true))
            .setExpandAtFiles(false)
            .setUnmatchedOptionsAllowedAsOptionParameters(false)
            .setUsageHelpWidth(Block.WIDTH)
            .setParameterExceptionHandler(
                (mistake, args) -> {
                  console.complain(Mistake.sentence(mistake));
                  return ExitCode.USAGE.code();
                })
            .setExecutionStrategy(this::perform);
    root.getCommandSpec().version(version());
    describeExitCodes(root);
    return root;
  }

  private int perform(ParseResult parsed) {
    ParseResult last = parsed;
    while (last.hasSubcommand()) {
      last = last.subcommand();
    }
    CommandSpec command = last.commandSpec();
    if (!helpIsAsked(parsed)) {
      Mistake.refuse(command, problem(command));
      setUpLog();
    }
    return new RunLast().execute(parsed);
  }

  private void setUpLog() {
    if (options.verbose()) {
      System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "info");
    }
  }

  private static boolean helpIsAsked(ParseResult parsed) {
    return parsed.isUsageHelpRequested()
        || parsed.isVersionHelpRequested()
        || (parsed.hasSubcommand() && helpIsAsked(parsed.subcommand()));
  }

  private Optional<String> problem(CommandSpec command) {
    if (!command.subcommands().isEmpty()) {
      return Optional.of(
          "'%s' needs a command: one of %s"
              .formatted(
                  command.qualifiedName(), String.join(", ", command.subcommands().keySet())));
    }
    if (split.command().isPresent() && !becomesCommand(command.name())) {
      return Optional.of(
          "'%s' becomes no command, so nothing may follow --; 'autoinit run' and 'autoinit wait' do"
              .formatted(command.qualifiedName()));
    }
    return options
        .malformedSetting()
        .map(setting -> "--set takes KEY=VALUE, for example autoinit.marker-dir=/data")
        .or(this::refusal);
  }

  private static void describeExitCodes(CommandLine command) {
    var usage = command.getCommandSpec().usageMessage();
    // As one paragraph, which is broken where the help ends.
    usage.description(String.join(" ", usage.description()));
    usage
        .exitCodeListHeading("%nExit codes:%n")
        .exitCodeList(
            command.getCommand() instanceof DoctorCommand
                ? DoctorCommand.exitCodes()
                : ExitCode.table());
    command.getSubcommands().values().forEach(Main::describeExitCodes);
  }

  private static String version() {
    return "autoinit %s, on Java %s"
        .formatted(
            Optional.ofNullable(Main.class.getPackage().getImplementationVersion())
                .orElse("(not packaged)"),
            Runtime.version());
  }
}
