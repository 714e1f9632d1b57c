package io.autoinit.chaos;

import io.autoinit.chaos.FleetSettings.Network;
import io.autoinit.tck.TcpProxy;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Does to a fleet what its plan says, when the first process reaches the point. */
final class Injector implements AutoCloseable {

  /** The connections of a node. */
  private record Links(TcpProxy postgres, TcpProxy redis, TcpProxy zookeeper, TcpProxy hazelcast) {

    List<TcpProxy> all() {
      return List.of(postgres, redis, zookeeper, hazelcast);
    }
  }

  private static final int PUSH_ENDS_EVERY_MILLIS = 30;

  private final Plan plan;
  private final Lane lane;
  private final Scribe scribe;
  private final Optional<Volume> volume;
  private final Map<String, Links> links = new HashMap<>();
  private final ScheduledExecutorService later = Executors.newScheduledThreadPool(2);
  private Optional<NodeProcess> held = Optional.empty();
  private boolean done;

  /**
   * Prepares a fault.
   *
   * @param files where the directories of the file backend are made
   */
  Injector(Plan plan, Lane lane, Path files, Scribe scribe) {
    this.plan = plan;
    this.lane = lane;
    this.scribe = scribe;
    this.volume = plan.fault().needsVolume() ? Optional.of(Volume.mount(files)) : Optional.empty();
  }

  /** Where a node reaches its servers. */
  synchronized Network network(String node) {
    if (!plan.fault().needsProxies()) {
      return new Network(
          lane.postgres().host() + ":" + lane.postgres().port(),
          lane.redis().host() + ":" + lane.redis().port(),
          lane.zookeeper().getConnectString(),
          "127.0.0.1:" + lane.hazelcastPort());
    }
    Links own =
        links.computeIfAbsent(
            node,
            n ->
                new Links(
                    TcpProxy.to(lane.postgres().host(), lane.postgres().port()),
                    TcpProxy.to(lane.redis().host(), lane.redis().port()),
                    TcpProxy.to("127.0.0.1", lane.zookeeper().getPort()),
                    TcpProxy.to("127.0.0.1", lane.hazelcastPort())));
    return new Network(
        at(own.postgres()), at(own.redis()), at(own.zookeeper()), at(own.hazelcast()));
  }

  private static String at(TcpProxy proxy) {
    return "127.0.0.1:" + proxy.port();
  }

  synchronized boolean isDone() {
    return done;
  }

  /** What is done before the first process starts. */
  void begin() {
    if (plan.fault() == Fault.NO_PUSH) {
      scribe.write("fault", "what", "no push");
      var unused =
          later.scheduleWithFixedDelay(
              () -> lane.command("CLIENT KILL TYPE pubsub"),
              0,
              PUSH_ENDS_EVERY_MILLIS,
              TimeUnit.MILLISECONDS);
    }
    if (plan.fault() == Fault.READ_ONLY) {
      scribe.write("fault", "what", "read-only");
      Volume ours = volume.orElseThrow();
      ours.readOnly(true);
      afterwards("writable", () -> ours.readOnly(false));
    }
  }

  /** What is done when the first nodes have started. */
  void forgetReadiness() {
    if (plan.lasting().toMillis() < 1_000) {
      scribe.write("fault", "what", "restart of Redis");
      lane.redis().kill();
      lane.redis().restart();
    } else {
      scribe.write("fault", "what", "flush");
      lane.flush();
    }
    lost(Pairing.REDIS_INSTANCE);
  }

  /** Called by a process that waits at the point. */
  synchronized void reached(NodeProcess process, String point) {
    if (point.equals(Points.BEFORE_START) && !done) {
      held = Optional.of(process);
      return;
    }
    if (!done && plan.fault() != Fault.FAILING) {
      done = true;
      strike(process, point);
    }
    process.go();
  }

  /** A process has failed: whoever was held back comes now, before the retry is due. */
  synchronized void failed() {
    done = true;
    held.ifPresent(NodeProcess::go);
    held = Optional.empty();
  }

  private void strike(NodeProcess process, String point) {
    scribe.write("fault", "what", plan.fault(), "of", process.name(), "point", point);
    switch (plan.fault()) {
      case KILL -> process.kill();
      case STOP, COMMAND -> stop(process);
      case POSTGRES_KILLED -> {
        lane.postgres().kill();
        afterwards("postgres-back", lane.postgres()::restart);
      }
      case REDIS_KILLED -> {
        lane.redis().kill();
        lost(Pairing.REDIS_INSTANCE);
        afterwards(
            () -> {
              lane.redis().restart();
              lost(Pairing.REDIS_INSTANCE);
            });
      }
      case ZOOKEEPER_STOPPED -> {
        lane.stopZooKeeper();
        afterwards("zookeeper-back", lane::restartZooKeeper);
      }
      case SESSION_EXPIRED -> {
        if (!lane.expireSession(plan)) {
          scribe.write("missed", "what", plan.fault());
        }
      }
      case HAZELCAST_KILLED -> {
        lane.killHazelcast();
        lost(Pairing.HAZELCAST_INSTANCE);
        afterwards(
            () -> {
              lane.restartHazelcast();
              lost(Pairing.HAZELCAST_INSTANCE);
            });
      }
      case FLUSHED -> {
        lane.flush();
        lost(Pairing.REDIS_INSTANCE);
      }
      case CUT -> linksOf(process).forEach(TcpProxy::cut);
      case BLACK_HOLE, STUBBORN -> {
        linksOf(process).forEach(TcpProxy::blackHole);
        afterwards("healed", () -> linksOf(process).forEach(TcpProxy::heal));
      }
      case FULL_DISK -> {
        volume.orElseThrow().fill();
        afterwards("freed", volume.orElseThrow()::free);
      }
      default -> throw new IllegalStateException(plan.fault() + " has no point");
    }
  }

  private void stop(NodeProcess process) {
    process.freeze();
    scribe.write("stopped", "of", process.name());
    var unused =
        later.schedule(
            () -> {
              scribe.write("continue", "of", process.name());
              process.thaw();
            },
            plan.lasting().toMillis(),
            TimeUnit.MILLISECONDS);
  }

  private synchronized List<TcpProxy> linksOf(NodeProcess process) {
    Links own = links.get(process.node());
    return own == null ? List.of() : own.all();
  }

  private void lost(String store) {
    scribe.write("lost-data", "store", store);
  }

  /** Does something when the fault has lasted as long as it should, and writes that down. */
  private void afterwards(String kind, Runnable what) {
    afterwards(
        () -> {
          what.run();
          scribe.write(kind);
        });
  }

  private void afterwards(Runnable what) {
    var unused = later.schedule(what, plan.lasting().toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Waits until the fault is over. */
  void end() throws InterruptedException {
    if (plan.fault() == Fault.NO_PUSH) {
      later.shutdownNow();
    }
    later.shutdown();
    if (!later.awaitTermination(60, TimeUnit.SECONDS)) {
      throw new IllegalStateException("the fault does not end: " + plan);
    }
  }

  @Override
  public void close() {
    later.shutdownNow();
    links.values().stream().flatMap(own -> own.all().stream()).forEach(TcpProxy::close);
    volume.ifPresent(Volume::close);
  }
}
