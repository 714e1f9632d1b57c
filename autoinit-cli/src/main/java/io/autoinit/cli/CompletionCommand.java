package io.autoinit.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code autoinit completion}. */
@Command(
    name = "completion",
    description = "Prints a script that completes commands and options in a shell.",
    footer = {
      "",
      "Examples:",
      "  source <(autoinit completion bash)",
      "  autoinit completion bash > /etc/bash_completion.d/autoinit"
    })
final class CompletionCommand implements Callable<Integer> {

  /** The shells that the script is for: it is the same for both. */
  enum Shell {
    bash,
    zsh
  }

  @SuppressWarnings("UnusedVariable") // Picocli checks it.
  @Parameters(paramLabel = "SHELL", description = "One of ${COMPLETION-CANDIDATES}.")
  private Shell shell = Shell.bash;

  @Spec private CommandSpec spec = CommandSpec.create();

  static String unknown(@Nullable String shell) {
    return shell == null
        ? "the name of a shell must follow: bash or zsh"
        : "there is a completion for bash and zsh, not for " + Humanized.harmless(shell);
  }

  @Override
  public Integer call() {
    PrintWriter out = spec.root().commandLine().getOut();
    out.print(AutoComplete.bash("autoinit", spec.root().commandLine()));
    out.flush();
    return ExitCode.DONE.code();
  }
}
