package io.autoinit.simulation;

/** What must hold, as docs/spec names it where the model has it too. */
enum Rule {
  NO_OVERLAP("NoOverlap", "at most one infrastructure step is being worked at"),
  NOT_REPEATED(
      "NotRepeated",
      "a step whose completion was recorded under a valid lease is not worked at again, and after READY none is"),
  READY_IS_TRUE(
      "ReadyIsTrue",
      "READY stands nowhere before all steps were done and recorded, and no record names a step that was not done"),
  STALE_NEVER_BELIEVES(
      "StaleNeverBelieves",
      "once a newer leader works, `requireHeld()` of an older one does not pass"),
  STALE_NEVER_PUBLISHES(
      "StaleNeverPublishes", "no store takes a record with a lower token than one that it has"),
  READY_IS_FINAL("ReadyIsFinal", "READY stays; only a signal that loses its data forgets it"),
  TOKENS_GROW("TokensGrow", "the token of each lease is higher than that of the one before it"),
  RETRY_NOT_EARLY(
      "RetryNotEarly", "after FAILED no step begins before the retry that it names is due"),
  FAILURE_ENDS_WAIT(
      "FailureEndsWait",
      "who waited when a failure was recorded does not try again while it stands in the record; who came afterwards does"),
  NODE_AFTER_READY("NodeAfterReady", "no node step begins before READY was published"),
  NODE_NO_OVERLAP("NodeNoOverlap", "at most one node step of a node is being worked at"),
  NODE_NOT_REPEATED(
      "NodeNotRepeated", "what a marker put under a valid lease says is not done again"),
  MARKERS_MATCH("MarkersMatch", "a marker says of each step what became of it"),
  EVERY_NODE_ENDS(
      "EveryNodeEnds",
      "every process ends in time, and a node whose process is started again after each bad end is done at last"),
  NOTHING_LEFT("NothingLeft", "who has ended holds no lease and has no thread at work");

  private final String title;
  private final String words;

  Rule(String title, String words) {
    this.title = title;
    this.words = words;
  }

  String title() {
    return title;
  }

  String words() {
    return words;
  }
}
