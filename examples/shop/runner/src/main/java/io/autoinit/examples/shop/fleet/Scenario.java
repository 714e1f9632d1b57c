package io.autoinit.examples.shop.fleet;

import java.util.Map;

/** What happens to the fleet. */
enum Scenario {
  /** Nothing bad. */
  NORMAL,
  /** The leader is killed in the middle of the seed. */
  KILL_LEADER,
  /** A migration fails. */
  BROKEN;

  /** What the replicas are told to make it happen. */
  Map<String, String> environment() {
    return this == BROKEN ? Map.of("SHOP_MIGRATIONS", "db/migration,db/broken") : Map.of();
  }
}
