package io.autoinit.backend.hazelcast;

import io.autoinit.spi.Hint;
import io.autoinit.spi.Readiness;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the map holds for a run, in one text, so that a record and its fence change in one step: the
 * highest token seen, the revision, when it was written by the cluster's clock, a gist, the record.
 *
 * @param text the record; empty once it was cleared
 */
record Entry(long fence, String revision, long writtenMillis, String gist, Optional<String> text) {

  static final Entry NONE = new Entry(0, "", 0, "", Optional.empty());

  private static final int FIELDS = 5;

  /**
   * Reads an entry.
   *
   * @throws IllegalArgumentException if it is none
   */
  static Entry fromText(String text) {
    String[] fields = text.split("\n", FIELDS);
    if (fields.length != FIELDS) {
      throw new IllegalArgumentException("not an entry of autoinit");
    }
    return new Entry(
        Long.parseLong(fields[0]),
        fields[1],
        Long.parseLong(fields[2]),
        fields[3],
        Optional.of(fields[4]).filter(t -> !t.isEmpty()));
  }

  String toText() {
    return String.join(
        "\n", Long.toString(fence), revision, Long.toString(writtenMillis), gist, text.orElse(""));
  }

  Optional<Readiness> value() {
    return text.map(Readiness::fromText);
  }

  /**
   * What it means that one text of an entry was written over another. READY is believed over the
   * record of a leader at work, which never comes back once it was replaced.
   *
   * @param seen the gist of the record that was read last; empty for none
   */
  static Hint hint(@Nullable String before, @Nullable String after, String seen) {
    if (before == null || after == null) {
      return Hint.CHANGED;
    }
    try {
      String gist = fromText(before).gist();
      Entry next = fromText(after);
      if (gist.isEmpty()) {
        return Hint.CHANGED;
      }
      if (gist.equals(next.gist())) {
        return Hint.BEAT;
      }
      return isReadyOver(fromText(before).value(), next.value(), seen) ? Hint.READY : Hint.CHANGED;
    } catch (IllegalArgumentException e) {
      return Hint.CHANGED;
    }
  }

  /** Of the same run, and by that leader or a later one: an event says no more than its records. */
  private static boolean isReadyOver(
      Optional<Readiness> before, Optional<Readiness> next, String seen) {
    return before
        .filter(Readiness.Running.class::isInstance)
        .filter(leader -> gist(leader).equals(seen))
        .filter(
            leader ->
                next.filter(Readiness::isReady)
                    .filter(ready -> ready.run().equals(leader.run()))
                    .filter(ready -> ready.token() >= leader.token())
                    .isPresent())
        .isPresent();
  }

  /**
   * The same for all records of one leader at work, whatever its step: what follows is a heartbeat.
   * The token in it never comes back, and after READY its leader writes nothing more.
   */
  static String gist(Readiness readiness) {
    Readiness still =
        readiness instanceof Readiness.Running running
            ? new Readiness.Running(
                running.run(),
                running.token(),
                running.holder(),
                List.of(),
                Optional.empty(),
                0,
                Optional.empty())
            : readiness;
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256")
                  .digest(still.toText().getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
