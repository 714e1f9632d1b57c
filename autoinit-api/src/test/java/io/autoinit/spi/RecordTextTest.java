package io.autoinit.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.autoinit.Namespace;
import io.autoinit.NodeId;
import io.autoinit.RunId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordTextTest {

  private static final RunKey RUN = new RunKey(new Namespace("shop"), new RunId("v1"));
  private static final List<CompletedStep> STEPS =
      List.of(
          new CompletedStep("schema", Duration.ofNanos(1_234_567_890)),
          new CompletedStep("seed", Duration.ZERO));

  static Stream<String> texts() {
    return Stream.of(
        "",
        " ",
        "  both ends  ",
        "#no comment",
        "!no comment",
        "a = b : c \\ \\u0041 \\",
        "two\nlines\r\nthree\r",
        "\0\u0001\u0007\u001b\u007f\u0080\u0085\u00a0",
        "f\u00fcr \u65e5\u672c\u8a9e \u2028\u2029\ufeff\uffff",
        "\ud83d\ude80 \ud83d alone \ude80",
        "x".repeat(Readiness.LONGEST_MESSAGE));
  }

  @ParameterizedTest
  @MethodSource("texts")
  @DisplayName("READY-8 any text comes back from every state of a record")
  void records_come_back(String text) {
    List<Readiness> records =
        List.of(
            new Readiness.Claimed(RUN, 0, text, STEPS),
            new Readiness.Running(
                RUN, Long.MAX_VALUE, text, STEPS, Optional.of("s"), 3, Optional.of(text)),
            new Readiness.Running(RUN, 1, text, List.of(), Optional.empty(), 0, Optional.empty()),
            new Readiness.Stopped(RUN, 2, text, STEPS),
            new Readiness.Failed(RUN, 2, text, STEPS, "s", text, Duration.ofNanos(1_500_001)),
            new Readiness.Ready(RUN, 2, text, STEPS));
    for (Readiness record : records) {
      assertThat(Readiness.fromText(record.toText())).isEqualTo(record);
      assertThat(record.toText()).matches("[ -~\\n]*");
    }
  }

  @ParameterizedTest
  @MethodSource("texts")
  @DisplayName("MARK-1 any text and the order of steps come back from a marker")
  void markers_come_back(String text) {
    Map<String, StepOutcome> steps = new LinkedHashMap<>();
    for (int i = 12; i > 0; i--) {
      steps.put("step-" + i, new StepOutcome(Duration.ofNanos(i * 1_000_001L), Optional.of(text)));
    }
    steps.put("well", new StepOutcome(Duration.ZERO, Optional.empty()));
    Marker marker =
        new Marker(new MarkerKey(RUN.namespace(), new NodeId("n"), RUN.runId()), text, steps);
    Marker read = Marker.fromText(marker.toText());
    assertThat(read).isEqualTo(marker);
    assertThat(read.steps().keySet()).containsExactlyElementsOf(steps.keySet());
    assertThat(marker.toText()).matches("[ -~\\n]*");
  }

  @Test
  void equal_records_have_equal_texts() {
    Readiness one = new Readiness.Ready(RUN, 2, "me", STEPS);
    assertThat(one.toText()).isEqualTo(new Readiness.Ready(RUN, 2, "me", STEPS).toText());
  }

  @Test
  void fields_of_later_releases_are_passed_over() {
    Readiness ready = new Readiness.Ready(RUN, 2, "me", STEPS);
    assertThat(Readiness.fromText(ready.toText() + "mood=good\n")).isEqualTo(ready);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nonsense",
        "format=autoinit-marker-1",
        "format=autoinit-readiness-1",
        "format=autoinit-readiness-1\n\\u00zz=1"
      })
  void what_is_no_record_is_refused(String text) {
    assertThatThrownBy(() -> Readiness.fromText(text)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Marker.fromText(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void every_beginning_of_a_record_that_was_cut_off_is_refused_or_lacks_no_field() {
    String whole = new Readiness.Failed(RUN, 2, "me", STEPS, "s", "c", Duration.ZERO).toText();
    for (String field : whole.lines().toList()) {
      String without = whole.replace(field + "\n", "");
      assertThatThrownBy(() -> Readiness.fromText(without))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void numbers_out_of_range_are_refused_as_no_record() {
    String text =
        new Readiness.Running(RUN, 2, "me", STEPS, Optional.empty(), 7, Optional.empty()).toText();
    for (String broken :
        List.of(
            text.replace("attempt=7", "attempt=99999999999"),
            text.replace("token=2", "token=two"),
            text.replace("completed=2", "completed=3"),
            text.replace("state=RUNNING", "state=DANCING"))) {
      assertThat(broken).isNotEqualTo(text);
      assertThatThrownBy(() -> Readiness.fromText(broken))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "\u00e9", "\u65e5", "\ud83d\ude80"})
  @DisplayName("READY-8 messages are cut to 8 KiB of UTF-8 at a whole character")
  void messages_are_cut(String character) {
    int size = character.getBytes(StandardCharsets.UTF_8).length;
    for (String before : List.of("", "x", "xx", "xxx")) {
      String cut =
          new Readiness.Failed(
                  RUN, 1, "me", List.of(), "s", before + character.repeat(9000), Duration.ZERO)
              .cause();
      assertThat(cut.getBytes(StandardCharsets.UTF_8).length)
          .isBetween(Readiness.LONGEST_MESSAGE - size + 1, Readiness.LONGEST_MESSAGE);
      assertThat(before + character.repeat(9000)).startsWith(cut);
      assertThat(cut).endsWith(character);
    }
  }

  @Test
  void a_claim_writes_no_result() {
    assertThatThrownBy(
            () -> new Claim(Optional.empty(), new Readiness.Ready(RUN, 1, "me", List.of())))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_claim_keeps_the_token_and_the_steps_of_what_it_replaces() {
    var seen =
        new Observed<Readiness>(
            new Readiness.Stopped(RUN, 9, "other", STEPS), Duration.ofSeconds(3), "r7");
    Claim claim = Claim.of(RUN, "me", Optional.of(seen));
    assertThat(claim.expected()).contains("r7");
    assertThat(claim.next()).isEqualTo(new Readiness.Claimed(RUN, 9, "me", STEPS));
    assertThat(Claim.of(RUN, "me", Optional.empty()))
        .isEqualTo(new Claim(Optional.empty(), new Readiness.Claimed(RUN, 0, "me", List.of())));
  }
}
