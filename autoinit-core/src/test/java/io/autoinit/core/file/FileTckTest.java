package io.autoinit.core.file;

import io.autoinit.spi.BackendProvider;
import io.autoinit.tck.BackendTck;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

/** The file backend keeps the contract. */
class FileTckTest extends BackendTck {

  @TempDir static Path directory;

  @Override
  protected BackendProvider provider() {
    return new FileBackendProvider();
  }

  @Override
  protected Map<String, String> settings() {
    return Map.of("marker-dir", directory.resolve("autoinit").toString());
  }
}
