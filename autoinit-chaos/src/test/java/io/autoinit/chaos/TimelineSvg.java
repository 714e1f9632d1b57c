package io.autoinit.chaos;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A history as a picture: a lane for each node, with what its processes waited for, held and worked
 * at, and the faults and READY across all lanes.
 */
final class TimelineSvg {

  private static final int LEFT = 70;
  private static final int WIDTH = 1_100;
  private static final int TOP = 84;
  private static final int LANE = 58;
  private static final String GREY = "#eceff1";
  private static final String WAITING = "#cfe3f5";
  private static final String CLAIM = "#f2d16b";
  private static final String LEASE = "#e08a2e";
  private static final String STEP = "#2f7d4f";
  private static final String NODE_STEP = "#6b4fa0";
  private static final String STOPPED = "#9aa5ab";
  private static final String FAULT = "#c62828";
  private static final String READY = "#1565c0";

  private final History history;
  private final List<String> nodes;
  private final long from;
  private final long until;
  private final StringBuilder svg = new StringBuilder();

  private TimelineSvg(List<Entry> entries) {
    this.history = new History(entries);
    this.nodes =
        entries.stream().filter(Entry::isOfNode).map(Entry::node).distinct().sorted().toList();
    this.from = entries.stream().filter(Entry::isOfNode).mapToLong(Entry::at).min().orElse(0);
    this.until = history.of("over").mapToLong(Entry::at).max().orElse(from + 1_000_000_000L);
  }

  static String of(String title, List<Entry> entries) {
    return new TimelineSvg(entries).draw(title);
  }

  private String draw(String title) {
    int height = TOP + nodes.size() * LANE + 40;
    svg.append(
        """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="11">
        <defs><pattern id="stopped" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">\
        <rect width="6" height="6" fill="#ffffff"/><rect width="3" height="6" fill="%s"/></pattern></defs>
        <rect width="100%%" height="100%%" fill="#ffffff"/>
        """
            .formatted(LEFT + WIDTH + 30, height, STOPPED));
    text(10, 18, "#212121", "font-size=\"13\" font-weight=\"bold\"", title);
    legend();
    for (String node : nodes) {
      lane(node);
    }
    axis();
    across();
    return svg.append("</svg>\n").toString();
  }

  private void legend() {
    Map<String, String> keys = new LinkedHashMap<>();
    keys.put("process", GREY);
    keys.put("waits", WAITING);
    keys.put("claim", CLAIM);
    keys.put("lease", LEASE);
    keys.put("infrastructure step", STEP);
    keys.put("node step", NODE_STEP);
    keys.put("stopped", "url(#stopped)");
    int x = 10;
    for (Map.Entry<String, String> key : keys.entrySet()) {
      box(x, 30, 14, 12, key.getValue(), key.getKey());
      text(x + 19, 40, "#212121", "", key.getKey());
      x += 34 + key.getKey().length() * 6;
    }
    line(x, 30, x, 42, READY, 2);
    text(x + 6, 40, READY, "", "READY");
    line(x + 56, 30, x + 56, 42, FAULT, 2);
    text(x + 62, 40, FAULT, "", "fault, and its end");
  }

  private int top(String node) {
    return TOP + nodes.indexOf(node) * LANE;
  }

  private double x(long at) {
    double share = (double) (at - from) / Math.max(1, until - from);
    return LEFT + Math.max(0, Math.min(1, share)) * WIDTH;
  }

  private void lane(String node) {
    int top = top(node);
    text(10, top + 28, "#212121", "font-weight=\"bold\"", node);
    line(LEFT, top + LANE - 4, LEFT + WIDTH, top + LANE - 4, "#dddddd", 1);
    List<String> processes =
        history.entries().stream()
            .filter(e -> e.isOfNode() && e.node().equals(node))
            .map(Entry::process)
            .distinct()
            .toList();
    for (String process : processes) {
      process(process, top);
    }
  }

  private void process(String process, int top) {
    List<Entry> own = history.entries().stream().filter(e -> e.process().equals(process)).toList();
    Optional<Entry> exit = history.of("exit").filter(e -> e.has("of", process)).findFirst();
    long begin = own.get(0).at();
    long end = exit.map(Entry::at).orElse(until);
    span(begin, end, top + 2, 46, GREY, process);
    waits(own, end, top);
    held(own, ".claim", "claim", CLAIM, end, top + 38);
    held(own, ".acquire", "lease", LEASE, end, top + 38);
    held(own, ".acquire-node", "lease of the node", LEASE, end, top + 38);
    for (StepRun run : StepRun.of(own)) {
      step(run, top);
    }
    stopped(process, end, top);
    exit.ifPresent(e -> exit(e, top));
  }

  private void waits(List<Entry> own, long end, int top) {
    long waiting = 0;
    for (Entry entry : own) {
      if (entry.has("event", "Waiting")) {
        waiting = waiting == 0 ? entry.at() : waiting;
      } else if (waiting > 0
          && (entry.is("event") || (entry.has("done", "true") && isLock(entry)))) {
        span(waiting, entry.at(), top + 2, 46, WAITING, "waits");
        waiting = 0;
      }
    }
    if (waiting > 0) {
      span(waiting, end, top + 2, 46, WAITING, "waits");
    }
  }

