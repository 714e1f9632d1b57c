package io.autoinit.backend.hazelcast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hazelcast.client.config.ClientConfig;
import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import io.autoinit.ConfigurationException;
import io.autoinit.spi.BackendConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HazelcastSettingsTest {

  private static Map<String, String> settings(String text) {
    Map<String, String> settings = new TreeMap<>();
    Arrays.stream(text.split(" ", -1))
        .filter(part -> !part.isEmpty())
        .forEach(
            part ->
                settings.put(
                    part.substring(0, part.indexOf('=')), part.substring(part.indexOf('=') + 1)));
    return settings;
  }

  private static BackendConfig config(Map<String, String> settings) {
    return BackendConfig.of("hazelcast", "test", new HazelcastBackendProvider(), settings);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                                  | hazelcast.addresses is missing with autoinit.backends.hazelcast.mode = client: set it to host",
        "mode=member                         | hazelcast.members is missing with autoinit.backends.hazelcast.mode = member: set it to host",
        "mode=guest addresses=a              | hazelcast.mode must be",
        "addresses=a:b                       | hazelcast.addresses",
        "addresses=a lock-mode=raft          | hazelcast.lock-mode must be",
        "addresses=a port=0                  | hazelcast.port must be a number from 1 to 65535",
        "addresses=a user=me                 | hazelcast.user is set without autoinit.backends.hazelcast.password: set both",
        "addresses=a user=me password=s3cret token=t | are both set: take one of them away",
        "addresses=a config=/nowhere.yaml    | hazelcast.config: cannot read /nowhere.yaml",
        "adresses=a                          | did you mean autoinit.backends.hazelcast.addresses?",
      })
  void whatIsWrongIsToldInOneSentence(String text, String sentence) {
    assertThatThrownBy(() -> config(settings(text)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(sentence)
        .hasMessageNotContaining("s3cret");
  }

  /** Who is told to take something away is not told to add to it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mode=member members=a user=me | user has no meaning with HZ.mode = member: take one of them away",
        "mode=member members=a config=/nowhere.yaml | config has no meaning with HZ.mode = member: take one of them away",
        "members=a                     | members has no meaning with HZ.mode = client: take it away, or set HZ.mode = member",
        "mode=guest members=a          | mode must be client or member",
        "addresses=a user=me token=t   | token and HZ.user are both set: take one of them away",
        "config=pom.xml user=me        | config and HZ.user are both set: take one of them away",
      })
  void aMistakeIsToldOnce(String text, String sentence) {
    HazelcastBackendProvider provider = new HazelcastBackendProvider();

    assertThatThrownBy(() -> BackendConfig.of("HZ", "test", provider, settings(text)))
        .isInstanceOfSatisfying(
            ConfigurationException.class,
            refused ->
                assertThat(refused.problems())
                    .map(problem -> problem.replace("autoinit.backends.", ""))
                    .containsExactly("HZ." + sentence));
  }

  @Test
  void aClientTalksToTheMembersThatItWasTold() {
    ClientConfig config = client("addresses=hz1:5701,hz2 cluster-name=shop");

    assertThat(config.getClusterName()).isEqualTo("shop");
    assertThat(config.getNetworkConfig().getAddresses()).containsExactly("hz1:5701", "hz2");
    assertThat(config.isBackupAckToClientEnabled()).isFalse();
  }

  @Test
  void aFileOfTheLibraryIsTakenAsItIs() throws IOException {
    Path file = Path.of("src", "test", "resources", "hazelcast-client.yaml");

    ClientConfig config = client("config=" + file.toAbsolutePath());

    assertThat(config.getClusterName()).isEqualTo("from-file");
    assertThat(config.getNetworkConfig().getAddresses()).containsExactly("hz9:5701");
    assertThat(config.getNetworkConfig().getSSLConfig().isEnabled()).isTrue();
  }

  private static ClientConfig client(String text) {
    return GridConfig.client(HazelcastSettings.of(config(settings(text))), "clock", "name");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mode=member members=hz1:5701,hz2:5701    | false",
        "mode=member kubernetes-dns=shop.default  | true"
      })
  void aMemberJoinsNobodyElse(String text, boolean kubernetes) {
    Config config = GridConfig.member(HazelcastSettings.of(config(settings(text))));
    JoinConfig join = config.getNetworkConfig().getJoin();

    assertThat(join.getMulticastConfig().isEnabled()).isFalse();
    assertThat(join.isAutoDetectionEnabled()).isFalse();
    assertThat(join.getKubernetesConfig().isEnabled()).isEqualTo(kubernetes);
    assertThat(join.getTcpIpConfig().isEnabled()).isNotEqualTo(kubernetes);
    assertThat(config.getProperty("hazelcast.phone.home.enabled")).isEqualTo("false");
  }

  /** So that one is left wherever enough members are, and one copy in any case. */
  @ParameterizedTest
  @CsvSource({"1, 1", "2, 1", "3, 2", "7, 6", "50, 6"})
  void thereAreAsManyCopiesAsMembersMayBeMissing(int minMembers, int copies) {
    Map<String, String> settings = settings("mode=member members=hz1");
    settings.put("min-members", Integer.toString(minMembers));

    Config config = GridConfig.member(HazelcastSettings.of(config(settings)));

    assertThat(config.findMapConfig("autoinit-locks").getBackupCount()).isEqualTo(copies);
    assertThat(config.findMapConfig("autoinit-locks").getSplitBrainProtectionName() != null)
        .isEqualTo(minMembers > 1);
  }
}
