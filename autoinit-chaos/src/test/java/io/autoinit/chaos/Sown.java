package io.autoinit.chaos;

import com.typesafe.config.Config;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A fault that was sown into the code, and who caught it.
 *
 * @param name its name
 * @param what what it takes away
 * @param fleets how many fleets it took, or were tried
 * @param caught the first promise that was broken; empty if none was
 * @param seed the fleet that broke it
 */
record Sown(String name, String what, int fleets, String caught, long seed) {

  static Sown read(Config kept) {
    return new Sown(
        kept.getString("name"),
        kept.getString("what"),
        kept.getInt("fleets"),
        kept.getString("caught"),
        kept.getLong("seed"));
  }

  Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("name", name);
    map.put("what", what);
    map.put("fleets", fleets);
    map.put("caught", caught);
    map.put("seed", seed);
    return map;
  }

  String line() {
    return caught.isEmpty()
        ? "| %s | not in %d fleets | |\n".formatted(what, fleets)
        : "| %s | %s | %d |\n".formatted(what, caught, fleets);
  }
}
