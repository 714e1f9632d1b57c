package io.autoinit.core.file;

import io.autoinit.spi.BackendProvider;
import io.autoinit.tck.BackendTck;
import io.autoinit.tck.Faults;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
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

  @Override
  protected Optional<String> storeVersion() {
    return Optional.of(System.getProperty("os.name") + " " + System.getProperty("os.version"));
  }

  @Override
  protected Faults faults() {
    return Faults.none()
        .noOthers("the store is a directory of this machine, with no server, network or session");
  }
}
