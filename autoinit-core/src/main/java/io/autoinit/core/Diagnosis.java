package io.autoinit.core;

import io.autoinit.spi.Finding;
import io.autoinit.spi.Severity;
import java.util.Comparator;
import java.util.List;

/**
 * What is right and wrong with a set-up. Holds no secret.
 *
 * @param sections the settings first, then the stores in the order of their configuration
 */
public record Diagnosis(List<Section> sections) {

  /** Copies the list. */
  public Diagnosis {
    sections = List.copyOf(sections);
  }

  /**
   * What was found in one place.
   *
   * @param subject the name of a backend instance; of the settings {@code set-up}
   * @param about its type and roles, for people
   * @param findings at least one
   */
  public record Section(String subject, String about, List<Finding> findings) {

    /** Copies the list. */
    public Section {
      findings = List.copyOf(findings);
    }
  }

  /**
   * The worst of all findings.
   *
   * @return {@link Severity#OK} if there is none
   */
  public Severity worst() {
    return sections.stream()
        .flatMap(section -> section.findings().stream())
        .map(Finding::severity)
        .max(Comparator.naturalOrder())
        .orElse(Severity.OK);
  }

  /**
   * How many findings there are.
   *
   * @param severity of this severity
   * @return the number
   */
  public long count(Severity severity) {
    return sections.stream()
        .flatMap(section -> section.findings().stream())
        .filter(finding -> finding.severity() == severity)
        .count();
  }
}
