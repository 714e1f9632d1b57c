package io.autoinit.spi;

import io.autoinit.Namespace;
import io.autoinit.NodeId;
import io.autoinit.RunId;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The record that a node has done its phase: a value that a {@link MarkerStore} keeps whole.
 *
 * @param key whose marker this is
 * @param holder who wrote it
 * @param steps the outcome of each step, in their order
 */
public record Marker(MarkerKey key, String holder, Map<String, StepOutcome> steps) {

  private static final String FORMAT = "autoinit-marker-1";

  /** Copies the map, keeping its order. */
  public Marker {
    steps = Collections.unmodifiableMap(new LinkedHashMap<>(steps));
  }

  /**
   * This marker as a text of printable ASCII characters and line feeds, for stores to keep.
   *
   * @return the text, which {@link #fromText} reads
   */
  public String toText() {
    RecordText text =
        RecordText.of(FORMAT)
            .with("namespace", key.namespace().value())
            .with("node", key.node().value())
            .with("run-id", key.runId().value())
            .with("holder", holder)
            .with("steps", steps.size());
    int i = 0;
    for (Map.Entry<String, StepOutcome> step : steps.entrySet()) {
      String field = "steps." + i++;
      text.with(field, step.getKey())
          .with(field + ".took-ms", step.getValue().took().toMillis())
          .with(field + ".failure", step.getValue().failure());
    }
    return text.toString();
  }

  /**
   * Reads what {@link #toText} wrote, in this or a later release.
   *
   * @param written the text
   * @return the marker
   * @throws IllegalArgumentException if it is not such a text
   */
  public static Marker fromText(String written) {
    RecordText text = RecordText.read(FORMAT, written);
    Map<String, StepOutcome> steps = new LinkedHashMap<>();
    for (int i = 0; i < text.count("steps"); i++) {
      String field = "steps." + i;
      steps.put(
          text.text(field),
          new StepOutcome(text.millis(field + ".took-ms"), text.find(field + ".failure")));
    }
    var key =
        new MarkerKey(
            new Namespace(text.text("namespace")),
            new NodeId(text.text("node")),
            new RunId(text.text("run-id")));
    return new Marker(key, text.text("holder"), steps);
  }

  /**
   * What became of one step.
   *
   * @param step its name
   * @return the outcome; empty if the marker does not know the step
   */
  public Optional<StepOutcome> outcome(String step) {
    return Optional.ofNullable(steps.get(step));
  }
}
