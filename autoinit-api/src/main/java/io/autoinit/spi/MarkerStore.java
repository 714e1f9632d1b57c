package io.autoinit.spi;

import io.autoinit.Namespace;
import io.autoinit.RunId;
import java.util.List;
import java.util.Optional;

/**
 * Where nodes remember what they have done. Markers are separate for each namespace, node and run
 * (MARK-2). Safe for use by any thread.
 */
public interface MarkerStore {

  /**
   * Reads a marker. It is seen whole or not at all, also if its writer was killed in the middle
   * (MARK-1).
   *
   * @param key whose marker
   * @return the marker, if there is one
   * @throws BackendUnavailableException if the store does not answer
   * @throws BackendRefusedException if the store refuses for good
   */
  Optional<Marker> find(MarkerKey key);

  /**
   * Writes a marker in place of whatever was there. Many writers of one marker end with one of them
   * whole (MARK-3).
   *
   * @param marker the marker
   * @throws BackendUnavailableException if the store does not answer
   * @throws BackendRefusedException if the store refuses for good
   */
  void put(Marker marker);

  /**
   * Removes a marker.
   *
   * @param key whose marker
   * @return whether there was one
   * @throws BackendUnavailableException if the store does not answer
   * @throws BackendRefusedException if the store refuses for good
   */
  boolean remove(MarkerKey key);

  /**
   * The markers of all nodes in one run, for people who look: those and no others, in any order
   * (MARK-4). May cost more than one request.
   *
   * @param namespace the application
   * @param run the deployment
   * @return the markers, as {@link #find} tells them; empty if this store cannot list markers
   * @throws BackendUnavailableException if the store does not answer
   * @throws BackendRefusedException if the store refuses for good
   */
  default Optional<List<Marker>> list(Namespace namespace, RunId run) {
    return Optional.empty();
  }

  /**
   * Who sees this store.
   *
   * @return the reach; a store that does not say is seen by the whole fleet
   */
  default Reach reach() {
    return Reach.FLEET;
  }
}
