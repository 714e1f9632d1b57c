package io.autoinit.backend.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.autoinit.ConfigurationException;
import io.autoinit.spi.BackendConfig;
import io.autoinit.spi.BackendProvider;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ZooKeeperSettingsTest {

  @Test
  void aConnectStringIsEnough() {
    ZooKeeperSettings settings = settings("connect=zk1,zk2:2182,[::1]:2183/shops/one");
    assertThat(settings.ensemble().servers()).containsExactly("zk1:2181", "zk2:2182", "[::1]:2183");
    assertThat(settings.root()).isEqualTo("/shops/one/autoinit");
    assertThat(settings.sessionTimeout()).isEqualTo(Duration.ofSeconds(4));
    assertThat(settings.place()).isEqualTo("ZooKeeper at zk1:2181,zk2:2182,[::1]:2183");
    assertThat(settings.authenticated()).isFalse();
  }

  @Test
  void aUserOrSaslClosesTheNodes() {
    assertThat(settings("connect=zk;user=app;password=p").authenticated()).isTrue();
    assertThat(settings("connect=zk;sasl=true").authenticated()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          root=/a                                | autoinit.backends.zookeeper.connect is missing
          connect=                               | autoinit.backends.zookeeper.connect does not say where ZooKeeper is: write host[:port]
          connect=zk://a                         | write host[:port]
          connect=a b                            | write host[:port]
          connect=user:s3cr3t@a                  | write host[:port]
          connect=a,,b                           | write host[:port]
          connect=a:99999                        | the port must be a number from 1 to 65535
          connect=a/b//c                         | the chroot must be written as /name
          connect=a/../b                         | the chroot must be written as /name
          connect=a;root=x                       | autoinit.backends.zookeeper.root: it must be written as /name
          connect=a;root=/                       | autoinit.backends.zookeeper.root: it must name a node
          connect=a;user=app                     | autoinit.backends.zookeeper.user is set without autoinit.backends.zookeeper.password
          connect=a;password=s3cr3t              | autoinit.backends.zookeeper.password is set without autoinit.backends.zookeeper.user
          connect=a;user=b:c;password=s3cr3t     | autoinit.backends.zookeeper.user must not hold a colon
          connect=a;user=b;password=p;sasl=true  | autoinit.backends.zookeeper.user and autoinit.backends.zookeeper.sasl are both set
          connect=a;sasl-section=Mine            | autoinit.backends.zookeeper.sasl-section has no meaning without autoinit.backends.zookeeper.sasl
          connect=a;ca-file=b                    | autoinit.backends.zookeeper.ca-file has no meaning without autoinit.backends.zookeeper.tls
          connect=a;key-password=s3cr3t          | autoinit.backends.zookeeper.key-password has no meaning without autoinit.backends.zookeeper.tls
          connect=a;verify-host=false            | autoinit.backends.zookeeper.verify-host has no meaning without autoinit.backends.zookeeper.tls
          connect=a;tls=true;ca-password=s3cr3t  | autoinit.backends.zookeeper.ca-password has no meaning without autoinit.backends.zookeeper.ca-file
          connect=a;tls=true;key-password=s3cr3t | autoinit.backends.zookeeper.key-password has no meaning without autoinit.backends.zookeeper.key-file
          connect=a;session-timeout=100ms        | autoinit.backends.zookeeper.session-timeout must be at least 500ms
          connect=a;connect-timeout=1h           | autoinit.backends.zookeeper.connect-timeout must be at least
          connect=a;conect-timeout=1             | did you mean autoinit.backends.zookeeper.connect-timeout?
          """)
  @DisplayName("BACKEND-4 what cannot work is refused, naming the setting")
  void whatCannotWorkIsRefused(String given, String expected) {
    assertThatThrownBy(() -> Records.config(values(given)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(expected)
        .hasMessageNotContaining("s3cr3t");
  }

  /** Who is told to take something away, or to write it anew, is not told to add to it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          connect=a;user=me;sasl=true | are both set: take one of them away
          """)
  void aMistakeIsToldOnce(String given, String expected) {
    assertThatThrownBy(() -> Records.config(values(given)))
        .isInstanceOfSatisfying(
            ConfigurationException.class,
            refused ->
                assertThat(refused.problems()).singleElement().asString().contains(expected));
  }

  @Test
  @DisplayName("BACKEND-3 no text of the settings shows a password")
  void noTextShowsAPassword() {
    String given =
        "connect=zk;user=app;password=opensesame;tls=true;ca-file=a;ca-password=opensesame;"
            + "key-file=b;key-password=opensesame";
    assertThat(settings(given).tls().orElseThrow().toString()).doesNotContain("opensesame");
    assertThat(settings(given).toString()).doesNotContain("opensesame");
    assertThat(Records.config(values(given)).toString()).doesNotContain("opensesame");
  }

  @Test
  @DisplayName("BACKEND-1 found under its type, and checked, without a class of the client library")
  void checkedWithoutTheLibrary() throws Exception {
    List<URL> classPath = new ArrayList<>();
    for (Class<?> type : List.of(ZooKeeperBackendProvider.class, BackendProvider.class)) {
      classPath.add(type.getProtectionDomain().getCodeSource().getLocation());
    }
    try (URLClassLoader bare =
        new URLClassLoader(classPath.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
      Class<?> spi = bare.loadClass(BackendProvider.class.getName());
      Object provider = ServiceLoader.load(spi, bare).findFirst().orElseThrow();
      assertThat(spi.getMethod("type").invoke(provider)).isEqualTo("zookeeper");
      Object config =
          bare.loadClass(BackendConfig.class.getName())
              .getMethod("of", String.class, String.class, spi, Map.class)
              .invoke(null, "zookeeper", "test", provider, Map.of("connect", "zk:2181"));
      assertThat((List<?>) spi.getMethod("problems", config.getClass()).invoke(provider, config))
          .isEmpty();
      assertThatThrownBy(() -> bare.loadClass("org.apache.zookeeper.ZooKeeper"))
          .isInstanceOf(ClassNotFoundException.class);
    }
  }

  private static ZooKeeperSettings settings(String given) {
    return ZooKeeperSettings.of(Records.config(values(given)));
  }

  private static Map<String, String> values(String given) {
    Map<String, String> values = new HashMap<>();
    for (String setting : given.strip().split(";", -1)) {
      values.put(
          setting.substring(0, setting.indexOf('=')), setting.substring(setting.indexOf('=') + 1));
    }
    return values;
  }
}
