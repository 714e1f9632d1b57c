package io.autoinit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.autoinit.AutoInitException;
import io.autoinit.ConfigurationException;
import io.autoinit.InterruptedStartException;
import io.autoinit.LeaseLostException;
import io.autoinit.StartTimeoutException;
import io.autoinit.StepFailedException;
import io.autoinit.spi.BackendRefusedException;
import io.autoinit.spi.BackendUnavailableException;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ExitCodeTest {

  private static final Map<AutoInitException, Integer> CODES =
      Map.of(
          new ConfigurationException("x"), 78,
          new BackendRefusedException("x"), 78,
          new BackendUnavailableException("x"), 69,
          new StepFailedException("step", "x"), 70,
          new LeaseLostException("x"), 71,
          new StartTimeoutException("x"), 75,
          new InterruptedStartException("x"), 143);

  @Test
  void everyKindOfFailureHasItsCode() {
    CODES.forEach(
        (end, code) -> assertThat(ExitCode.of(end).code()).as(end.toString()).isEqualTo(code));
    assertThat(CODES.keySet().stream().map(Object::getClass))
        .containsAll(kinds(AutoInitException.class).toList());
  }

  @Test
  void aBugIsToldWithoutTheMessageThatMightHoldASecret() {
    var bug = new IllegalStateException("jdbc:postgresql://db?password=hunter2");

    assertThat(ExitCode.of(bug).code()).isEqualTo(70);
    assertThat(Failure.sentence(bug)).contains("bug", "IllegalStateException");
    assertThat(Failure.sentence(bug) + Failure.trace(new RuntimeException(bug)))
        .contains("ExitCodeTest")
        .doesNotContain("hunter2");
  }

  private static Stream<Class<?>> kinds(Class<?> type) {
    return type.isSealed()
        ? Arrays.stream(type.getPermittedSubclasses()).flatMap(ExitCodeTest::kinds)
        : Stream.of(type);
  }
}
