package io.autoinit.examples.shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.autoinit.InitStep;
import io.autoinit.LeaseLostException;
import io.autoinit.servers.TestPostgres;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The steps of the shop by themselves, against a real Postgres. */
final class ShopStepsTest {

  private final TestPostgres postgres = TestPostgres.shared();
  private final Map<String, String> environment = new HashMap<>();

  @TempDir private Path volume = Path.of("");

  @BeforeEach
  void freshShop() {
    environment.put("SHOP_DB_URL", postgres.freshDatabase());
    environment.put("SHOP_DB_USER", postgres.user());
    environment.put("SHOP_DB_PASSWORD", postgres.password());
    environment.put("SHOP_STATIC_DIR", volume.resolve("static").toString());
    environment.put("AUTOINIT_RUN_ID", "v1");
    environment.put("SHOP_PORT", "0");
  }

  private ShopSettings settings() {
    return ShopSettings.of(environment);
  }

  private void migrate() throws Exception {
    new MigrateStep(settings()).run(new WatchedContext(1));
  }

  private String query(String sql) throws SQLException {
    try (Connection connection = settings().database().connect();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      result.next();
      return result.getString(1);
    }
  }

  @Test
  void migrationsThatRanBeforeAreNotRepeated() throws Exception {
    WatchedContext first = new WatchedContext(1);
    WatchedContext second = new WatchedContext(2);
    new MigrateStep(settings()).run(first);
    new MigrateStep(settings()).run(second);
    assertThat(first.told()).containsExactly("2 migrations applied, the schema is at version 2");
    assertThat(second.told()).containsExactly("0 migrations applied, the schema is at version 2");
  }

  @Test
  void aBrokenMigrationSaysInOneSentenceWhatPostgresSaid() {
    environment.put("SHOP_MIGRATIONS", "db/migration,db/broken");
    assertThatThrownBy(() -> new MigrateStep(settings()).run(new WatchedContext(1)))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("V3__product_ratings.sql")
        .hasMessageContaining("relation \"reviews\" does not exist")
        .hasMessageContaining("SQLSTATE 42P01")
        .message()
        .doesNotContain("\n");
  }

  @Test
  void aSeedThatWasCutOffGoesOnWhereItsLastBatchEnded() throws Exception {
    migrate();
    assertThatThrownBy(() -> new SeedStep(settings()).run(new WatchedContext(1, 40)))
        .isInstanceOf(LeaseLostException.class);
    assertThat(query("SELECT count(*) FROM products")).isEqualTo("40000");

    WatchedContext successor = new WatchedContext(2);
    new SeedStep(settings()).run(successor);

    assertThat(successor.told().get(0)).contains("goes on after 40,000 of 100,000");
    assertThat(query("SELECT count(*) FROM products")).isEqualTo("100000");
    assertThat(query("SELECT count(*) FROM audit.step_runs WHERE step = 'seed'")).isEqualTo("2");
    assertThat(query("SELECT count(finished) FROM audit.step_runs WHERE step = 'seed'"))
        .isEqualTo("1");
  }

  @Test
  void aStaleLeaderSeedsNothingMore() throws Exception {
    migrate();
    assertThatThrownBy(() -> new SeedStep(settings()).run(new WatchedContext(7, 1)))
        .isInstanceOf(LeaseLostException.class);
    assertThatThrownBy(() -> new SeedStep(settings()).run(new WatchedContext(6)))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("newer leader");
    assertThat(query("SELECT count(*) FROM products")).isEqualTo("1000");
  }

  @Test
  void staticFilesAppearWholeAlsoAfterAnUnpackingThatWasKilled() throws Exception {
    migrate();
    Path target = settings().staticDir();
    Path unfinished = target.resolveSibling("v1.unfinished");
    Files.createDirectories(unfinished);
    Files.writeString(unfinished.resolve("logo.svg"), "half a fi");
    InitStep step = new StaticFilesStep(settings());
    step.run(new WatchedContext(1));
    step.run(new WatchedContext(2));
    assertThat(target).isDirectoryContaining("glob:**/shop.css");
    assertThat(target.resolve("logo.svg")).content().endsWith("</svg>\n");
    assertThat(unfinished).doesNotExist();
  }

  @Test
  void thePasswordMayComeFromAFile() throws Exception {
    Path secret = Files.writeString(volume.resolve("password"), postgres.password() + "\n");
    environment.remove("SHOP_DB_PASSWORD");
    environment.put("SHOP_DB_PASSWORD_FILE", secret.toString());
    assertThat(query("SELECT 1")).isEqualTo("1");
  }

  @Test
  void theServiceServesWhatTheStepsMade() throws Exception {
    migrate();
    new SeedStep(settings()).run(new WatchedContext(1));
    new StaticFilesStep(settings()).run(new WatchedContext(1));
    HttpServer server = ShopService.start(settings());
    try {
      assertThat(get(server, "").body()).contains("100,000 products");
      assertThat(get(server, "products?page=2").body()).contains("Product 21<");
      assertThat(get(server, "health").body()).isEqualTo("ok, 100000 products\n");
      assertThat(get(server, "static/shop.css").statusCode()).isEqualTo(200);
      assertThat(get(server, "static/../../marker").statusCode()).isEqualTo(404);
      assertThat(get(server, "products?page=0").statusCode()).isEqualTo(400);
      assertThat(get(server, "nowhere").statusCode()).isEqualTo(404);
    } finally {
      server.stop(0);
    }
  }

  private static HttpResponse<String> get(HttpServer server, String path) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(ShopService.url(server) + path)).build(),
            HttpResponse.BodyHandlers.ofString());
  }
}
