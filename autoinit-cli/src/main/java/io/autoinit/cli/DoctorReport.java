package io.autoinit.cli;

import io.autoinit.core.Diagnosis;
import io.autoinit.spi.Finding;
import io.autoinit.spi.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A diagnosis for people: a block for each store, aligned, within 80 columns. */
final class DoctorReport {

  private static final int WIDTH = 80;
  private static final String MARGIN = " ".repeat(29);
  private static final String WAY = "-> ";

  private DoctorReport() {}

  static List<String> lines(Diagnosis diagnosis, boolean quiet) {
    List<String> lines = new ArrayList<>();
    for (Diagnosis.Section section : diagnosis.sections()) {
      List<Finding> told = section.findings().stream().filter(f -> isTold(f, quiet)).toList();
      if (!told.isEmpty()) {
        lines.add("%s (%s)".formatted(section.subject(), section.about()));
        told.forEach(finding -> add(lines, finding));
        lines.add("");
      }
    }
    lines.add(summary(diagnosis));
    return List.copyOf(lines);
  }

  static boolean isTold(Finding finding, boolean quiet) {
    return !quiet || finding.severity().compareTo(Severity.WARNING) >= 0;
  }

  static String summary(Diagnosis diagnosis) {
    int stores = diagnosis.sections().size() - 1;
    String looked = "looked at the set-up and %s".formatted(Humanized.count(stores, "store"));
    int errors = Math.toIntExact(diagnosis.count(Severity.ERROR));
    int warnings = Math.toIntExact(diagnosis.count(Severity.WARNING));
    return errors + warnings == 0
        ? "nothing is wrong; " + looked
        : "%s, %s; %s"
            .formatted(
                Humanized.count(errors, "error"), Humanized.count(warnings, "warning"), looked);
  }

  private static void add(List<String> lines, Finding finding) {
    String head =
        "  %-8s %-17s "
            .formatted(finding.severity().name().toLowerCase(Locale.ROOT), finding.check());
    wrap(lines, head, MARGIN, finding.seen());
    finding.remedy().ifPresent(way -> wrap(lines, MARGIN + WAY, MARGIN + "   ", way));
  }

  /** For others: a text in lines behind what begins them, with words that are too wide cut. */
  static List<String> wrapped(String first, String others, String text) {
    List<String> lines = new ArrayList<>();
    String cut = "(\\S{%d})(?=\\S)".formatted(WIDTH - Math.max(first.length(), others.length()));
    wrap(lines, first, others, Humanized.harmless(text).replaceAll(cut, "$1 "));
    return lines;
  }

  /** A word that is wider than the line, such as a URL, stays whole: it is copied. */
  private static void wrap(List<String> lines, String first, String others, String text) {
    StringBuilder line = new StringBuilder(first);
    boolean empty = true;
    for (String word : text.strip().split("\\s+", -1)) {
      if (!empty && line.length() + 1 + word.length() > WIDTH) {
        lines.add(line.toString());
        line = new StringBuilder(others);
        empty = true;
      }
      line.append(empty ? "" : " ").append(word);
      empty = false;
    }
    lines.add(line.toString());
  }
}
