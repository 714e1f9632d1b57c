package io.autoinit.benchmarks;

import com.typesafe.config.Config;
import java.util.List;
import java.util.Locale;

/** The release of the last node over the size of the fleet, both axes logarithmic. */
final class ReleaseSvg {

  private static final int LEFT = 70;
  private static final int TOP = 40;
  private static final int WIDTH = 620;
  private static final int HEIGHT = 400;
  private static final double LEAST_MILLIS = 0.01;
  private static final double MOST_MILLIS = 100_000;
  private static final double LEAST_NODES = 5;
  private static final double MOST_NODES = 2_000;
  private static final List<String> COLOURS =
      List.of(
          "#1565c0", "#2f7d4f", "#c62828", "#6b4fa0", "#e08a2e", "#00838f", "#ad1457", "#5d4037",
          "#9e9d24", "#455a64");

  private final StringBuilder svg = new StringBuilder();

  private ReleaseSvg() {}

  static String of(Config results) {
    return new ReleaseSvg().draw(Results.cells(results));
  }

  private String draw(List<Results.Cell> cells) {
    add(
        """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="11">
        <rect width="100%%" height="100%%" fill="#ffffff"/>
        """,
        LEFT + WIDTH + 240, TOP + HEIGHT + 50);
    text(LEFT, 20, "#212121", "Milliseconds from the end of the work to the last node, over nodes");
    for (double millis = LEAST_MILLIS; millis <= MOST_MILLIS; millis *= 10) {
      line(LEFT, y(millis), LEFT + WIDTH, y(millis), "#dddddd");
      text(
          8,
          y(millis) + 4,
          "#212121",
          millis < 1 ? "%.2f".formatted(millis) : "%.0f".formatted(millis));
    }
    cells.stream()
        .mapToInt(Results.Cell::nodes)
        .distinct()
        .forEach(
            nodes -> {
              line(x(nodes), TOP, x(nodes), TOP + HEIGHT, "#dddddd");
              text(x(nodes) - 8, TOP + HEIGHT + 18, "#212121", Integer.toString(nodes));
            });
    List<String> systems = cells.stream().map(Results.Cell::system).distinct().toList();
    for (int i = 0; i < systems.size(); i++) {
      String system = systems.get(i);
      String colour = COLOURS.get(i % COLOURS.size());
      system(cells.stream().filter(cell -> cell.system().equals(system)).toList(), colour);
      line(LEFT + WIDTH + 16, TOP + 20 + i * 18, LEFT + WIDTH + 36, TOP + 20 + i * 18, colour);
      text(LEFT + WIDTH + 42, TOP + 24 + i * 18, "#212121", system);
    }
    return svg.append("</svg>\n").toString();
  }

  private void system(List<Results.Cell> cells, String colour) {
    double beforeX = Double.NaN;
    double beforeY = Double.NaN;
    for (Results.Cell cell : cells) {
      double last = cell.median("lastMillis");
      if (Double.isNaN(last)) {
        continue;
      }
      double x = x(cell.nodes());
      line(x, y(cell.least("lastMillis")), x, y(cell.most("lastMillis")), colour);
      add("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/>%n", x, y(last), colour);
      if (!Double.isNaN(beforeX)) {
        line(beforeX, beforeY, x, y(last), colour);
      }
      beforeX = x;
      beforeY = y(last);
    }
  }

  private static double x(double nodes) {
    return LEFT + WIDTH * share(nodes, LEAST_NODES, MOST_NODES);
  }

  private static double y(double millis) {
    return TOP + HEIGHT * (1 - share(millis, LEAST_MILLIS, MOST_MILLIS));
  }

  private static double share(double value, double least, double most) {
    double share = Math.log(value / least) / Math.log(most / least);
    return Math.max(0, Math.min(1, share));
  }

  private void line(double fromX, double fromY, double toX, double toY, String colour) {
    add(
        "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"/>%n",
        fromX, fromY, toX, toY, colour);
  }

  private void text(double x, double y, String colour, String text) {
    add("<text x=\"%.1f\" y=\"%.1f\" fill=\"%s\">%s</text>%n", x, y, colour, text);
  }

  @SuppressWarnings("AnnotateFormatMethod")
  private void add(String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values));
  }
}
