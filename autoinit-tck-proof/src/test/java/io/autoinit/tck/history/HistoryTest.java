package io.autoinit.tck.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A history survives the way through a file. */
class HistoryTest {

  private static final LeaseId LEASE = new LeaseId("client-1", "t2", 3);

  private static final List<HistoryEvent> EACH_KIND =
      List.of(
          new HistoryEvent.Asked(-1, LEASE, "shop/node/web-1", Duration.ofMillis(1500)),
          new HistoryEvent.Got(0, LEASE, 42),
          new HistoryEvent.Refused(1, LEASE),
          new HistoryEvent.Failed(2, LEASE, "it said: no answer"),
          new HistoryEvent.Renewing(3, LEASE),
          new HistoryEvent.Renewed(4, LEASE, true),
          new HistoryEvent.Renewed(5, LEASE, false),
          new HistoryEvent.Releasing(6, LEASE),
          new HistoryEvent.Released(7, LEASE),
          new HistoryEvent.Read(8, LEASE, 17),
          new HistoryEvent.Wrote(9, LEASE, 18),
          new HistoryEvent.Gone(10, "client-1", HistoryEvent.Gone.How.ABANDONED),
          new HistoryEvent.Paused(11, "client-1"),
          new HistoryEvent.Resumed(12, "client-1"));

  @TempDir Path directory;

  @Test
  void each_kind_of_event_is_read_as_it_was_written() throws IOException {
    var history = new History();
    EACH_KIND.forEach(history::add);
    Path file = directory.resolve("new/history.txt");
    history.write(file, "a comment");
    assertThat(Files.readString(file))
        .startsWith("# a comment\n-1 asked client-1/t2#3 shop/node/web-1 1500000000\n0 got");
    assertThat(History.read(file).events()).isEqualTo(EACH_KIND);
    assertThat(EACH_KIND.stream().map(Object::getClass).distinct())
        .containsAll(concrete(HistoryEvent.class));
  }

  private static List<Class<?>> concrete(Class<?> family) {
    return List.of(family.getPermittedSubclasses()).stream()
        .<Class<?>>flatMap(
            kind -> kind.isRecord() ? List.of(kind).stream() : concrete(kind).stream())
        .toList();
  }

  @Test
  void an_error_of_many_lines_stays_one() {
    assertThat(new HistoryEvent.Failed(1, LEASE, "a\n\tb").line())
        .isEqualTo("1 failed client-1/t2#3 a b");
  }

  @Test
  void events_are_given_by_time_whenever_they_were_added() {
    var history = new History();
    history.add(new HistoryEvent.Paused(Long.MIN_VALUE, "b"));
    history.add(new HistoryEvent.Paused(Long.MAX_VALUE, "a"));
    assertThat(history.events()).extracting(HistoryEvent::client).containsExactly("a", "b");
  }

  @Test
  void a_line_that_its_writer_did_not_finish_does_not_count() throws IOException {
    Path file = directory.resolve("history.txt");
    Files.writeString(file, "1 paused a\n2 resu");
    assertThat(History.read(file).events()).hasSize(1);
    Files.writeString(file, "me a\n", StandardOpenOption.APPEND);
    assertThatThrownBy(() -> History.read(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("not an event of a history: '2 resume a'");
  }

  @Test
  void names_are_single_words() {
    assertThatThrownBy(() -> new LeaseId("a b", "t", 1))
        .hasMessage("not a name of a client or thread: 'a b'");
    assertThatThrownBy(() -> HistoryEvent.fromLine("1 got a/t 5"))
        .hasMessage("not an event of a history: '1 got a/t 5'");
  }
}
