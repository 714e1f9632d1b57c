package io.autoinit.examples.shop.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The one command, as its users call it. */
final class ShopRunIT {

  private record Ended(int code, String said) {}

  private static Ended run(String... options) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("shop.run"));
    command.addAll(List.of(options));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      process.getOutputStream().close();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Ended(process.waitFor(), said);
    } finally {
      process.destroy();
    }
  }

  @Test
  void aKilledLeaderIsReplacedAndTheSeedCompletesOnce() throws Exception {
    Ended ended = run("--no-build", "--replicas", "3", "--kill-leader");
    assertThat(ended.said())
        .contains("KILLED in the middle of the seed")
        .contains("TAKES OVER from")
        .contains("ok      'seed' completed once, by a successor")
        .contains("every promise was kept");
    assertThat(ended.code()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "--faster, there is no option '--faster'",
    "--replicas=many, --replicas takes a number from 1 to 50",
    "--replicas=0, --replicas takes a number from 1 to 50"
  })
  void aWrongOptionIsRefusedInOneSentence(String option, String sentence) throws Exception {
    Ended ended = run(option);
    assertThat(ended.code()).isEqualTo(64);
    assertThat(ended.said().lines()).singleElement().asString().contains(sentence);
  }
}
