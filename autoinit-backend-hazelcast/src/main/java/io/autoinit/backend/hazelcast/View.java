package io.autoinit.backend.hazelcast;

import com.hazelcast.cluster.Member;
import com.hazelcast.core.HazelcastException;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.IExecutorService;
import com.hazelcast.nio.serialization.HazelcastSerializationException;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * The members that a member saw at one moment, the oldest first, without those that keep nothing:
 * whether they are there or not changes no answer. A member that was stopped sees others for a
 * while who no longer see it; what it reads and writes then concerns nobody.
 */
record View(HazelcastInstance member, List<Member> members) {

  private static final long GLANCE_MILLIS = 50;

  static View of(HazelcastInstance member) {
    return new View(
        member, member.getCluster().getMembers().stream().filter(m -> !m.isLiteMember()).toList());
  }

  Set<UUID> ids() {
    return members.stream().map(Member::getUuid).collect(Collectors.toUnmodifiableSet());
  }

  boolean holds(View earlier) {
    return ids().containsAll(earlier.ids());
  }

  /**
   * Asks all members until each says that it sees all of this view. Nobody who was removed comes
   * back under its id, so until then none had removed another: whatever was done before this was
   * asked was done in the one grid.
   *
   * @param name of the executor that asks
   * @param end when to give up, by {@link System#nanoTime}
   * @return false if it is late, or this member itself no longer sees all of this view
   */
  boolean isConfirmed(String name, long end) throws InterruptedException {
    while (stands() && System.nanoTime() - end < 0) {
      if (allSeeAll(name, end)) {
        return true;
      }
      TimeUnit.MILLISECONDS.sleep(GLANCE_MILLIS);
    }
    return false;
  }

  private boolean stands() {
    return of(member).holds(this);
  }

  private boolean allSeeAll(String name, long end) throws InterruptedException {
    Collection<Member> peers = members.stream().filter(m -> !m.localMember()).toList();
    IExecutorService executor = member.getExecutorService(name);
    for (Future<Boolean> answer :
        executor.submitToMembers(new PeerQuestions.Sees(ids()), peers).values()) {
      if (!isYes(answer, end)) {
        return false;
      }
    }
    return true;
  }

  /** Waits no longer than this view stands: who is stopped does not answer. */
  private boolean isYes(Future<Boolean> answer, long end) throws InterruptedException {
    while (stands() && System.nanoTime() - end < 0) {
      try {
        return answer.get(GLANCE_MILLIS, TimeUnit.MILLISECONDS);
      } catch (ExecutionException e) {
        if (e.getCause() instanceof HazelcastSerializationException foreign) {
          throw foreign;
        }
        return false;
      } catch (TimeoutException e) {
        // Not yet.
      }
    }
    return false;
  }

  /**
   * What time it is, in milliseconds, by the clock of the oldest member: one clock for all. The
   * time that the library keeps for the cluster is late by as much as the last heartbeat was.
   */
  long millis(String name) {
    if (members.isEmpty()) {
      throw new HazelcastException("no member keeps anything any more");
    }
    Member oldest = members.get(0);
    if (oldest.localMember()) {
      return System.currentTimeMillis();
    }
    try {
      return member.getExecutorService(name).submitToMember(new PeerQuestions.Time(), oldest).get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof HazelcastException told ? told : new HazelcastException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HazelcastException(e);
    }
  }
}
