package io.autoinit.examples.shop.fleet;

/** What happens to the fleet. */
enum Scenario {
  /** Nothing bad. */
  NORMAL,
  /** The leader is killed in the middle of the seed. */
  KILL_LEADER,
  /** A migration fails. */
  BROKEN
}
