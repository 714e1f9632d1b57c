package io.autoinit.backend.hazelcast;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import java.util.Optional;

/**
 * Texts by name, each changed by compare-and-set alone: what a map and the CP Subsystem both offer
 * without a class of ours on the servers.
 */
interface Cells {

  Optional<String> get(String name);

  /** Whether the text was as it was seen and is now the next; no text is ever written twice. */
  boolean swap(String name, Optional<String> seen, String next);

  /** In a map: consistent while no split or loss of several members at once comes between. */
  static Cells in(IMap<String, String> map) {
    return new Cells() {
      @Override
      public Optional<String> get(String name) {
        return Optional.ofNullable(map.get(name));
      }

      @Override
      public boolean swap(String name, Optional<String> seen, String next) {
        boolean swapped =
            seen.isPresent()
                ? map.replace(name, seen.get(), next)
                : map.putIfAbsent(name, next) == null;
        // The library may have asked twice: then the first time was it.
        return swapped || next.equals(map.get(name));
      }
    };
  }

  /** In the CP Subsystem: linearizable. */
  static Cells inCp(HazelcastInstance instance, String prefix) {
    return new Cells() {
      @Override
      public Optional<String> get(String name) {
        return Optional.ofNullable(
            instance.getCPSubsystem().<String>getAtomicReference(prefix + name).get());
      }

      @Override
      public boolean swap(String name, Optional<String> seen, String next) {
        var cell = instance.getCPSubsystem().<String>getAtomicReference(prefix + name);
        return cell.compareAndSet(seen.orElse(null), next) || next.equals(cell.get());
      }
    };
  }
}
