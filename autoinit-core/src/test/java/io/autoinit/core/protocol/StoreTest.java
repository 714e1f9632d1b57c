package io.autoinit.core.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.autoinit.InitEvent;
import io.autoinit.spi.BackendUnavailableException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is told of a store that does not answer. */
class StoreTest {

  private final List<InitEvent> told = new ArrayList<>();
  private final Store<String> grid =
      new Store<>("grid", () -> "facet", Events.direct(List.of(told::add)));

  private void fails(BackendUnavailableException silent) {
    assertThatThrownBy(
            () ->
                grid.ask(
                    "it is tried again",
                    facet -> {
                      throw silent;
                    }))
        .isSameAs(silent);
  }

  private void answers() {
    assertThat(grid.<String>ask("it is tried again", facet -> facet)).isEqualTo("facet");
  }

  @Test
  void aStoreThatIsOnlyOnItsWayIsNoTroubleUntilItIsOne() {
    fails(BackendUnavailableException.coming("1 of 3 members is here"));
    fails(BackendUnavailableException.coming("2 of 3 members are here"));
    fails(BackendUnavailableException.coming("2 of 3 members are here"));
    fails(new BackendUnavailableException("the members are not of one mind"));
    fails(new BackendUnavailableException("the members are not of one mind"));
    answers();
    answers();

    assertThat(told)
        .containsExactly(
            new InitEvent.BackendComing("grid", "1 of 3 members is here", "it is tried again"),
            new InitEvent.BackendComing("grid", "2 of 3 members are here", "it is tried again"),
            new InitEvent.BackendTroubled(
                "grid", "the members are not of one mind", "it is tried again"),
            new InitEvent.BackendRecovered("grid"));
  }

  @Test
  void whatStillKeepsItAwayIsRememberedForWhoGivesUp() {
    fails(BackendUnavailableException.coming("1 of 3 members is here"));
    assertThat(grid.trouble()).contains("1 of 3 members is here");

    answers();

    assertThat(grid.trouble()).isEmpty();
    assertThat(told)
        .containsExactly(
            new InitEvent.BackendComing("grid", "1 of 3 members is here", "it is tried again"),
            new InitEvent.BackendRecovered("grid"));
  }
}
