package io.autoinit.backend.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;

import io.autoinit.spi.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ZooKeeperDocumentationTest {

  @Test
  void everySettingIsDocumented() throws IOException {
    String page = Files.readString(Path.of("..", "docs", "backends", "zookeeper.md"));
    assertThat(new ZooKeeperBackendProvider().settings())
        .extracting(Setting::name)
        .allSatisfy(name -> assertThat(page).contains("`" + name + "`"));
  }
}
