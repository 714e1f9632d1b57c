package io.autoinit.cli;

import io.autoinit.AutoInitException;
import io.autoinit.ConfigurationException;
import io.autoinit.InterruptedStartException;
import io.autoinit.LeaseLostException;
import io.autoinit.StartTimeoutException;
import io.autoinit.StepFailedException;
import io.autoinit.spi.BackendRefusedException;
import io.autoinit.spi.BackendUnavailableException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** How the command ends, after sysexits.h where it has a name for it. */
enum ExitCode {
  DONE(0, "done"),
  USAGE(64, "the command line is wrong; nothing was touched"),
  UNAVAILABLE(69, "a store is unavailable"),
  STEP_FAILED(70, "a step failed, here or in the process that led; or a bug of autoinit"),
  LEASE_LOST(71, "the lease was lost"),
  TIMED_OUT(75, "timed out, or not ready yet: try again"),
  CONFIGURATION(78, "the configuration or the set-up is wrong; trying again is pointless"),
  HUNG_UP(129, "stopped cleanly by SIGHUP"),
  INTERRUPTED(130, "stopped cleanly by SIGINT (Ctrl-C)"),
  TERMINATED(143, "stopped cleanly by SIGTERM");

  /** Tells the launcher that the phases are done and that it becomes the command. Private to it. */
  static final int BECOME_COMMAND = 120;

  private final int code;
  private final String meaning;

  ExitCode(int code, String meaning) {
    this.code = code;
    this.meaning = meaning;
  }

  int code() {
    return code;
  }

  String meaning() {
    return meaning;
  }

  /** What a code stands for, where the command says no more about it. */
  static String meaning(int code) {
    return Arrays.stream(values())
        .filter(exit -> exit.code == code)
        .findFirst()
        .orElse(DONE)
        .meaning;
  }

  static ExitCode of(Throwable end) {
    return end instanceof AutoInitException known ? of(known) : STEP_FAILED;
  }

  private static ExitCode of(AutoInitException end) {
    if (end instanceof BackendUnavailableException) {
      return UNAVAILABLE;
    }
    if (end instanceof ConfigurationException wrong) {
      return wrong.problems().stream().allMatch(ExitCode::isOfTheCommandLine)
          ? USAGE
          : CONFIGURATION;
    }
    if (end instanceof BackendRefusedException) {
      return CONFIGURATION;
    }
    if (end instanceof StepFailedException) {
      return STEP_FAILED;
    }
    if (end instanceof LeaseLostException) {
      return LEASE_LOST;
    }
    if (end instanceof StartTimeoutException) {
      return TIMED_OUT;
    }
    if (end instanceof InterruptedStartException) {
      return TERMINATED;
    }
    throw new IllegalStateException("no exit code for " + end.getClass());
  }

  /** Problems begin with their source; --set is the configuration in another place. */
  private static boolean isOfTheCommandLine(String problem) {
    return problem.startsWith("--") && !problem.startsWith("--set:");
  }

  /** The codes and their meanings as the help shows them. */
  static Map<String, String> table() {
    Map<String, String> table = new LinkedHashMap<>();
    Arrays.stream(values()).forEach(exit -> table.put(Integer.toString(exit.code), exit.meaning));
    return table;
  }
}
