package io.autoinit.backend.hazelcast;

import com.hazelcast.core.EntryEvent;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import com.hazelcast.map.listener.EntryAddedListener;
import com.hazelcast.map.listener.EntryRemovedListener;
import com.hazelcast.map.listener.EntryUpdatedListener;
import io.autoinit.spi.BackendUnavailableException;
import io.autoinit.spi.Hint;
import io.autoinit.spi.Watch;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells who watches a run of its changes, by a listener on its entry for each watch. The library
 * registers listeners again after it reconnected; a client that was made anew is asked again here.
 * Loss and return of the cluster are both told. Safe for use by any thread.
 */
final class HazelcastHints implements AutoCloseable {

  private final HazelcastGrid grid;
  private final List<Listening> all = new CopyOnWriteArrayList<>();
  private final Set<String> heard = ConcurrentHashMap.newKeySet();
  private final Map<String, String> seen = new ConcurrentHashMap<>();
  private volatile boolean closed;

  HazelcastHints(HazelcastGrid grid) {
    this.grid = grid;
    grid.onTurn(this::turned);
  }

  /** Whether changes of a record are told now. */
  boolean arrive(String record) {
    return heard.contains(record);
  }

  /** Notes the gist of the record that was just read; empty for none. */
  void seen(String record, String gist) {
    if (heard.contains(record)) {
      seen.put(record, gist);
    } else {
      seen.remove(record);
    }
  }

  /**
   * What a member hears may come from one that has missed its own end, and whose writes do not
   * count: a member always looks.
   */
  private String believed(String record) {
    return grid.settings().mode() == HazelcastSettings.Mode.MEMBER
        ? ""
        : seen.getOrDefault(record, "");
  }

  Watch watch(String record, Consumer<Hint> told) {
    if (closed) {
      throw grid.closed();
    }
    Listening one = new Listening(record, told);
    all.add(one);
    try {
      boolean unused = grid.askOnce(instance -> one.listen(instance));
    } catch (BackendUnavailableException e) {
      // Asked for when the cluster is there.
      return one;
    } catch (RuntimeException e) {
      all.remove(one);
      throw e;
    }
    return one;
  }

  private void turned(boolean connected) {
    if (closed) {
      return;
    }
    if (!connected) {
      heard.clear();
      seen.clear();
      all.forEach(one -> one.tell(Hint.CHANGED));
      return;
    }
    for (Listening one : all) {
      try {
        boolean unused = grid.askOnce(instance -> one.listen(instance));
      } catch (RuntimeException e) {
        // The next turn comes when the cluster is there again.
        return;
      }
      one.tell(Hint.CHANGED);
    }
  }

  @Override
  public void close() {
    closed = true;
    all.clear();
    heard.clear();
  }

  private final class Listening
      implements Watch,
          EntryAddedListener<String, String>,
          EntryUpdatedListener<String, String>,
          EntryRemovedListener<String, String> {

    private final String record;
    private final Consumer<Hint> told;
    private @Nullable HazelcastInstance at;
    private @Nullable UUID registration;
    private volatile boolean over;

    Listening(String record, Consumer<Hint> told) {
      this.record = record;
      this.told = told;
    }

    synchronized boolean listen(HazelcastInstance instance) {
      if (!over && at != instance) {
        registration = map(instance).addEntryListener(this, record, true);
        at = instance;
      }
      if (!over) {
        heard.add(record);
      }
      return true;
    }

    private IMap<String, String> map(HazelcastInstance instance) {
      return grid.map(instance, HazelcastReadiness.MAP);
    }

    void tell(Hint hint) {
      try {
        told.accept(hint);
      } catch (RuntimeException e) {
        // Who listens must not end the hints of the others.
        return;
      }
    }

    @Override
    public void entryAdded(EntryEvent<String, String> event) {
      hear(Hint.CHANGED);
    }

    @Override
    public void entryUpdated(EntryEvent<String, String> event) {
      hear(Entry.hint(event.getOldValue(), event.getValue(), believed(record)));
    }

    @Override
    public void entryRemoved(EntryEvent<String, String> event) {
      hear(Hint.CHANGED);
    }

    private void hear(Hint hint) {
      if (all.contains(this)) {
        tell(hint);
      }
    }

    @Override
    public void close() {
      if (!all.remove(this)) {
        return;
      }
      over = true;
      if (all.stream().noneMatch(other -> other.record.equals(record))) {
        heard.remove(record);
        seen.remove(record);
      }
      // Its hints go nowhere already, and whoever has heard READY goes on.
      grid.later(this::forget);
    }

    private synchronized void forget(HazelcastInstance instance) {
      if (registration != null && at == instance) {
        boolean unused = map(instance).removeEntryListener(registration);
      }
    }
  }
}
