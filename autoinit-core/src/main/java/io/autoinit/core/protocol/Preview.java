package io.autoinit.core.protocol;

import io.autoinit.spi.CompletedStep;
import io.autoinit.spi.LockName;
import io.autoinit.spi.LockProvider;
import io.autoinit.spi.Marker;
import io.autoinit.spi.MarkerKey;
import io.autoinit.spi.MarkerStore;
import io.autoinit.spi.Observed;
import io.autoinit.spi.Readiness;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** What a start would find, for who asks before it. Changes nothing and takes no lock. */
public final class Preview {

  private static final String NO_MATTER = "nothing else is asked";

  private final Board board;
  private final Store<LockProvider> locks;
  private final Store<MarkerStore> markers;
  private final Function<MarkerStore, MarkerKey> key;

  /**
   * Prepares; no store is asked yet.
   *
   * @param board where the run is recorded
   * @param locks the locks of the markers' backend
   * @param markers where the node remembers
   * @param key whose marker it is, given who sees the store
   */
  public Preview(
      Board board,
      Store<LockProvider> locks,
      Store<MarkerStore> markers,
      Function<MarkerStore, MarkerKey> key) {
    this.board = board;
    this.locks = locks;
    this.markers = markers;
    this.key = key;
  }

  /**
   * What a leader would read under the lock.
   *
   * @param ready the record that says READY
   * @param completed the steps that this run has completed
   */
  public record Recorded(Optional<Observed<Readiness>> ready, List<CompletedStep> completed) {}

  /**
   * Reads the records of the run, in every store that keeps one.
   *
   * @return what they say
   * @throws io.autoinit.spi.BackendUnavailableException if the store that counts does not answer
   */
  public Recorded recorded() {
    Board.Known known = board.readAll();
    return new Recorded(known.ready(), known.completed());
  }

  /**
   * What the node knows.
   *
   * @param key whose marker it is
   * @param marker the marker of this run
   * @param lockHolder who runs steps of this node now
   */
  public record OfNode(MarkerKey key, Optional<Marker> marker, Optional<String> lockHolder) {}

  /**
   * Reads the marker of this node.
   *
   * @return what the node knows of the run
   * @throws io.autoinit.spi.BackendUnavailableException if its store does not answer
   */
  public OfNode node() {
    MarkerKey mine = markers.askInTime(NO_MATTER, key);
    return new OfNode(
        mine,
        markers.askInTime(NO_MATTER, m -> m.find(mine)),
        locks.askInTime(NO_MATTER, l -> l.holder(LockName.node(mine.namespace(), mine.node()))));
  }

  /**
   * Where the node remembers.
   *
   * @return the name of the backend instance
   */
  public String markersName() {
    return markers.name();
  }
}
