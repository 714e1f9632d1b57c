package io.autoinit.cli;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.util.LinkedHashMap;
import java.util.Map;

/** Who may depend on whom, below a root package. */
final class Arrows {

  private Arrows() {}

  /** The rules by their names. */
  static Map<String, ArchRule> below(String root) {
    String[] api = {root, root + ".spi"};
    String core = root + ".core..";
    String backends = root + ".backend..";
    String tck = root + ".tck..";
    String cli = root + ".cli..";
    Map<String, ArchRule> rules = new LinkedHashMap<>();
    rules.put(
        "the API depends on nothing but the JDK and JSpecify",
        classes()
            .that()
            .resideInAnyPackage(api)
            .should()
            .onlyDependOnClassesThat(
                resideInAnyPackage(api).or(resideInAnyPackage("java..", "org.jspecify.."))));
    rules.put(
        "a backend sees the API and its own client only",
        noClasses()
            .that()
            .resideInAPackage(backends)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(core, cli, tck));
    rules.put(
        "the TCK sees the API only",
        noClasses()
            .that()
            .resideInAPackage(tck)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(core, backends, cli));
    rules.put(
        "core knows no backend, no command and no kit",
        noClasses()
            .that()
            .resideInAPackage(core)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(backends, cli, tck));
    rules.put(
        "the command knows no backend and no kit",
        noClasses()
            .that()
            .resideInAPackage(cli)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(backends, tck));
    rules.put(
        "third parties do not inherit Guice, the configuration library or SLF4J",
        noClasses()
            .that(resideInAnyPackage(api).or(resideInAnyPackage(backends, tck)))
            .should()
            .dependOnClassesThat(
                resideInAnyPackage(
                    "com.google.inject..",
                    "jakarta.inject..",
                    "com.typesafe.config..",
                    "org.slf4j..")));
    rules.put(
        "no package says nothing",
        noClasses()
            .should()
            .resideInAnyPackage(
                "..util..", "..helper..", "..common..", "..impl..", "..internal..", "..manager.."));
    rules.put(
        "modules have no cycles",
        SlicesRuleDefinition.slices().assignedFrom(modules(root)).should().beFreeOfCycles());
    return rules;
  }

  private static SliceAssignment modules(String root) {
    return new SliceAssignment() {
      @Override
      public SliceIdentifier getIdentifierOf(JavaClass type) {
        String name = type.getPackageName();
        if (name.equals(root) || name.startsWith(root + ".spi")) {
          return SliceIdentifier.of("api");
        }
        return resideInAPackage(root + "..").test(type)
            ? SliceIdentifier.of(name.substring(root.length() + 1))
            : SliceIdentifier.ignore();
      }

      @Override
      public String getDescription() {
        return "packages, with the API as one";
      }
    };
  }
}
