package io.autoinit.backend.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;

import io.autoinit.spi.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class HazelcastDocumentationTest {

  @Test
  void everySettingIsDocumented() throws IOException {
    String page = Files.readString(Path.of("..", "docs", "backends", "hazelcast.md"));
    assertThat(new HazelcastBackendProvider().settings())
        .extracting(Setting::name)
        .allSatisfy(name -> assertThat(page).contains("`" + name + "`"));
    assertThat(page).contains("factory " + PeerQuestions.FACTORY);
  }
}
