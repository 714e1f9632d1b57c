package io.autoinit.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Runs of TLC, two at a time, and what they must have found. */
final class Runs implements AutoCloseable {

  private final ExecutorService pair = Executors.newFixedThreadPool(2);
  private final Map<Enum<?>, Future<Tlc.Outcome>> running = new HashMap<>();

  private Runs() {}

  static Runs start(Path directory, Collection<Model> models, Collection<Variant> variants) {
    var runs = new Runs();
    for (Model model : models) {
      runs.start(model, directory.resolve(model.name()), model.text());
    }
    for (Variant variant : variants) {
      runs.start(variant, directory.resolve("not " + variant.name()), variant.text());
    }
    return runs;
  }

  private void start(Enum<?> run, Path directory, String configuration) {
    running.put(run, pair.submit(() -> Tlc.check(directory, configuration)));
  }

  void requireHolds(Model model) throws Exception {
    Tlc.Outcome outcome = outcome(model);
    assertThat(outcome.holds()).as(outcome.output()).isTrue();
    assertThat(outcome.states()).isGreaterThanOrEqualTo(model.leastStates());
  }

  void requireViolates(Variant variant) throws Exception {
    Tlc.Outcome outcome = outcome(variant);
    assertThat(outcome.violates(variant.violates()))
        .as("%s is violated by %s: %s", variant.violates(), variant.what(), outcome.output())
        .isTrue();
  }

  Tlc.Outcome outcome(Enum<?> run) throws InterruptedException, ExecutionException {
    return Objects.requireNonNull(running.get(run)).get();
  }

  @Override
  public void close() {
    pair.shutdownNow();
  }
}
