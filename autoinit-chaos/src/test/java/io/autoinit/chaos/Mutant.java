package io.autoinit.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** A copy of the code with one thing taken away that the promises rest on. */
enum Mutant {
  NO_FENCE("the store takes the record of an older leader (`readiness-publish.lua`)") {
    @Override
    Change change() {
      return new Change(
          REDIS_SCRIPTS + "readiness-publish.lua",
          """
          if lower or record[3] == '1' then
            return 0
          end
          if ARGV[6] ~= '*' and ARGV[6] ~= (record[1] or '') then
            return 0
          end
          """,
          "");
    }

    @Override
    boolean suits(Plan plan) {
      return plan.fault() == Fault.STOP
          && plan.pairing() == Pairing.REDIS
          && plan.lasting().toSeconds() > 10
          && plan.point().matches("rd\\.publish-running\\.before|rd\\.publish-ready\\.before");
    }
  },
  NO_SECOND_LOOK("a new leader takes no notice of what it reads under the lock") {
    @Override
    Change change() {
      return new Change(
          PROTOCOL + "InfrastructurePhase.java",
          "Board.Known seen = readUnderLock(leadership);",
          """
          Board.Known read = readUnderLock(leadership);
          Board.Known seen = new Board.Known(read.evidence(), List.of(), List.of());
          """);
    }

    @Override
    boolean suits(Plan plan) {
      return plan.fault() == Fault.KILL && plan.point().equals("step.gamma.middle");
    }
  },
  NO_REQUIRE_HELD("`requireHeld()` never fails") {
    @Override
    Change change() {
      return new Change(
          PROTOCOL + "Leadership.java",
          "    if (!held()) {\n      throw new LeaseLostException(lossReason());",
          "    if (closed && !held()) {\n      throw new LeaseLostException(lossReason());");
    }

    @Override
    boolean suits(Plan plan) {
      return isOvertakenAtAStep(plan);
    }
  },
  STEP_NOT_STOPPED("a leader that lost its lease does not stop its step") {
    @Override
    Change change() {
      return new Change(
          PROTOCOL + "StepRunner.java",
          "if (!leadership.held()) {\n          cancel(",
          "if (running.ended()) {\n          cancel(");
    }

    @Override
    boolean suits(Plan plan) {
      return isOvertakenAtAStep(plan) && plan.manner() == PacedStep.Manner.HONOURS_INTERRUPTS;
    }
  },
  NO_TAKEOVER_DELAY(
      "the takeover delay is nothing: a leader that beats counts as one gone silent") {
    @Override
    Change change() {
      return new Change(
          PROTOCOL + "Look.java",
          "return pace.takeoverDelay().minus(seen.age());",
          "return Duration.ZERO;");
    }

    @Override
    boolean suits(Plan plan) {
      return freesTheLock(plan);
    }
  },
  MARKER_FIRST("the marker is written before the steps of the node") {
    @Override
    Change change() {
      return new Change(
          PROTOCOL + "NodePhase.java",
          "    int ran = 0;\n    int skipped = 0;\n",
          """
              for (InitStep early : steps) {
                outcomes.put(early.name(), new StepOutcome(Duration.ZERO, Optional.empty()));
              }
              Marker first = new Marker(mine, start.holder(), Map.copyOf(outcomes));
              markers.ask("", m -> { m.put(first); return true; });
              int ran = 0;
              int skipped = 0;
          """);
    }

    @Override
    boolean suits(Plan plan) {
      return plan.fault() == Fault.KILL && plan.point().equals("step.files.middle");
    }
  },
  RETRY_AT_ONCE("a failed step is tried again at once") {
    @Override
    Change change() {
      return new Change(
          PROTOCOL + "Look.java",
          "return failed.retryAfter().minus(seen.age());",
          "return failed.retryAfter().minus(failed.retryAfter());");
    }

    @Override
    boolean suits(Plan plan) {
      return plan.fault() == Fault.FAILING;
    }
  },
  COMMAND_LIVES_ON("nobody ends a command whose JVM is stopped") {
    @Override
    Change change() {
      return new Change(
          CORE + "steps/CommandProcess.java",
          "            pause \"$1\"\n",
          "            pause 1000\n");
    }

    @Override
    boolean suits(Plan plan) {
      return plan.fault() == Fault.COMMAND
          && plan.pairing() == Pairing.POSTGRES
          && plan.lasting().toSeconds() > 10;
    }
  };

  private static final String CORE = "autoinit-core/src/main/java/io/autoinit/core/";
  private static final String PROTOCOL = CORE + "protocol/";
  private static final String REDIS_SCRIPTS =
      "autoinit-backend-redis/src/main/resources/io/autoinit/backend/redis/";
  private static final Path ROOT = Path.of("..");

  /**
   * What is different.
   *
   * @param file below the project's directory
   * @param from what stands there exactly once
   * @param to what takes its place
   */
  record Change(String file, String from, String to) {}

  private final String what;

  Mutant(String what) {
    this.what = what;
  }

  String what() {
    return what;
  }

  abstract Change change();

  /** Whether a fleet may show that something is wrong. */
  abstract boolean suits(Plan plan);

  private static boolean isOvertakenAtAStep(Plan plan) {
    return plan.fault() == Fault.STOP
        && plan.pairing() == Pairing.POSTGRES_REDIS
        && plan.lasting().toSeconds() > 10
        && plan.point().startsWith("step.")
        && !plan.point().contains(Plan.NODE_STEP);
  }

  private static boolean freesTheLock(Plan plan) {
    return plan.fault() == Fault.CUT
        && plan.pairing() == Pairing.POSTGRES
        && plan.point().startsWith("step.");
  }

  /** The first seeds of fleets that suit. */
  List<Long> seeds(int count) {
    Predicate<Plan> suits = this::suits;
    return LongStream.iterate(1, seed -> seed + 1)
        .filter(seed -> suits.test(Plan.of(seed)))
        .limit(count)
        .boxed()
        .toList();
  }

  /** Builds the changed copy; what it answers comes first on a class path. */
  Path build(Path directory, List<String> classPath) throws IOException {
    Change change = change();
    Path original = ROOT.resolve(change.file());
    String text = Files.readString(original);
    int at = text.indexOf(change.from());
    if (at < 0 || text.indexOf(change.from(), at + 1) >= 0) {
      throw new IllegalStateException(
          "%s: '%s' does not stand once in %s".formatted(this, change.from(), original));
    }
    String changed = text.replace(change.from(), change.to());
    Path classes = directory.resolve("classes");
    Files.createDirectories(classes);
    if (change.file().endsWith(".java")) {
      Path source = directory.resolve(original.getFileName());
      Files.writeString(source, changed);
      compile(source, classes, classPath);
    } else {
      String resources = "/src/main/resources/";
      String name = change.file().substring(change.file().indexOf(resources) + resources.length());
      Files.createDirectories(classes.resolve(name).getParent());
      Files.writeString(classes.resolve(name), changed);
    }
    return classes;
  }

  private void compile(Path source, Path classes, List<String> classPath) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      List<String> options =
          List.of(
              "-proc:none",
              "-d",
              classes.toString(),
              "-cp",
              String.join(java.io.File.pathSeparator, classPath));
      boolean done =
          compiler
              .getTask(null, files, null, options, null, files.getJavaFileObjects(source))
              .call();
      if (!done) {
        throw new IllegalStateException(this + " does not compile");
      }
    }
  }
}
