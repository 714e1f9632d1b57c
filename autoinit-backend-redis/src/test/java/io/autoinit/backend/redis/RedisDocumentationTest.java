package io.autoinit.backend.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.autoinit.spi.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class RedisDocumentationTest {

  private final String page = read();

  @Test
  void everySettingIsDocumented() {
    assertThat(new RedisBackendProvider().settings())
        .extracting(Setting::name)
        .allSatisfy(name -> assertThat(page).contains("`" + name + "`"));
  }

  @Test
  void theRightsAreThoseThatTheTestsUseAndTheErrorsName() {
    assertThat(page)
        .contains("resetchannels ~autoinit:* &autoinit:* -@all " + RedisErrors.ACL_COMMANDS + "\n");
  }

  private static String read() {
    try {
      return Files.readString(Path.of("..", "docs", "backends", "redis.md"));
    } catch (IOException e) {
      throw new AssertionError("docs/backends/redis.md is not there", e);
    }
  }
}
