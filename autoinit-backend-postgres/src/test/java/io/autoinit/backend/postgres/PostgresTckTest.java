package io.autoinit.backend.postgres;

import io.autoinit.servers.TestPostgres;
import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendProvider;
import io.autoinit.spi.LockName;
import io.autoinit.tck.BackendTck;
import io.autoinit.tck.Faults;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class PostgresTckTest extends BackendTck {

  private static TestPostgres server;
  private static Database database;

  @BeforeAll
  static void start() {
    server = TestPostgres.start();
    database = new Database(server);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Override
  protected BackendProvider provider() {
    return new PostgresBackendProvider();
  }

  @Override
  protected Map<String, String> settings() {
    return database.settings();
  }

  @Override
  protected Faults faults() {
    return new Faults() {
      @Override
      public Optional<Map<String, String>> unreachable() {
        return Optional.of(Map.of("url", "jdbc:postgresql://127.0.0.1:1/none"));
      }

      @Override
      public Optional<Consumer<Backend>> abandon() {
        return Optional.of(client -> ((PostgresBackend) client).connections().close());
      }

      @Override
      public Optional<Consumer<LockName>> revoke() {
        return Optional.of(database::terminateHolder);
      }

      @Override
      public Optional<Runnable> flush() {
        return Optional.of(() -> database.run("DROP SCHEMA autoinit CASCADE"));
      }

      @Override
      public Optional<Runnable> restart() {
        return Optional.of(server::restart);
      }
    };
  }
}
