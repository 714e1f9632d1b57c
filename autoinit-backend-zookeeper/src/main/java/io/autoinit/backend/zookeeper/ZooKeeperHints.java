package io.autoinit.backend.zookeeper;

import io.autoinit.spi.Hint;
import io.autoinit.spi.Watch;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.jspecify.annotations.Nullable;

/**
 * Tells who watches a run of its changes. The servers tell this client, once for all its watches of
 * a run: of the record and, apart from it, of its heartbeat. Safe for use by any thread.
 */
final class ZooKeeperHints {

  /** The node below a record that only heartbeats write. */
  static final String BEAT = "/beat";

  private final Map<String, Subject> subjects = new ConcurrentHashMap<>();

  /** A record that somebody watches. */
  private static final class Subject {

    final String record;
    final List<Listening> listening = new CopyOnWriteArrayList<>();
    final Watcher changes = this::changed;
    final Watcher beats = this::beaten;

    /** Where the servers were asked to tell, and have said that they will. */
    volatile @Nullable Session told;

    Subject(String record) {
      this.record = record;
    }

    private void changed(WatchedEvent event) {
      switch (event.getType()) {
        case NodeCreated, NodeDataChanged, NodeDeleted -> tell(Hint.CHANGED);
        default -> {}
      }
    }

    private void beaten(WatchedEvent event) {
      if (event.getType() == Watcher.Event.EventType.NodeDataChanged) {
        tell(Hint.BEAT);
      }
    }

    void tell(Hint hint) {
      listening.forEach(one -> one.hints.accept(hint));
    }

    /** Asks the servers to tell. */
    CompletableFuture<?> ask(Session session) {
      return CompletableFuture.allOf(
              session.watch(record, changes), session.watch(record + BEAT, beats))
          .thenRun(() -> told = session);
    }
  }

  /** Not a record: one consumer may be listening twice. */
  private static final class Listening {

    final Consumer<Hint> hints;

    Listening(Consumer<Hint> hints) {
      this.hints = hints;
    }
  }

  /** Whether changes of a record are told now. */
  boolean arrive(String record) {
    Subject subject = subjects.get(record);
    if (subject == null) {
      return false;
    }
    Session told = subject.told;
    return told != null && told.state() == Session.State.CONNECTED;
  }

  /** Watches a record; the servers have been asked when this returns, as far as they answer. */
  Watch watch(String record, Consumer<Hint> hints, ZooKeeperClient client) {
    Deadline deadline = client.deadline();
    Listening one = new Listening(hints);
    Subject subject =
        subjects.compute(
            record,
            (r, known) -> {
              Subject present = known == null ? new Subject(record) : known;
              present.listening.add(one);
              return present;
            });
    try {
      Session session = client.connected(deadline);
      if (subject.told != session) {
        client.await(subject.ask(session), deadline);
      }
    } catch (KeeperException | io.autoinit.spi.BackendUnavailableException e) {
      // Asked again as soon as there is a connection; until then polling is enough (READY-5).
      return () -> unwatch(subject, one);
    } catch (RuntimeException e) {
      unwatch(subject, one);
      throw e;
    }
    return () -> unwatch(subject, one);
  }

  private void unwatch(Subject subject, Listening one) {
    subjects.computeIfPresent(
        subject.record,
        (record, known) -> {
          subject.listening.remove(one);
          if (known != subject || !subject.listening.isEmpty()) {
            return known;
          }
          Session told = subject.told;
          if (told != null && !told.dead()) {
            told.unwatch(record, subject.changes);
            told.unwatch(record + BEAT, subject.beats);
          }
          return null;
        });
  }

  /**
   * A connection came or went. The library watches on over another connection of the same session,
   * but what changed in between nobody tells.
   */
  void turned(Session session, Session.State state) {
    for (Subject subject : subjects.values()) {
      if (state == Session.State.CONNECTED && subject.told != session) {
        var unused = subject.ask(session).thenRun(() -> subject.tell(Hint.CHANGED));
      } else {
        subject.tell(Hint.CHANGED);
      }
    }
  }

  void close() {
    subjects.clear();
  }
}
