package io.autoinit.chaos;

import com.typesafe.config.Config;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a campaign showed, as it is kept.
 *
 * @param seed the seed of the first fleet
 * @param fleets how many were started
 * @param lanes how many at a time
 * @param seconds how long it took
 * @param java the JVM
 * @param tellsMisses whether a fault that found nothing to do was told apart; a run of before that
 *     was looked at may count the end of a session that had ended already
 * @param load how many threads wanted one of how many processors, on average
 * @param rows one for each fault and pairing
 * @param broken what each fleet broke that broke something
 * @param leftOut what this machine cannot do
 */
record Summary(
    long seed,
    int fleets,
    int lanes,
    long seconds,
    String java,
    boolean tellsMisses,
    String load,
    List<Row> rows,
    List<String> broken,
    List<String> leftOut) {

  private static final String TELLS_MISSES = "tells-misses";

  private static final String OF_BEFORE =
      " This run is of before\nthat was looked at where a session is ended: the end of one that was gone already may have missed, and counts here.";

  /**
   * A fault on a pairing.
   *
   * @param struck in how many runs the point was reached and something was done
   * @param violations how many fleets broke a promise
   * @param excused how often the machine was to blame
   * @param takeovers how many successors there were
   * @param p50 their takeover in milliseconds, the median
   * @param max the longest
   */
  record Row(
      String fault,
      String title,
      String pairing,
      int runs,
      int struck,
      int violations,
      int excused,
      int takeovers,
      long p50,
      long max) {

    private static Row of(Plan.Case what, List<Result> results) {
      List<Long> takeovers =
          results.stream()
              .flatMap(result -> result.takeover().stream())
              .map(Duration::toMillis)
              .sorted()
              .toList();
      return new Row(
          what.fault().name(),
          what.fault().title(),
          what.pairing().title(),
          results.size(),
          (int) results.stream().filter(Result::struck).count(),
          (int) results.stream().filter(result -> !result.held()).count(),
          results.stream().mapToInt(Result::excused).sum(),
          takeovers.size(),
          takeovers.isEmpty() ? 0 : takeovers.get((takeovers.size() - 1) / 2),
          takeovers.isEmpty() ? 0 : takeovers.get(takeovers.size() - 1));
    }

    private static Row read(Config row) {
      return new Row(
          row.getString("fault"),
          row.getString("title"),
          row.getString("pairing"),
          row.getInt("runs"),
          row.getInt("struck"),
          row.getInt("violations"),
          row.getInt("excused"),
          row.getInt("takeovers"),
          row.getLong("p50"),
          row.getLong("max"));
    }

    private Map<String, Object> toMap() {
      Map<String, Object> map = new LinkedHashMap<>();
      map.put("fault", fault);
      map.put("title", title);
      map.put("pairing", pairing);
      map.put("runs", runs);
      map.put("struck", struck);
      map.put("violations", violations);
      map.put("excused", excused);
      map.put("takeovers", takeovers);
      map.put("p50", p50);
      map.put("max", max);
      return map;
    }
  }

  static Summary of(Campaign campaign, List<Result> results, Duration took, String load) {
    List<Row> rows = new ArrayList<>();
    for (Plan.Case what : Plan.cases().stream().distinct().toList()) {
      List<Result> own =
          results.stream()
              .filter(result -> result.leftOut().isEmpty())
              .filter(result -> result.plan().fault() == what.fault())
              .filter(result -> result.plan().pairing() == what.pairing())
              .toList();
      if (!own.isEmpty()) {
        rows.add(Row.of(what, own));
      }
    }
    return new Summary(
        campaign.seed(),
        campaign.fleets(),
        campaign.lanes(),
        took.toSeconds(),
        Runtime.version().toString(),
        true,
        load,
        rows,
        results.stream().filter(result -> !result.held()).map(Campaign::told).toList(),
        results.stream()
            .flatMap(
                result -> result.leftOut().stream().map(why -> result.plan().fault() + ": " + why))
            .distinct()
            .toList());
  }

  static Summary read(Config kept) {
    return new Summary(
        kept.getLong("seed"),
        kept.getInt("fleets"),
        kept.getInt("lanes"),
        kept.getLong("seconds"),
        kept.getString("java"),
        kept.hasPath(TELLS_MISSES) && kept.getBoolean(TELLS_MISSES),
        kept.getString("load"),
        kept.getConfigList("rows").stream().map(Row::read).toList(),
        kept.getStringList("broken"),
        kept.getStringList("left-out"));
  }

  Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("seed", seed);
    map.put("fleets", fleets);
    map.put("lanes", lanes);
    map.put("seconds", seconds);
    map.put("java", java);
    map.put(TELLS_MISSES, tellsMisses);
    map.put("load", load);
    map.put("rows", rows.stream().map(Row::toMap).toList());
    map.put("broken", broken);
    map.put("left-out", leftOut);
    return map;
  }

  /** The summary as a table with what belongs to it. */
  String toMarkdown() {
    StringBuilder text = new StringBuilder();
    text.append(
        """
        %d fleets, seeds %d to %d, at most %d at a time, in %d min %d s on JDK %s, with %s: %s. Again:
        `mvn -Pchaos -DskipTests -pl autoinit-chaos -am verify -Dautoinit.chaos.seed=%d -Dautoinit.chaos.fleets=%d`; one of them: its seed and
        `-Dautoinit.chaos.fleets=1`.

        | fault | stores | runs | struck | broken | takeovers | p50 | max |
        |---|---|---:|---:|---:|---:|---:|---:|
        """
            .formatted(
                fleets,
                seed,
                seed + fleets - 1,
                lanes,
                seconds / 60,
                seconds % 60,
                java,
                load,
                count(broken.size(), "fleet broke a promise", "fleets broke a promise"),
                seed,
                fleets));
    rows.forEach(row -> text.append(line(row)));
    int excused = rows.stream().mapToInt(Row::excused).sum();
    text.append(
        """

        %s excused because the machine was to blame: a lease was lost by a process that had waited for a processor
        for two seconds of the last five, or a successor came late by no more than it had waited for one.
        """
            .formatted(count(excused, "thing was", "things were")));
    text.append(
        """

        Struck is a fleet that came to the point of the fault, and in which the fault found what it was for.%s
        """
            .formatted(tellsMisses ? "" : OF_BEFORE));
    Stream.concat(
            leftOut.stream().map(why -> "\nLeft out: " + why + "\n"),
            broken.stream().map(told -> "\n```\n" + told + "\n```\n"))
        .forEach(text::append);
    return text.toString();
  }

  private static String count(int number, String one, String many) {
    return number == 1 ? "1 " + one : (number == 0 ? "no" : Integer.toString(number)) + " " + many;
  }

  private static String line(Row row) {
    return "| %s | %s | %d | %d | %d | %s | %s | %s |\n"
        .formatted(
            row.title(),
            row.pairing(),
            row.runs(),
            row.struck(),
            row.violations(),
            row.takeovers() == 0 ? "" : row.takeovers(),
            row.takeovers() == 0 ? "" : seconds(row.p50()),
            row.takeovers() == 0 ? "" : seconds(row.max()));
  }

  private static String seconds(long millis) {
    return String.format(Locale.ROOT, "%.1f s", millis / 1e3);
  }
}
