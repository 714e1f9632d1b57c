package io.autoinit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What a plain line says is what Picocli reads in it; what is not plain is left to Picocli. */
class PlainLineTest {

  @ParameterizedTest(name = "autoinit {0}")
  @ValueSource(
      strings = {
        "run",
        "infrastructure",
        "node",
        "run --run-id v42 --timeout 2m --fatal-on-error",
        "run --probe-port 9090 --probe-address 127.0.0.1 --wait-while-progressing",
        "run --run-id=v42 --timeout=0",
        "node --run-id run --fatal-on-error --json --quiet --verbose",
        "infrastructure --config a.conf --namespace shop --verbose",
        "run --set a.b=c --set=d=e=f --set g=",
        "wait --run-id v42 --timeout 2m --wait-while-progressing",
      })
  void saysWhatPicocliReads(String args) {
    List<String> words = List.of(args.split(" ", -1));
    PlainLine line = PlainLine.of(words).orElseThrow();
    var plain = new Commands();
    plain.options.take(line);
    plain.named(line.command()).take(line);
    var read = new Commands();
    read.byPicocli(words);

    assertThat(plain.options).usingRecursiveComparison().isEqualTo(read.options);
    for (String name : List.of("infrastructure", "node", "run", "wait")) {
      assertThat(plain.named(name))
          .as(name)
          .usingRecursiveComparison()
          .ignoringFields("start")
          .isEqualTo(read.named(name));
    }
  }

  @ParameterizedTest(name = "autoinit {0}")
  @ValueSource(
      strings = {
        "",
        "--json run",
        "ready check",
        "run node",
        "run --help",
        "run -q",
        "run -D a=b",
        "run --run-id",
        "run --run-id=",
        "run --run-id a --run-id b",
        "run --run-id --json",
        "run --json=true",
        "run --json --json",
        "run --config \u00fc.conf",
        "run --set foo",
        "run --run-idd x",
        "infrastructure --fatal-on-error",
        "wait --fatal-on-error",
        "wait --probe-port 8080",
        "run sleep 1",
      })
  void leavesToPicocliWhatIsNotPlain(String args) {
    assertThat(PlainLine.of(args.isEmpty() ? List.of() : List.of(args.split(" ", -1)))).isEmpty();
  }

  /** The commands that a plain line can be of. */
  private static final class Commands {

    private final CommonOptions options = new CommonOptions();
    private final Start start =
        new Start(options, Console.ofProcess(), new Launcher(Optional.empty(), ""));
    private final InfrastructureCommand infrastructure = new InfrastructureCommand(start);
    private final NodeCommand node = new NodeCommand(start);
    private final RunCommand run = new RunCommand(start, CommandLineSplit.of());
    private final WaitCommand waits = new WaitCommand(start, CommandLineSplit.of());

    PlainLine.Command named(String name) {
      return switch (name) {
        case "infrastructure" -> infrastructure;
        case "node" -> node;
        case "wait" -> waits;
        default -> run;
      };
    }

    void byPicocli(List<String> words) {
      new CommandLine(new AutoInitCommand(options))
          .addSubcommand(infrastructure)
          .addSubcommand(node)
          .addSubcommand(run)
          .addSubcommand(waits)
          .setExpandAtFiles(false)
          .setUnmatchedOptionsAllowedAsOptionParameters(false)
          .parseArgs(words.toArray(String[]::new));
    }
  }
}
