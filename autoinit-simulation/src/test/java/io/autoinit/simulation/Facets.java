package io.autoinit.simulation;

import io.autoinit.Namespace;
import io.autoinit.spi.Claim;
import io.autoinit.spi.Guarantee;
import io.autoinit.spi.Hint;
import io.autoinit.spi.Lease;
import io.autoinit.spi.LockName;
import io.autoinit.spi.LockProvider;
import io.autoinit.spi.Marker;
import io.autoinit.spi.MarkerKey;
import io.autoinit.spi.MarkerStore;
import io.autoinit.spi.Observed;
import io.autoinit.spi.Publication;
import io.autoinit.spi.Readiness;
import io.autoinit.spi.ReadinessStore;
import io.autoinit.spi.RunKey;
import io.autoinit.spi.Watch;
import io.autoinit.tck.InMemoryBackend;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/** One process's view of one store, over its wire, with the referee looking at each effect. */
final class Facets {

  static final LockName INFRASTRUCTURE = LockName.infrastructure(Namespace.DEFAULT);

  private final Wire wire;
  private final Referee referee;
  private final Story story;
  private final LockProvider locks;
  private final ReadinessStore readiness;
  private final MarkerStore markers;
  private final Set<String> leases = new TreeSet<>();
  private String toldRecord = "";

  Facets(Wire wire, Referee referee, Story story) {
    this.wire = wire;
    this.referee = referee;
    this.story = story;
    InMemoryBackend client = wire.site().open(wire.life());
    this.locks = new Locks(client.locks().orElseThrow());
    this.readiness = new Records(client.readiness().orElseThrow());
    this.markers = new Markers(client.markers().orElseThrow());
  }

  LockProvider locks() {
    return locks;
  }

  ReadinessStore readiness() {
    return readiness;
  }

  MarkerStore markers() {
    return markers;
  }

  Wire wire() {
    return wire;
  }

  /** The leases that the process was given and did not give back. */
  Set<String> leases() {
    return leases;
  }

  private Life life() {
    return wire.life();
  }

  private boolean holds(LockName lock, long token) {
    return token == referee.records().tokenOf(lock)
        && wire.site().holder(lock).filter(life().toString()::equals).isPresent();
  }

  private final class Locks implements LockProvider {
    private final LockProvider store;

    Locks(LockProvider store) {
      this.store = store;
    }

    @Override
    public Optional<Lease> tryAcquire(LockName name, Duration ttl) {
      Optional<Lease> lease =
          wire.write(
              () -> {
                Optional<Lease> won = store.tryAcquire(name, ttl);
                won.ifPresent(
                    l -> {
                      story.tell(life(), "gets the lock %s, token %d", name, l.token());
                      referee.records().granted(life(), name, l.token());
                    });
                return won;
              });
      lease.ifPresent(l -> leases.add(name + " " + l.token()));
      return lease.map(l -> new Held(l, name));
    }

    @Override
    public Guarantee guarantee() {
      return store.guarantee();
    }

    @Override
    public Optional<String> holder(LockName name) {
      return wire.read(() -> store.holder(name));
    }
  }

  private final class Held implements Lease {
    private final Lease lease;
    private final LockName name;

    Held(Lease lease, LockName name) {
      this.lease = lease;
      this.name = name;
    }

    @Override
    public long token() {
      return lease.token();
    }

    @Override
    public boolean renew() {
      return wire.write(lease::renew);
    }

    @Override
    public void close() {
      leases.remove(name + " " + lease.token());
      wire.write(
          () -> {
            story.tell(life(), "gives the lock %s back, token %d", name, lease.token());
            lease.close();
            return true;
          });
    }
  }

  private final class Records implements ReadinessStore {
    private final ReadinessStore store;

    Records(ReadinessStore store) {
      this.store = store;
    }

    @Override
    public Optional<Observed<Readiness>> find(RunKey run) {
      return wire.read(() -> store.find(run));
    }

    @Override
    public Optional<Observed<Readiness>> publish(Publication publication) {
      Readiness next = publication.next();
      return wire.write(
          () -> {
            boolean held = holds(INFRASTRUCTURE, next.token());
            Optional<Observed<Readiness>> taken = store.publish(publication);
            tell(next, taken.isPresent());
            if (taken.isPresent()) {
              referee.records().published(life(), wire.site().where(), next, held);
            }
            return taken;
          });
    }

    private void tell(Readiness next, boolean taken) {
      if (story.told()) {
        String said = "%s: %s".formatted(shortly(next), taken ? "taken" : "refused");
        if (!said.equals(toldRecord)) {
          toldRecord = said;
          story.tell(life(), "publishes to the %s store %s", wire.site().where(), said);
        }
      }
    }

    @Override
    public Optional<Observed<Readiness>> claim(Claim claim) {
      return wire.write(
          () -> {
            if (wire.claimsLie()) {
              story.tell(life(), "is told that it claims");
              return Optional.of(new Observed<>(claim.next(), Duration.ZERO, "none"));
            }
            Optional<Observed<Readiness>> taken = store.claim(claim);
            if (taken.isPresent()) {
              story.tell(life(), "claims: %s", shortly(claim.next()));
              referee.records().claimed(life(), wire.site().where());
            }
            return taken;
          });
    }

    @Override
    public Watch watch(RunKey run, Consumer<Hint> hints) {
      return wire.read(() -> store.watch(run, hint -> wire.hint(hint, hints)));
    }

    @Override
    public boolean clear(RunKey run) {
      return wire.write(() -> store.clear(run));
    }

    @Override
    public boolean durable() {
      return store.durable();
    }
  }

  private final class Markers implements MarkerStore {
    private final MarkerStore store;

    Markers(MarkerStore store) {
      this.store = store;
    }

    @Override
    public Optional<Marker> find(MarkerKey key) {
      return wire.read(() -> store.find(key));
    }

    @Override
    public void put(Marker marker) {
      LockName lock = LockName.node(marker.key().namespace(), marker.key().node());
      wire.write(
          () -> {
            boolean held = wire.site().holder(lock).filter(life().toString()::equals).isPresent();
            store.put(marker);
            Map<String, Boolean> outcomes = new HashMap<>();
            marker.steps().forEach((step, outcome) -> outcomes.put(step, outcome.succeeded()));
            story.tell(life(), "puts the marker %s", outcomes);
            referee.marked(life(), outcomes, held);
            return true;
          });
    }

    @Override
    public boolean remove(MarkerKey key) {
      return wire.write(() -> store.remove(key));
    }
  }

  private static String shortly(Readiness record) {
    String done = record.completed().stream().map(c -> c.name()).toList().toString();
    String step =
        record instanceof Readiness.Running running
            ? running.step().map(s -> " '" + s + "'").orElse("")
            : "";
    return "%s%s token %d done %s"
        .formatted(
            record.getClass().getSimpleName().toUpperCase(java.util.Locale.ROOT),
            step,
            record.token(),
            done);
  }
}
