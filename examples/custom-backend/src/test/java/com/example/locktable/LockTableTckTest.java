package com.example.locktable;

import io.autoinit.spi.BackendProvider;
import io.autoinit.tck.BackendTck;
import io.autoinit.tck.Faults;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import org.h2.engine.Constants;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

class LockTableTckTest extends BackendTck {

  private static Database database;

  @BeforeAll
  static void start(@TempDir Path directory) throws SQLException {
    database = new Database(directory);
  }

  @AfterAll
  static void stop() {
    database.close();
  }

  @Override
  protected BackendProvider provider() {
    return new LockTableBackendProvider();
  }

  @Override
  protected Map<String, String> settings() {
    return settingsAt(database.port());
  }

  private static Map<String, String> settingsAt(int port) {
    return Map.of("url", Database.url(port), "password", Database.PASSWORD);
  }

  @Override
  protected Optional<String> storeVersion() {
    return Optional.of("H2 " + Constants.VERSION);
  }

  @Override
  protected Faults faults() {
    return Faults.none()
        .network("127.0.0.1", database.port(), LockTableTckTest::settingsAt)
        .refused("password", Map.of("url", Database.url(database.port()), "password", "wrong"))
        .revoke(name -> database.run("DELETE FROM autoinit_lock WHERE name = '" + name + "'"))
        .flush(() -> database.run("DELETE FROM autoinit_lock"))
        .restart(database::restart);
  }
}
