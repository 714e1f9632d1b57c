package io.autoinit.cli;

import io.autoinit.core.AutoInit;
import io.autoinit.core.Diagnosis;
import io.autoinit.spi.Finding;
import io.autoinit.spi.Severity;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code autoinit doctor}. */
@Command(
    name = "doctor",
    description = {
      "Says what is wrong with the set-up: the settings, and every configured store.",
      "Each finding with what was seen and what makes it right. Changes nothing."
    },
    footer = {
      "",
      "Examples:",
      "  autoinit doctor",
      "  autoinit doctor --quiet || echo 'look at this before you deploy'",
      "  autoinit doctor --json"
    })
final class DoctorCommand implements Callable<Integer> {

  private static final int WARNINGS = 1;
  private static final int ERRORS = 2;

  @Mixin private final RunIdOption runId = new RunIdOption();

  private final CommonOptions options;
  private final Console console;

  DoctorCommand(CommonOptions options, Console console) {
    this.options = options;
    this.console = console;
  }

  /** Its own, where 1 and 2 say how bad it is, as scripts expect of a check. */
  static Map<String, String> exitCodes() {
    Map<String, String> codes = new LinkedHashMap<>();
    codes.put("0", "nothing is wrong");
    codes.put(Integer.toString(WARNINGS), "warnings");
    codes.put(Integer.toString(ERRORS), "errors: a start fails, or a promise is broken");
    for (ExitCode exit : new ExitCode[] {ExitCode.USAGE, ExitCode.CONFIGURATION}) {
      codes.put(
          Integer.toString(exit.code()),
          exit == ExitCode.USAGE ? exit.meaning() : "the configuration file cannot be read at all");
    }
    return codes;
  }

  @Override
  public Integer call() {
    int code;
    String message;
    try {
      AutoInit.Builder builder = AutoInit.builder();
      options.applyTo(builder);
      runId.applyTo(builder);
      Diagnosis diagnosis = builder.diagnose();
      tell(diagnosis);
      code = code(diagnosis.worst());
      message = DoctorReport.summary(diagnosis);
    } catch (RuntimeException end) {
      code = ExitCode.of(end).code();
      message = Failure.sentence(end);
      console.complain(message);
      if (options.verbose()) {
        console.err().print(Failure.trace(end));
      }
    }
    if (options.json()) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("code", code);
      fields.put("message", message);
      new JsonListener(console.out(), console.clock()).write("ended", fields);
    }
    return code;
  }

  private void tell(Diagnosis diagnosis) {
    if (!options.json()) {
      console.answer(DoctorReport.lines(diagnosis, options.quiet()));
      return;
    }
    var json = new JsonListener(console.out(), console.clock());
    for (Diagnosis.Section section : diagnosis.sections()) {
      for (Finding finding : section.findings()) {
        if (DoctorReport.isTold(finding, options.quiet())) {
          Map<String, Object> fields = new LinkedHashMap<>();
          fields.put("subject", section.subject());
          fields.put("severity", finding.severity());
          fields.put("check", finding.check());
          fields.put("seen", finding.seen());
          fields.put("remedy", finding.remedy());
          json.write("finding", fields);
        }
      }
    }
  }

  private static int code(Severity worst) {
    return switch (worst) {
      case OK, NOTE -> ExitCode.DONE.code();
      case WARNING -> WARNINGS;
      case ERROR -> ERRORS;
    };
  }
}
