package io.autoinit.backend.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.autoinit.ConfigurationException;
import io.autoinit.spi.BackendConfig;
import io.autoinit.spi.BackendProvider;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedisSettingsTest {

  @Test
  void aUrlHoldsEverything() {
    RedisSettings settings = settings("url", "rediss://app:p%40ss:w%2Ford@cache.example:7000/3");
    assertThat(settings.addresses()).containsExactly(new RedisAddress("cache.example", 7000));
    assertThat(settings.tls()).isTrue();
    assertThat(settings.user()).contains("app");
    assertThat(settings.password()).contains("p@ss:w/ord");
    assertThat(settings.passwordSetting()).isEqualTo("autoinit.backends.redis.url");
    assertThat(settings.database()).isEqualTo(3);
  }

  @Test
  void aPasswordThatNobodyEscapedWorks() {
    assertThat(settings("url", "redis://:a@b/c?d#e@cache").password()).contains("a@b/c?d#e");
    assertThat(settings("url", "redis://:secret@cache").user()).isEmpty();
  }

  @Test
  void theStandardPortAndDatabaseNeedNotBeNamed() {
    RedisSettings settings = settings("url", "redis://[::1]");
    assertThat(settings.addresses()).containsExactly(new RedisAddress("::1", 6379));
    assertThat(settings.place()).isEqualTo("Redis at [::1]:6379");
    assertThat(settings.database()).isZero();
  }

  @Test
  void hostAndPortDoWithoutAUrl() {
    RedisSettings settings =
        settings("host", "cache", "port", "7001", "password", "p", "database", "2", "tls", "true");
    assertThat(settings.addresses()).containsExactly(new RedisAddress("cache", 7001));
    assertThat(settings.tls()).isTrue();
    assertThat(settings.password()).contains("p");
    assertThat(settings.passwordSetting()).isEqualTo("autoinit.backends.redis.password");
    assertThat(settings.database()).isEqualTo(2);
  }

  @Test
  void aClusterHasSeveralNodesToBeginWith() {
    RedisSettings settings = settings("url", "redis://a:1,b:2,c", "cluster", "true");
    assertThat(settings.addresses()).hasSize(3);
    assertThat(settings.place()).isEqualTo("Redis Cluster at a:1,b:2,c:6379");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          url=http://cache                         | autoinit.backends.redis.url is not a URL for Redis
          url=redis://                             | the host is missing
          url=redis://a b                          | the host must be written as host or host:port
          url=redis://cache:99999                  | the port must be a number from 1 to 65535
          url=redis://cache/x                      | the database after the slash must be a number
          url=redis://cache?timeout=3              | it takes no ?
          url=redis://s3cr3t@cache                 | before the @ stands user:password
          url=redis://:50%@cache                   | must be written as %25
          url=redis://a,b                          | set autoinit.backends.redis.cluster = true
          url=redis://a/1;cluster=true             | autoinit.backends.redis.url must name database 0 with autoinit.backends.redis.cluster = true
          host=a;database=1;cluster=true           | autoinit.backends.redis.database must be 0 with autoinit.backends.redis.cluster = true
          url=redis://:s3cr3t@a;password=two          | autoinit.backends.redis.url and autoinit.backends.redis.password hold a different password
          url=redis://a/1;database=2               | hold a different database
          url=redis://one:p@a;user=two             | hold a different user
          url=redis://a;host=b                     | autoinit.backends.redis.url and autoinit.backends.redis.host are both set
          url=redis://a;port=7000                  | autoinit.backends.redis.url and autoinit.backends.redis.port are both set
          url=redis://a;tls=true                   | write rediss://
          url=redis://a;user=app                   | autoinit.backends.redis.user is set without autoinit.backends.redis.password
          url=redis://a;ca-file=/nowhere.pem       | autoinit.backends.redis.ca-file has no meaning without TLS
          url=rediss://a;ca-file=/nowhere.pem      | cannot read /nowhere.pem
          url=redis://a;connect-timeout=0          | autoinit.backends.redis.connect-timeout must be more than 0
          url=redis://a;command-timeout=1h         | autoinit.backends.redis.command-timeout must be more than 0
          url=redis://a;key-prefix=a b             | autoinit.backends.redis.key-prefix must be
          password=p                               | autoinit.backends.redis.url is missing
          host=a;port=0                            | autoinit.backends.redis.port: the port must be
          url=redis://a;databse=1                  | did you mean autoinit.backends.redis.database?
          """)
  @DisplayName("BACKEND-4 what cannot work is refused, naming the setting")
  void whatCannotWorkIsRefused(String given, String expected) {
    assertThatThrownBy(() -> Redises.config("test", values(given)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(expected)
        .hasMessageNotContaining("s3cr3t");
  }

  private static Map<String, String> values(String given) {
    Map<String, String> values = new HashMap<>();
    for (String setting : given.strip().split(";", -1)) {
      values.put(
          setting.substring(0, setting.indexOf('=')), setting.substring(setting.indexOf('=') + 1));
    }
    return values;
  }

  /** Who is told to take something away, or to write it anew, is not told to add to it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          url=redis://word@cache;user=me | before the @ stands user:password
          """)
  void aMistakeIsToldOnce(String given, String expected) {
    assertThatThrownBy(() -> Redises.config("test", values(given)))
        .isInstanceOfSatisfying(
            ConfigurationException.class,
            refused ->
                assertThat(refused.problems()).singleElement().asString().contains(expected));
  }

  @Test
  @DisplayName("BACKEND-3 no text of the settings shows a password")
  void noTextShowsAPassword() {
    String url = "redis://app:opensesame@cache";
    assertThat(settings("url", url).toString()).doesNotContain("opensesame");
    assertThat(RedisUrl.parse(url).toString()).doesNotContain("opensesame");
    assertThat(Redises.config("test", Map.of("url", url)).toString()).doesNotContain("opensesame");
  }

  @Test
  @DisplayName("BACKEND-1 found under its type, and checked, without a class of Jedis")
  void checkedWithoutJedis() throws Exception {
    List<URL> classPath = new ArrayList<>();
    for (Class<?> type : List.of(RedisBackendProvider.class, BackendProvider.class)) {
      classPath.add(type.getProtectionDomain().getCodeSource().getLocation());
    }
    try (URLClassLoader bare =
        new URLClassLoader(classPath.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
      Class<?> spi = bare.loadClass(BackendProvider.class.getName());
      Object provider = ServiceLoader.load(spi, bare).findFirst().orElseThrow();
      assertThat(spi.getMethod("type").invoke(provider)).isEqualTo("redis");
      Object config =
          bare.loadClass(BackendConfig.class.getName())
              .getMethod("of", String.class, String.class, spi, Map.class)
              .invoke(null, "redis", "test", provider, Map.of("url", "redis://:p@cache/1"));
      assertThat((List<?>) spi.getMethod("problems", config.getClass()).invoke(provider, config))
          .isEmpty();
      assertThatThrownBy(() -> bare.loadClass("redis.clients.jedis.RedisClient"))
          .isInstanceOf(ClassNotFoundException.class);
    }
  }

  private static RedisSettings settings(String... pairs) {
    Map<String, String> values = new HashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      values.put(pairs[i], pairs[i + 1]);
    }
    return RedisSettings.of(Redises.config("test", values));
  }
}
