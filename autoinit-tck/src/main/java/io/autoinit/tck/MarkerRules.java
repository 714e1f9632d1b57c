package io.autoinit.tck;

import io.autoinit.Namespace;
import io.autoinit.NodeId;
import io.autoinit.RunId;
import io.autoinit.spi.Marker;
import io.autoinit.spi.MarkerKey;
import io.autoinit.spi.MarkerStore;
import io.autoinit.spi.Reach;
import io.autoinit.spi.StepOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The rules MARK-1 to MARK-4, within one process. */
abstract class MarkerRules extends PublicationRules {

  /** What one client puts, others find, with every text as it was. */
  @Test
  @DisplayName("MARK-1 a marker is found whole, by every client")
  public final void markersSurvive() {
    MarkerStore writer = markers(client());
    MarkerStore reader = markers(client());
    MarkerKey key = freshKey();
    rule(
        reader.find(key).isEmpty() && !reader.remove(key),
        "MARK-1",
        "a marker that nobody put is found, or can be removed",
        "what find and remove make of a missing marker");
    for (String text : NastyTexts.ALL) {
      requireFound(writer, reader, new Marker(key, text, steps(3, Optional.of(text))));
    }
    requireFound(writer, reader, new Marker(key, "no steps", Map.of()));
    requireFound(writer, reader, new Marker(key, "many", steps(40, Optional.empty())));
    for (String text : NastyTexts.LONG) {
      requireFound(writer, reader, new Marker(key, "long", steps(2, Optional.of(text))));
    }
    rule(
        reader.remove(key) && writer.find(key).isEmpty() && !writer.remove(key),
        "MARK-1",
        "remove by one client left the marker for another, or did not say whether there was one",
        "what remove deletes and returns");
  }

  /** Whoever looks while somebody writes sees the old marker or the new one. */
  @Test
  @DisplayName("MARK-1 a reader never sees half a marker while it is written")
  public final void neverHalfAMarker() {
    MarkerStore writer = markers(client());
    MarkerStore reader = markers(client());
    MarkerKey key = freshKey();
    var done = new AtomicBoolean();
    var writes = new AtomicInteger();
    writer.put(sized(key, 0));
    Worker<Boolean> writing =
        Worker.start(
            () -> {
              for (int i = 0; !done.get(); i++) {
                writer.put(sized(key, i % 2 == 0 ? 200 : 1));
                writes.incrementAndGet();
              }
              return true;
            });
    try {
      within(
          PATIENCE,
          () -> {
            for (int i = 0; i < 20; i++) {
              requireWhole("MARK-1", reader, key, "while another client writes it");
            }
            return writes.get() >= 100;
          });
    } finally {
      done.set(true);
    }
    writing.result();
  }

  /** Each node has a marker of its own in each run of each namespace. */
  @Test
  @DisplayName("MARK-2 markers are separate for each namespace, node and run")
  public final void markersAreSeparate() {
    MarkerStore store = markers(client());
    String base = fresh("m");
    List<MarkerKey> keys = new ArrayList<>();
    for (String namespace : List.of(base, base + "-a", base.toUpperCase(Locale.ROOT))) {
      for (String run : List.of("b", "a-b", "B", base)) {
        keys.add(key(namespace, "node", run));
      }
    }
    if (store.reach() == Reach.FLEET) {
      keys.add(key(base, "node-b", "b"));
      keys.add(key(base, "NODE", "b"));
      keys.add(key(base, "b", "node"));
      keys.add(key(base, "a.b", "c"));
      keys.add(key(base, "a", "b.c"));
    }
    requireSeparate(store, keys);
  }

  /** No store cuts a legal name. */
  @Test
  @DisplayName("MARK-2 names of 128 characters are told apart by the last")
  public final void longNamesAreSeparate() {
    MarkerStore store = markers(client());
    String base = longest("m");
    List<MarkerKey> keys = new ArrayList<>();
    keys.add(key(base + 1, base + 1, base + 1));
    keys.add(key(base + 2, base + 1, base + 1));
    keys.add(key(base + 1, base + 1, base + 2));
    if (store.reach() == Reach.FLEET) {
      keys.add(key(base + 1, base + 2, base + 1));
    }
    requireSeparate(store, keys);
  }

