package io.autoinit.examples.shop.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
  @ValueSource(strings = {"zookeeper", "hazelcast"})
  void aKilledLeaderIsReplacedOnAnotherStore(String backend) throws Exception {
    assertThatALeaderIsReplaced(backend);
  }

  @Tag("long")
  @ParameterizedTest
  @ValueSource(strings = {"redis", "postgres", "file"})
  void aKilledLeaderIsReplacedOnEveryStore(String backend) throws Exception {
    assertThatALeaderIsReplaced(backend);
  }

  @Tag("long")
  @ParameterizedTest
  @ValueSource(strings = {"redis", "postgres", "postgres+redis", "hazelcast", "zookeeper", "file"})
  void aFleetStartsOrFailsTogetherOnEveryStore(String backend) throws Exception {
    Ended started = run("--no-build", "--replicas=4", "--backend=" + backend);
    assertThat(started.said())
        .contains("ok      every replica serves: 4 of 4")
        .contains("every promise was kept");
    assertThat(started.code()).isZero();
    Ended failed = run("--no-build", "--replicas=4", "--backend=" + backend, "--broken");
    assertThat(failed.said())
        .contains("ok      every replica ended with exit code 70: 4 of 4")
        .contains("every promise was kept");
    assertThat(failed.code()).isZero();
  }

  private static void assertThatALeaderIsReplaced(String backend) throws Exception {
    Ended ended = run("--no-build", "--replicas", "3", "--backend", backend, "--kill-leader");
    assertThat(ended.said())
        .containsIgnoringCase("the start is carried by " + backend)
        .contains("KILLED in the middle of the seed")
        .contains("ok      'seed' completed once, by a successor")
        .contains("ok      taken over within")
        .contains("ok      %s alone carried the start".formatted(backend))
        .contains("every promise was kept");
    assertThat(ended.code()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "--backend=etcd, '--backend takes one of redis, postgres, postgres+redis, hazelcast, zookeeper, file, not ''etcd'''",
    "--backend, '--backend needs one of redis, postgres, postgres+redis, hazelcast, zookeeper, file behind it'",
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
