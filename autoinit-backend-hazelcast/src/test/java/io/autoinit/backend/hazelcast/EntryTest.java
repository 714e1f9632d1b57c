package io.autoinit.backend.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import io.autoinit.Namespace;
import io.autoinit.RunId;
import io.autoinit.spi.Hint;
import io.autoinit.spi.Readiness;
import io.autoinit.spi.RunKey;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class EntryTest {

  private static final RunKey RUN = new RunKey(new Namespace("shop"), new RunId("1"));
  private static final Readiness READY = new Readiness.Ready(RUN, 7, "one", List.of());

  @Test
  @DisplayName("READY-5 READY over the leader that was seen, or over its heartbeat, needs no look")
  void readyOverWhatWasSeen() {
    String seen = Entry.gist(running(7, "one", "migrate", 1));

    assertThat(Entry.hint(text(running(7, "one", "migrate", 1)), text(READY), seen))
        .isEqualTo(Hint.READY);
    assertThat(Entry.hint(text(running(7, "one", "seed", 2)), text(READY), seen))
        .isEqualTo(Hint.READY);
  }

  @Test
  @DisplayName("READY-5 READY over anything else is a reason to look")
  void readyOverSomethingElse() {
    String seen = Entry.gist(running(7, "one", "migrate", 1));

    for (Readiness other :
        List.of(
            running(8, "one", "migrate", 1),
            running(7, "two", "migrate", 1),
            new Readiness.Claimed(RUN, 7, "one", List.of()))) {
      assertThat(Entry.hint(text(other), text(READY), seen)).isEqualTo(Hint.CHANGED);
    }
    assertThat(Entry.hint(text(running(7, "one", "migrate", 1)), text(READY), ""))
        .isEqualTo(Hint.CHANGED);
    String cleared = new Entry(7, "r", 0, "", Optional.empty()).toText();
    assertThat(Entry.hint(cleared, text(READY), "")).isEqualTo(Hint.CHANGED);
    assertThat(Entry.hint(null, text(READY), seen)).isEqualTo(Hint.CHANGED);
    assertThat(Entry.hint("no entry", text(READY), seen)).isEqualTo(Hint.CHANGED);
  }

  @Test
  @DisplayName("READY-5 a leader that goes on is a heartbeat, and another leader is none")
  void beats() {
    String one = text(running(7, "one", "migrate", 1));

    assertThat(Entry.hint(one, text(running(7, "one", "seed", 2)), "")).isEqualTo(Hint.BEAT);
    assertThat(Entry.hint(one, text(running(8, "one", "migrate", 1)), "")).isEqualTo(Hint.CHANGED);
    assertThat(Entry.hint(one, text(READY), "")).isEqualTo(Hint.CHANGED);
  }

  private static Readiness running(long token, String holder, String step, int attempt) {
    return new Readiness.Running(
        RUN, token, holder, List.of(), Optional.of(step), attempt, Optional.empty());
  }

  private static String text(Readiness readiness) {
    return new Entry(
            readiness.token(),
            "revision",
            1,
            Entry.gist(readiness),
            Optional.of(readiness.toText()))
        .toText();
  }
}