  private static boolean isLock(Entry entry) {
    return entry
        .find("call")
        .filter(c -> c.contains(".acquire") || c.endsWith(".claim"))
        .isPresent();
  }

  private void held(List<Entry> own, String call, String name, String colour, long end, int top) {
    List<Entry> got =
        own.stream()
            .filter(e -> e.is("answered") && e.has("done", "true"))
            .filter(e -> e.text("call").endsWith(call))
            .toList();
    if (got.isEmpty()) {
      return;
    }
    String given = call.replace(".claim", ".acquire").replace("acquire", "release");
    long since = got.get(0).at();
    long over =
        own.stream()
            .filter(e -> e.at() > since)
            .filter(
                e ->
                    name.equals("claim")
                        ? e.is("answered") && isLock(e) && e.text("call").endsWith(".acquire")
                        : e.is("sent") && e.text("call").endsWith(given))
            .mapToLong(Entry::at)
            .findFirst()
            .orElse(end);
    span(since, over, top, 8, colour, name);
  }

  private void step(StepRun run, int top) {
    long last = run.beats().isEmpty() ? run.began() : run.beats().get(run.beats().size() - 1);
    long over = run.ended().orElse(last);
    span(
        run.began(),
        over,
        top + 12,
        22,
        run.infrastructure() ? STEP : NODE_STEP,
        "%s, %s".formatted(run, run.how()));
    if (x(over) - x(run.began()) > run.step().length() * 6 + 4) {
      text((int) x(run.began()) + 3, top + 27, "#ffffff", "", run.step());
    }
  }

  private void stopped(String process, long end, int top) {
    history
        .of("stopped")
        .filter(e -> e.has("of", process))
        .forEach(
            e ->
                span(
                    e.at(),
                    history.continued(process).orElse(end),
                    top + 2,
                    46,
                    "url(#stopped)",
                    "stopped"));
  }

  private void exit(Entry exit, int top) {
    boolean killed = exit.has("killed", "true");
    String code = killed ? "killed" : exit.has("code", "0") ? "" : "exit " + exit.text("code");
    if (!code.isEmpty()) {
      text((int) x(exit.at()) + 2, top + 14, FAULT, "", code);
    }
  }

  private void axis() {
    double seconds = (until - from) / 1e9;
    int pace = seconds > 40 ? 5 : seconds > 15 ? 2 : 1;
    int bottom = TOP + nodes.size() * LANE;
    for (int second = 0; second <= seconds; second += pace) {
      double x = x(from + second * 1_000_000_000L);
      line(x, bottom, x, bottom + 5, "#616161", 1);
      text((int) x - 6, bottom + 18, "#616161", "", second + " s");
    }
    line(LEFT, bottom, LEFT + WIDTH, bottom, "#616161", 1);
  }

  /** What concerns all lanes; labels that would meet stand in two rows. */
  private void across() {
    List<Entry> marks = new ArrayList<>();
    history
        .of("answered")
        .filter(e -> e.text("call").endsWith(".publish-ready") && e.has("done", "true"))
        .findFirst()
        .ifPresent(marks::add);
    history.entries().stream()
        .filter(
            e ->
                List.of(
                        "fault",
                        "continue",
                        "lost-data",
                        "postgres-back",
                        "healed",
                        "freed",
                        "writable")
                    .contains(e.kind()))
        .forEach(marks::add);
    int bottom = TOP + nodes.size() * LANE;
    int row = 0;
    for (Entry mark : marks) {
      boolean ready = mark.is("answered");
      String colour = ready ? READY : FAULT;
      String label =
          ready
              ? "READY"
              : mark.is("fault")
                  ? mark.text("what") + mark.find("point").map(p -> " at " + p).orElse("")
                  : mark.kind();
      line(x(mark.at()), TOP - 22, x(mark.at()), bottom, colour, 2);
      text((int) x(mark.at()) + 4, TOP - 14 + 11 * (row++ % 2), colour, "", label);
    }
  }

  private void span(long begin, long end, int y, int height, String colour, String title) {
    box(x(begin), y, Math.max(1.5, x(end) - x(begin)), height, colour, title);
  }

  private void box(double x, int y, double width, int height, String colour, String title) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"><title>%s</title></rect>%n",
            x,
            y,
            width,
            height,
            colour,
            escaped(title)));
  }

  private void line(double x1, int y1, double x2, int y2, String colour, int width) {
    svg.append(
        String.format(
            Locale.ROOT,
            "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"%s\" stroke-width=\"%d\"/>%n",
            x1,
            y1,
            x2,
            y2,
            colour,
            width));
  }

  private void text(int x, int y, String colour, String style, String text) {
    svg.append(
        "<text x=\"%d\" y=\"%d\" fill=\"%s\" %s>%s</text>%n"
            .formatted(x, y, colour, style, escaped(text)));
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
