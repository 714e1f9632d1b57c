package io.autoinit.simulation;

import io.autoinit.simulation.Fault.Around;
import io.autoinit.simulation.Fault.At;
import io.autoinit.simulation.Fault.Hints;
import io.autoinit.simulation.Fault.Misfortune;
import io.autoinit.simulation.Fault.Where;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Lets the faults of a scenario happen when they are due. */
final class Misfortunes {

  private static final long MILLI = 1_000_000;
  private static final long LATEST_HINT = 4_000 * MILLI;

  private final Play play;
  private final Machine machine;
  private final List<Fault> around = new ArrayList<>();
  private final Map<Integer, Integer> requests = new HashMap<>();
  private final boolean watchesLeader;
  private long claimsLieUntil;
  private long hintsUntil;
  private Hints hints = Hints.LOST;

  Misfortunes(Scenario scenario, Play play, Machine machine) {
    this.play = play;
    this.machine = machine;
    for (Fault fault : scenario.faults()) {
      if (fault.when() instanceof At at) {
        machine.at(at.moment() * MILLI, () -> strike(fault.what()));
      } else {
        around.add(fault);
      }
    }
    this.watchesLeader =
        around.stream().anyMatch(f -> f.when() instanceof Around a && a.node() == Fault.LEADER);
  }

  void beforeRequest(Life life) {
    if (around.isEmpty()) {
      return;
    }
    int own = requests.merge(life.node(), 1, Integer::sum);
    strikeAround(life.node(), own, false);
    if (watchesLeader && play.leader().filter(l -> l == life).isPresent()) {
      strikeAround(Fault.LEADER, requests.merge(Fault.LEADER, 1, Integer::sum), false);
    }
  }

  void afterRequest(Life life) {
    if (around.isEmpty()) {
      return;
    }
    strikeAround(life.node(), requests.getOrDefault(life.node(), 0), true);
    if (watchesLeader && play.leader().filter(l -> l == life).isPresent()) {
      strikeAround(Fault.LEADER, requests.getOrDefault(Fault.LEADER, 0), true);
    }
  }

  private void strikeAround(int node, int request, boolean after) {
    Around moment = new Around(node, request, after);
    for (int i = around.size() - 1; i >= 0; i--) {
      if (around.get(i).when().equals(moment)) {
        strike(around.remove(i).what());
      }
    }
  }

  private void strike(Misfortune what) {
    play.story().tell("fault", what.toString());
    if (what instanceof Fault.Crash crash) {
      victim(crash.node()).ifPresent(life -> crash(life, crash));
    } else if (what instanceof Fault.Terminate terminate) {
      victim(terminate.node()).ifPresent(machine::terminate);
    } else if (what instanceof Fault.Pause pause) {
      victim(pause.node()).ifPresent(life -> pause(life, pause.lasts()));
    } else if (what instanceof Fault.Cut cut) {
      victim(cut.node())
          .ifPresent(life -> play.wire(life, cut.where()).cut(until(cut.lasts()), cut.way()));
    } else if (what instanceof Fault.Outage outage) {
      play.site(outage.where()).fail(until(outage.lasts()), outage.way());
    } else if (what instanceof Fault.Slow slow) {
      play.site(slow.where()).slow(until(slow.lasts()), slow.by() * MILLI);
    } else if (what instanceof Fault.SlowAnswers slow) {
      victim(slow.node())
          .ifPresent(
              life ->
                  play.wire(life, slow.where())
                      .slowAnswers(until(slow.lasts()), slow.by() * MILLI));
    } else if (what instanceof Fault.CutOff off) {
      victim(off.node()).ifPresent(life -> cutOff(life, off));
    } else if (what instanceof Fault.FalseClaims lie) {
      claimsLieUntil = until(lie.lasts());
    } else if (what instanceof Fault.Late late) {
      victim(late.node())
          .ifPresent(
              life ->
                  play.wire(life, late.where())
                      .delayNextWrite(late.by() * MILLI, late.overtaken()));
    } else if (what instanceof Fault.Flush) {
      play.site(Where.SIGNAL).flush();
      play.referee().records().flushed();
    } else if (what instanceof Fault.Drop) {
      play.site(Where.LOCK).drop(Facets.INFRASTRUCTURE);
    } else if (what instanceof Fault.Deaf deaf) {
      hintsUntil = until(deaf.lasts());
      hints = deaf.how();
    }
  }

  private Optional<Life> victim(int node) {
    Optional<Life> life = node == Fault.LEADER ? play.leader() : play.life(node);
    return life.filter(l -> !l.dead());
  }

  private long until(int lasts) {
    return machine.now() + lasts * MILLI;
  }

  private void crash(Life life, Fault.Crash crash) {
    life.die();
    if (crash.freed() >= 0) {
      machine.at(until(crash.freed()), () -> play.freeLocksOf(life));
    }
    if (crash.back() >= 0) {
      machine.at(until(crash.back()), () -> play.startAgain(life));
    }
  }

  private void cutOff(Life life, Fault.CutOff off) {
    for (Where where : Where.values()) {
      play.wire(life, where).cut(until(off.lasts()), off.way());
    }
    if (off.freed() >= 0) {
      machine.at(until(off.freed()), () -> play.freeLock(life));
    }
  }

  boolean claimsLie() {
    return machine.now() < claimsLieUntil;
  }

  private void pause(Life life, int lasts) {
    if (!life.paused()) {
      life.pause();
      machine.at(
          until(lasts),
          () -> {
            play.story().tell(life, "goes on");
            life.resume();
          });
    }
  }

  int copiesOfHint() {
    if (machine.now() >= hintsUntil) {
      return 1;
    }
    return hints == Hints.LOST ? 0 : hints == Hints.DOUBLED ? 2 : 1;
  }

  long delayOfHint() {
    boolean late = machine.now() < hintsUntil && hints == Hints.LATE;
    return late ? machine.random().nextLong(LATEST_HINT) : 0;
  }
}
