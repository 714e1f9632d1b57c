package io.autoinit.backend.postgres;

import io.autoinit.servers.TestPostgres;
import io.autoinit.spi.BackendProvider;
import io.autoinit.tck.BackendTck;
import io.autoinit.tck.Faults;
import java.util.Map;
import java.util.Optional;
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
  protected Optional<String> storeVersion() {
    return Optional.of("PostgreSQL " + database.ask("SHOW server_version"));
  }

  @Override
  protected Faults faults() {
    return Faults.none()
        .network(server.host(), server.port(), database::settingsAt)
        .refused("password", database.settings("password", "wrong-" + server.password()))
        .abandon(client -> ((PostgresBackend) client).connections().close())
        .revoke(database::terminateHolder)
        .flush(() -> database.run("DROP SCHEMA autoinit CASCADE"))
        .restart(server::restart);
  }
}
