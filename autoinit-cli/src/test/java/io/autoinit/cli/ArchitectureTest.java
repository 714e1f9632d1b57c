package io.autoinit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.EvaluationResult;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The arrows between the modules; each rule is proved by a violation sown on purpose. */
class ArchitectureTest {

  private static final String ROOT = "io.autoinit";
  private static final String SOWN = "io.autoinit.cli.sown";

  private static final JavaClasses REAL =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages(ROOT);
  private static final JavaClasses VIOLATIONS = new ClassFileImporter().importPackages(SOWN);

  static Stream<String> rules() {
    return Arrows.below(ROOT).keySet().stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rules")
  void holds(String rule) {
    assertThat(result(Arrows.below(ROOT), rule, REAL).getFailureReport().getDetails()).isEmpty();
  }

  @ParameterizedTest(name = "{1} breaks the rule: {0}")
  @CsvSource({
    "the API depends on nothing but the JDK and JSpecify, ApiOnGuice",
    "a backend sees the API and its own client only, BackendOnCore",
    "the TCK sees the API only, KitOnCore",
    "'core knows no backend, no command and no kit', CoreOnBackend",
    "the command knows no backend and no kit, CommandOnBackend",
    "'third parties do not inherit Guice, the configuration library or SLF4J', ApiOnGuice",
    "'third parties do not inherit Guice, the configuration library or SLF4J', KitOnLogging",
    "'third parties do not inherit Guice, the configuration library or SLF4J', BackendOnConfig",
    "no package says nothing, Anything",
    "modules have no cycles, CoreOnBackend",
  })
  void isReportedWhenBroken(String rule, String culprit) {
    EvaluationResult result = result(Arrows.below(SOWN), rule, VIOLATIONS);

    assertThat(result.hasViolation()).isTrue();
    assertThat(String.join("\n", result.getFailureReport().getDetails())).contains(culprit);
  }

  @ParameterizedTest(name = "at least {1} classes of {0} are looked at")
  @CsvSource({
    "io.autoinit, 15",
    "io.autoinit.spi, 20",
    "io.autoinit.core, 20",
    "io.autoinit.backend.postgres, 5",
    "io.autoinit.backend.redis, 5",
    "io.autoinit.tck, 5",
    "io.autoinit.cli, 15"
  })
  void everyModuleIsLookedAt(String prefix, int atLeast) {
    boolean exact = prefix.equals(ROOT);
    assertThat(
            REAL.stream()
                .filter(
                    type ->
                        exact
                            ? type.getPackageName().equals(prefix)
                            : type.getPackageName().startsWith(prefix)))
        .hasSizeGreaterThanOrEqualTo(atLeast);
  }

  @Test
  void noTestIsTakenForTheRealThing() {
    assertThat(REAL.stream().filter(type -> type.getPackageName().startsWith(SOWN))).isEmpty();
  }

  private static EvaluationResult result(
      Map<String, ArchRule> rules, String rule, JavaClasses classes) {
    return Objects.requireNonNull(rules.get(rule), rule).evaluate(classes);
  }
}
