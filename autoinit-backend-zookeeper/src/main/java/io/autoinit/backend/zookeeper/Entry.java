package io.autoinit.backend.zookeeper;

import io.autoinit.spi.Observed;
import io.autoinit.spi.Readiness;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.data.Stat;

/**
 * What the two nodes of a run hold: the record's own, with the highest token seen and the text, and
 * the one of its heartbeat, with a text that stands in place of the other as long as the record is
 * of the version that it names. Each names the write that it comes from, so that who got no answer
 * knows its own.
 *
 * @param fence the highest token seen
 * @param id of the last write
 * @param value the record, if there is one
 * @param record of the record's node
 * @param beat of the heartbeat's node
 */
record Entry(long fence, String id, Optional<Readiness> value, Stat record, Stat beat) {

  /**
   * Reads both nodes.
   *
   * @throws IllegalArgumentException if they hold something else
   */
  static Entry of(OpResult.GetDataResult record, OpResult.GetDataResult beat) {
    Part kept = Part.of(record.getData());
    Part beaten = Part.of(beat.getData());
    boolean alive =
        !kept.text().isEmpty()
            && beaten.number().equals(Integer.toString(record.getStat().getVersion()));
    Part last = alive ? beaten : kept;
    return new Entry(
        Long.parseLong(kept.number()),
        last.id(),
        last.text().isEmpty() ? Optional.empty() : Optional.of(Readiness.fromText(last.text())),
        record.getStat(),
        beat.getStat());
  }

  /** A first line of a number and the id of a write, and what comes after it. */
  private record Part(String number, String id, String text) {

    static Part of(byte[] data) {
      String all = new String(data, StandardCharsets.UTF_8);
      int line = all.indexOf('\n');
      String[] first = (line < 0 ? all : all.substring(0, line)).split(" ", 2);
      return new Part(
          first[0], first.length < 2 ? "" : first[1], line < 0 ? "" : all.substring(line + 1));
    }

    byte[] bytes() {
      return (number + " " + id + "\n" + text).getBytes(StandardCharsets.UTF_8);
    }
  }

  /** What the record's node holds. */
  static byte[] record(long fence, String id, String text) {
    return new Part(Long.toString(fence), id, text).bytes();
  }

  boolean writtenBy(String write) {
    return id.equals(write);
  }

  /** What puts another record in the place of this one, and of nothing else. */
  List<Op> successor(String path, Readiness next, long token, String write) {
    String text = next.toText();
    int version = record.getVersion();
    if (beatenBy(next)) {
      byte[] beaten = new Part(Integer.toString(version), write, text).bytes();
      return List.of(
          Op.check(path, version),
          Op.setData(path + ZooKeeperHints.BEAT, beaten, beat.getVersion()));
    }
    return List.of(
        Op.setData(path, record(token, write, text), version),
        Op.check(path + ZooKeeperHints.BEAT, beat.getVersion()));
  }

  /** The revision that {@link #successor} made, whose answers begin at a place of the reply. */
  String revisionAfter(Reply reply, int place) {
    boolean beaten = reply.results().get(place) instanceof OpResult.CheckResult;
    return beaten ? revision(record, reply.stat(place + 1)) : revision(reply.stat(place), beat);
  }

  Optional<String> revision() {
    return value.map(v -> revision(record, beat));
  }

  private static String revision(Stat record, Stat beat) {
    return Long.toHexString(record.getMzxid()) + "/" + Long.toHexString(beat.getMzxid());
  }

  boolean ready() {
    return value.filter(Readiness::isReady).isPresent();
  }

  /** When it was last written, by the servers' clock. */
  Instant written() {
    return Instant.ofEpochMilli(Math.max(record.getMtime(), beat.getMtime()));
  }

  Optional<Observed<Readiness>> observed(Instant now) {
    Duration age = Duration.between(written(), now);
    return value.map(
        v -> new Observed<>(v, age.isNegative() ? Duration.ZERO : age, revision(record, beat)));
  }

  /** Whether a record differs in nothing but what a step tells of itself. */
  private boolean beatenBy(Readiness next) {
    return value.filter(v -> still(v).equals(still(next))).isPresent();
  }

  private static Readiness still(Readiness readiness) {
    return readiness instanceof Readiness.Running running
        ? new Readiness.Running(
            running.run(),
            running.token(),
            running.holder(),
            running.completed(),
            running.step(),
            running.attempt(),
            Optional.empty())
        : readiness;
  }
}