  /** Many nodes of a group finish at once. */
  @Test
  @DisplayName("MARK-3 many writers of one marker end with one whole marker")
  public final void manyWritersOneMarker() {
    List<MarkerStore> clients = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      clients.add(markers(client()));
    }
    MarkerKey key = freshKey();
    clients.get(0).put(sized(key, 250));
    List<Callable<Boolean>> writers = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      MarkerStore store = clients.get(i % clients.size());
      Marker marker = sized(key, 30 + 10 * i);
      writers.add(
          () -> {
            for (int n = 0; n < 5; n++) {
              store.put(marker);
            }
            return true;
          });
    }
    Worker.together(writers);
    Marker left = requireWhole("MARK-3", clients.get(0), key, "after 16 writers at once");
    for (MarkerStore store : clients) {
      rule(
          store.find(key).equals(Optional.of(left)),
          "MARK-3",
          "two clients find different markers after all writers have ended",
          "whether clients read the store, or a copy of their own");
    }
  }

  /** Who looks which nodes have done their phase. */
  @Test
  @DisplayName("MARK-4 a store that lists markers lists each of a run and no other")
  public final void markersAreListed() {
    MarkerStore writer = markers(client());
    MarkerStore reader = markers(client());
    String base = fresh("m");
    Optional<List<Marker>> none = reader.list(new Namespace(base), new RunId("b"));
    appliesIf(none.isPresent(), "the store cannot list markers");
    List<MarkerKey> keys = new ArrayList<>(List.of(key(base, "node", "b")));
    if (writer.reach() == Reach.FLEET) {
      keys.addAll(List.of(key(base, "b", "b"), key(base, "x-b", "b")));
    }
    List<MarkerKey> others =
        List.of(key(base, "node", "a"), key(base, "node", "a-b"), key(base + "-a", "node", "b"));
    Map<MarkerKey, Marker> expected = new LinkedHashMap<>();
    keys.forEach(key -> expected.put(key, sized(key, 3)));
    requireListed(reader, base, List.of());
    expected.values().forEach(writer::put);
    others.forEach(key -> writer.put(sized(key, 3)));
    requireListed(reader, base, expected.values());
    MarkerKey gone = keys.get(0);
    writer.remove(gone);
    expected.remove(gone);
    requireListed(reader, base, expected.values());
    keys.forEach(writer::remove);
    others.forEach(writer::remove);
  }

  private static void requireListed(
      MarkerStore store, String namespace, Collection<Marker> expected) {
    List<Marker> listed = store.list(new Namespace(namespace), new RunId("b")).orElse(List.of());
    rule(
        listed.size() == expected.size() && Set.copyOf(listed).equals(Set.copyOf(expected)),
        "MARK-4",
        "%d nodes have a marker of the run, but these are listed: %.300s"
            .formatted(expected.size(), listed),
        "how the store's keys are taken apart into namespace, node and run");
  }

  /** A marker that tells from its holder how many steps it must have. */
  static Marker sized(MarkerKey key, int size) {
    return new Marker(key, Integer.toString(size), steps(size, Optional.of("size " + size)));
  }

  static Marker requireWhole(String rule, MarkerStore store, MarkerKey key, String when) {
    Marker found;
    try {
      found =
          store
              .find(key)
              .orElseThrow(
                  () ->
                      broken(
                          rule,
                          "the marker is not found " + when,
                          "whether a put takes the old marker away before the new one is there"));
    } catch (IllegalArgumentException e) {
      throw broken(
          rule,
          "the text of the marker cannot be read %s: %s".formatted(when, e.getMessage()),
          "whether a put replaces the whole text in one atomic step (a rename, one statement)");
    }
    rule(
        found.equals(sized(key, Integer.parseInt(found.holder()))),
        rule,
        "a marker is found that nobody wrote so %s: %d steps of %s"
            .formatted(when, found.steps().size(), found.holder()),
        "whether a put replaces the whole text in one atomic step (a rename, one statement)");
    return found;
  }

  private static void requireFound(MarkerStore writer, MarkerStore reader, Marker marker) {
    writer.put(marker);
    Optional<Marker> found = reader.find(marker.key());
    rule(
        found.equals(Optional.of(marker)),
        "MARK-1",
        "put %.300s but find gives %.300s".formatted(marker, found),
        "how the store keeps Marker.toText() (ASCII and line feeds) and whether all clients read"
            + " the same place");
    rule(
        found
            .map(m -> List.copyOf(m.steps().keySet()))
            .equals(Optional.of(List.copyOf(marker.steps().keySet()))),
        "MARK-1",
        "the steps of a marker came back in another order",
        "whether the store keeps Marker.toText() as it is");
  }

  private static void requireSeparate(MarkerStore store, List<MarkerKey> keys) {
    for (MarkerKey key : keys) {
      rule(
          store.find(key).isEmpty(),
          "MARK-2",
          "%s was never put but has the marker %s".formatted(key, store.find(key)),
          "how the store's key is made from MarkerKey: letter case, punctuation, separators");
      store.put(new Marker(key, key.toString(), Map.of()));
    }
    store.remove(keys.get(0));
    for (MarkerKey key : keys.subList(1, keys.size())) {
      rule(
          store.find(key).map(Marker::holder).equals(Optional.of(key.toString())),
          "MARK-2",
          "the marker of %s is now %s".formatted(key, store.find(key)),
          "which keys the store takes for the same one");
    }
    keys.forEach(store::remove);
  }

  static MarkerKey freshKey() {
    return new MarkerKey(freshNamespace(), freshNode(), freshRunId());
  }

  private static MarkerKey key(String namespace, String node, String run) {
    return new MarkerKey(new Namespace(namespace), new NodeId(node), new RunId(run));
  }

  private static Map<String, StepOutcome> steps(int count, Optional<String> failure) {
    Map<String, StepOutcome> steps = new LinkedHashMap<>();
    for (int i = count; i > 0; i--) {
      steps.put("step-" + i, new StepOutcome(Duration.ofMillis(i), failure));
    }
    return steps;
  }
}
