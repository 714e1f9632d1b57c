package io.autoinit.tck;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.TestInstanceFactoryContext;
import org.junit.jupiter.api.extension.TestInstancePreConstructCallback;
import org.junit.jupiter.api.extension.TestWatcher;

/**
 * Writes down which rules a backend holds, after each class that extends {@link BackendTck}. The
 * results of the tests are JUnit's; a report that cannot be written changes none of them.
 */
final class ConformanceReport
    implements TestInstancePreConstructCallback,
        BeforeAllCallback,
        BeforeEachCallback,
        AfterTestExecutionCallback,
        TestWatcher,
        AfterAllCallback {

  /** Where to; {@code off} for no report. A configuration parameter or a system property. */
  static final String PARAMETER = "autoinit.tck.report";

  private static final String OFF = "off";
  private static final Path STANDARD = Path.of("target", "autoinit-tck");
  private static final Namespace NAMESPACE = Namespace.create(ConformanceReport.class);

  /** A store that does not answer is asked no more often. */
  private static final int MOST_QUESTIONS = 3;

  /** What is known so far of one class; used by many threads if its tests are. */
  private static final class Run {

    private final String testClass;
    private final ReportFiles files;
    private final long start = System.nanoTime();
    private final Map<String, Long> starts = new HashMap<>();
    private final Map<RuleId.Named, Section.Result> results = new HashMap<>();
    private final List<String> secrets = new ArrayList<>();
    private Facts facts = Facts.none("no test came to open the backend");
    private int questions;

    Run(String testClass, ReportFiles files) {
      this.testClass = testClass;
      this.files = files;
    }

    synchronized void started(String test) {
      starts.put(test, System.nanoTime());
    }

    synchronized void ask(Kit kit) {
      if (facts.unread().isEmpty() || questions == MOST_QUESTIONS) {
        return;
      }
      questions++;
      try {
        secrets.clear();
        secrets.addAll(Facts.secrets(kit));
        facts = Facts.of(kit);
      } catch (RuntimeException e) {
        facts =
            Facts.none(
                "provider() or settings() of the test class failed: " + e.getClass().getName());
      }
    }

    synchronized void ended(RuleId.Named named, String test, Outcome outcome, String reason) {
      Duration time =
          Optional.ofNullable(starts.remove(test))
              .map(begin -> Duration.ofNanos(System.nanoTime() - begin))
              .orElse(Duration.ZERO);
      Optional<Verdict> verdict = Verdict.in(reason);
      String said = withoutSecrets(verdict.map(Verdict::said).orElse(reason));
      note(named, outcome, said, time);
      // A test may stumble over another rule than its own: that one is not held either.
      verdict
          .filter(found -> outcome == Outcome.BROKEN && !found.rule().equals(named.rule()))
          .ifPresent(
              found ->
                  note(
                      new RuleId.Named(found.rule(), named.title()), outcome, said, Duration.ZERO));
    }

    private void note(RuleId.Named named, Outcome outcome, String reason, Duration time) {
      results.merge(
          named, new Section.Result(named.title(), outcome, reason, time), Section.Result::and);
    }

    synchronized Section section(Optional<String> trouble) {
      return new Section(
          testClass,
          facts,
          Section.rules(results),
          Duration.ofNanos(System.nanoTime() - start),
          trouble.map(this::withoutSecrets));
    }

    private String withoutSecrets(String text) {
      String shown = text;
      for (String secret : secrets) {
        shown = shown.replace(secret, "***");
      }
      return shown;
    }

    /** What an earlier run found stands no more, even if this one never ends. */
    void begin() {
      try {
        files.put(section(Optional.of("This run has not come to its end.")));
      } catch (IOException | RuntimeException e) {
        // Said at the end, below the results.
      }
    }

    void end(Optional<String> trouble) {
      Section section = section(trouble);
      try {
        files.put(section);
        System.out.printf(
            "autoinit TCK: %s: %s; %s%n",
            section.facts().type(), section.summary(), files.markdown());
      } catch (IOException | RuntimeException e) {
        System.err.println(
            """

            autoinit TCK: THE REPORT OF %s WAS NOT WRITTEN to %s: %s
            The results of its tests stand: %s. Set -D%s=DIRECTORY, or =%s for no report.
            """
                .formatted(testClass, files.markdown(), e, section.summary(), PARAMETER, OFF));
      }
    }
  }

  @Override
  public void preConstructTestInstance(
      TestInstanceFactoryContext instance, ExtensionContext context) {
    begin(context);
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    begin(context);
  }

  private static void begin(ExtensionContext context) {
    if (!isTck(context) || find(context).isPresent()) {
      return;
    }
    String place = context.getConfigurationParameter(PARAMETER).orElse(STANDARD.toString());
    if (place.isBlank() || place.equals(OFF)) {
      return;
    }
    Run run = new Run(context.getRequiredTestClass().getName(), new ReportFiles(Path.of(place)));
    context.getStore(NAMESPACE).put(run.testClass, run);
    run.begin();
  }

  private static boolean isTck(ExtensionContext context) {
    return context.getTestClass().filter(BackendTck.class::isAssignableFrom).isPresent();
  }

  private static Optional<Run> find(ExtensionContext context) {
    return context
        .getTestClass()
        .map(testClass -> context.getStore(NAMESPACE).get(testClass.getName(), Run.class));
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    find(context).ifPresent(run -> run.started(context.getUniqueId()));
  }

  /** Here and not at the end, when the store may have been stopped. */
  @Override
  public void afterTestExecution(ExtensionContext context) {
    if (context.getRequiredTestInstance() instanceof Kit kit) {
      find(context).ifPresent(run -> run.ask(kit));
    }
  }

  @Override
  public void testSuccessful(ExtensionContext context) {
    ended(context, Outcome.HELD, "");
  }

  @Override
  public void testFailed(ExtensionContext context, Throwable cause) {
    ended(context, Outcome.BROKEN, said(cause));
  }

  @Override
  public void testAborted(ExtensionContext context, Throwable cause) {
    ended(context, Outcome.SKIPPED, said(cause));
  }

  @Override
  public void testDisabled(ExtensionContext context, Optional<String> reason) {
    ended(context, Outcome.SKIPPED, reason.orElse("disabled without a reason"));
  }

  /** A test of a rule bears its name itself, or is one of many below a name. */
  private static void ended(ExtensionContext context, Outcome outcome, String reason) {
    // The store of a test is closed already when a watcher hears of it.
    Optional<ExtensionContext> parent = context.getParent();
    Optional<Run> run = parent.flatMap(ConformanceReport::find);
    for (Optional<ExtensionContext> at = Optional.of(context);
        run.isPresent() && at.isPresent();
        at = at.get().getParent()) {
      Optional<RuleId.Named> named = RuleId.in(at.get().getDisplayName());
      if (named.isPresent()) {
        run.get().ended(named.get(), context.getUniqueId(), outcome, reason);
        return;
      }
    }
  }

  private static String said(Throwable cause) {
    return cause instanceof AssertionError || cause instanceof org.opentest4j.TestAbortedException
        ? Optional.ofNullable(cause.getMessage()).orElse(cause.toString())
        : cause.toString();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    if (isTck(context)) {
      Optional<String> trouble =
          context.getExecutionException().map(e -> "The test class itself failed: " + said(e));
      find(context).ifPresent(run -> run.end(trouble));
    }
  }
}
