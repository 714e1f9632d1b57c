package io.autoinit.backend.postgres;

import static io.autoinit.backend.postgres.Database.LONG;
import static io.autoinit.backend.postgres.Database.RUN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.autoinit.ConfigurationException;
import io.autoinit.servers.TestPostgres;
import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendConfig;
import io.autoinit.spi.BackendRefusedException;
import io.autoinit.spi.BackendUnavailableException;
import io.autoinit.spi.LockName;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PostgresFailuresTest {

  private static final String SECRET = "pa55'w/rd&%";
  private static final LockName LOCK = LockName.infrastructure(RUN.namespace());

  private static Database database;

  @BeforeAll
  static void start() {
    database = new Database();
  }

  @AfterAll
  static void close() {
    database.close();
  }

  @Test
  @DisplayName("BACKEND-3 a wrong password is refused at once and never shown")
  void aWrongPassword() {
    Backend backend = database.open(Map.of("password", SECRET));
    long begun = System.nanoTime();
    Throwable thrown = find(backend);
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(3));
    assertThat(thrown)
        .isInstanceOf(BackendRefusedException.class)
        .hasMessageEndingWith(" refused the password (autoinit.backends.postgres.password)")
        .hasMessageStartingWith("Postgres at " + TestPostgres.shared().host());
    assertThat(printed(thrown)).doesNotContain(SECRET);
  }

  @Test
  @DisplayName(
      "BACKEND-3 a wrong password in the URL is never shown, nor an unknown host beside it")
  void secretsInTheUrl() {
    String encoded = "pa55%27w%2Frd%26%25";
    for (String url :
        new String[] {
          database.url() + "?password=" + encoded,
          "jdbc:postgresql://no-such-host.invalid/db?password=" + encoded,
          "jdbc:postgresql://127.0.0.1:1/db?sslmode=verify-full&password=" + encoded,
          database.url() + "?sslmode=no-such-mode&password=" + encoded
        }) {
      Map<String, String> settings = Map.of("url", url, "user", "autoinit");
      PostgresBackendProvider provider = new PostgresBackendProvider();
      BackendConfig config = BackendConfig.of("ledger", "me", provider, settings);
      try (Backend backend = provider.open(config)) {
        Throwable thrown = find(backend);
        assertThat(thrown).isInstanceOf(io.autoinit.spi.BackendException.class);
        assertThat(printed(thrown)).doesNotContain(SECRET).doesNotContain(encoded);
      }
    }
  }

  @Test
  void aMissingPassword() {
    PostgresBackendProvider provider = new PostgresBackendProvider();
    BackendConfig config =
        BackendConfig.of("pg", "me", provider, Map.of("url", database.url(), "user", "autoinit"));
    try (Backend backend = provider.open(config)) {
      assertThat(find(backend))
          .isInstanceOf(BackendRefusedException.class)
          .hasMessageContaining("autoinit.backends.pg.password");
    }
  }

  @Test
  void aMissingDatabase() {
    String url = database.url().replace(database.name(), "nowhere");
    assertThat(find(database.open(Map.of("url", url))))
        .isInstanceOf(BackendRefusedException.class)
        .hasMessageContaining("has no such database")
        .hasMessageContaining("autoinit.backends.postgres.url");
  }

  @Test
  @DisplayName("BACKEND-3 nobody listens: unavailable")
  void nobodyListens() throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    assertThat(find(database.openAt("127.0.0.1", port, Map.of())))
        .isInstanceOf(BackendUnavailableException.class)
        .hasMessageContaining("Postgres at 127.0.0.1:" + port);
  }

  @Test
  @DisplayName("BACKEND-3 a host that nobody knows is told as such")
  void anUnknownHost() {
    assertThat(find(database.openAt("no-such-host.invalid", 5432, Map.of())))
        .isInstanceOf(BackendUnavailableException.class)
        .hasMessage(
            "Postgres at no-such-host.invalid:5432 cannot be found: its name is not known here");
  }

  @Test
  @DisplayName("BACKEND-3 a server without TLS is no matter of the password")
  void aServerWithoutTls() {
    Map<String, String> settings =
        Map.of("url", database.url() + "?sslmode=require", "user", "autoinit");
    BackendConfig config =
        BackendConfig.of("postgres", "me", new PostgresBackendProvider(), settings);
    try (Backend backend = new PostgresBackendProvider().open(config)) {
      assertThat(find(backend))
          .isInstanceOf(BackendRefusedException.class)
          .hasMessageContaining("do not agree on TLS: check sslmode")
          .hasMessageNotContaining("password");
    }
  }

  @Test
  @DisplayName("BACKEND-3 a black hole is unavailable within the connect timeout")
  void aBlackHole() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Backend backend =
          database.openAt("127.0.0.1", silent.getLocalPort(), Map.of("connect-timeout", "700ms"));
      long begun = System.nanoTime();
      assertThat(find(backend)).isInstanceOf(BackendUnavailableException.class);
      assertThatThrownBy(() -> backend.locks().orElseThrow().tryAcquire(LOCK, LONG))
          .isInstanceOf(BackendUnavailableException.class);
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(3));
    }
  }

  @Test
  void aFullServerIsUnavailable() throws Exception {
    database.run("ALTER DATABASE %s CONNECTION LIMIT 0".formatted(database.name()));
    try {
      assertThat(find(database.open()))
          .isInstanceOf(BackendUnavailableException.class)
          .hasMessageContaining("max_connections");
    } finally {
      database.run("ALTER DATABASE %s CONNECTION LIMIT -1".formatted(database.name()));
    }
  }

  @Test
  void otherErrorsGoOnAfterTheServerIsBack() throws Exception {
    try (TestPostgres server = TestPostgres.start();
        Database itsOwn = new Database(server)) {
      Backend backend = itsOwn.open();
      assertThat(backend.locks().orElseThrow().tryAcquire(LOCK, LONG)).isPresent();
      server.kill();
      assertThat(find(backend)).isInstanceOf(BackendUnavailableException.class);
      server.restart();
      Eventually.within(Duration.ofSeconds(10), "it serves again", () -> find(backend) == null);
      assertThat(itsOwn.locks().tryAcquire(LOCK, LONG)).isPresent();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "jdbc:mysql://db/shop | url | must begin with jdbc:postgresql:",
        "postgres://u:geheim@db/shop | url | must begin with jdbc:postgresql:",
        "jdbc:postgresql://u:geheim@db/shop | url | must not hold user and password",
        "jdbc:postgresql://db:5432?password=geheim | url | cannot be read",
        "jdbc:postgresql://db:port/shop?password=geheim | url | cannot be read",
        "jdbc:postgresql://a/b/c?password=geheim | url | cannot be read",
      })
  @DisplayName(
      "BACKEND-3 a URL that cannot work is refused before anything is opened, and not shown")
  void badUrls(String url, String setting, String problem) {
    PostgresBackendProvider provider = new PostgresBackendProvider();
    assertThatThrownBy(() -> BackendConfig.of("postgres", "me", provider, Map.of("url", url)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("autoinit.backends.postgres." + setting + " " + problem)
        .hasMessageNotContaining("geheim");
  }

  @ParameterizedTest
  @CsvSource({
    "schema,a-b",
    "schema,pg_mine",
    "schema,''",
    "connect-timeout,0",
    "connect-timeout,2h"
  })
  void badSettings(String setting, String value) {
    PostgresBackendProvider provider = new PostgresBackendProvider();
    Map<String, String> settings = new HashMap<>();
    settings.put("url", "jdbc:postgresql:shop");
    settings.put(setting, value);
    assertThatThrownBy(() -> BackendConfig.of("postgres", "me", provider, settings))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("autoinit.backends.postgres." + setting + " must be");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "jdbc:postgresql:shop | localhost:5432",
        "jdbc:postgresql:///shop | localhost:5432",
        "jdbc:postgresql://db/shop | db:5432",
        "jdbc:postgresql://db:6432/ | db:6432",
        "jdbc:postgresql://a,b:5433/shop?targetServerType=any | a:5432,b:5433",
        "jdbc:postgresql://[::1]:5433/shop | [::1]:5433",
      })
  void urlsAreTakenApart(String url, String address) {
    assertThat(JdbcUrl.parse(url).orElseThrow().address()).isEqualTo(address);
  }

  private static Throwable find(Backend backend) {
    ThrowingCallable look = () -> backend.readiness().orElseThrow().find(RUN);
    return catchThrowable(look);
  }

  private static String printed(Throwable thrown) {
    StringWriter text = new StringWriter();
    thrown.printStackTrace(new PrintWriter(text));
    return text.toString();
  }
}
