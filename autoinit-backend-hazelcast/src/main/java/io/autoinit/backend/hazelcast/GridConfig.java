package io.autoinit.backend.hazelcast;

import com.hazelcast.client.config.ClientConfig;
import com.hazelcast.client.config.ClientConnectionStrategyConfig.ReconnectMode;
import com.hazelcast.client.config.ClientFlakeIdGeneratorConfig;
import com.hazelcast.client.config.YamlClientConfigBuilder;
import com.hazelcast.config.Config;
import com.hazelcast.config.ExecutorConfig;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.ListenerConfig;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.MergePolicyConfig;
import com.hazelcast.config.SplitBrainProtectionConfig;
import com.hazelcast.config.security.TokenEncoding;
import com.hazelcast.config.security.TokenIdentityConfig;
import com.hazelcast.spi.merge.DiscardMergePolicy;
import com.hazelcast.splitbrainprotection.SplitBrainProtectionOn;
import io.autoinit.spi.BackendRefusedException;
import java.io.IOException;
import java.time.Duration;
import java.util.EventListener;
import java.util.Properties;

/** What the library is told: to be quiet, to give up in time, and to talk to nobody else. */
final class GridConfig {

  private static final String LOGGING_TYPE = "hazelcast.logging.type";
  private static final String ENOUGH = "autoinit-enough-members";
  private static final int PATIENT = 6;
  private static final int PULSE_MILLIS = 1_000;

  /** After so long who says nothing is given up; nothing that members answer counts until then. */
  static final Duration SILENCE = Duration.ofSeconds(6);

  private static final int RETURN_SECONDS = 2;
  private static final int AGREE_SECONDS = 2;
  private static final int MOST_COPIES = 6;
  private static final int ANSWERERS = 4;
  private static final int SENDERS = 16;

  private GridConfig() {}

  static ClientConfig client(
      HazelcastSettings settings, String clock, String name, EventListener... listeners) {
    ClientConfig config = settings.file().isPresent() ? read(settings) : ofSettings(settings);
    quiet(config.getProperties());
    config.setInstanceName(name);
    // Members wait for each other's copies themselves: a client that is not yet connected to the
    // member with the copy would wait for its word in vain, and for seconds.
    config.setBackupAckToClientEnabled(false);
    config.setProperty("hazelcast.client.statistics.enabled", "false");
    config.setProperty("hazelcast.client.heartbeat.interval", Integer.toString(PULSE_MILLIS));
    config.setProperty("hazelcast.client.heartbeat.timeout", Long.toString(SILENCE.toMillis()));
    config.setProperty(
        "hazelcast.client.invocation.timeout.seconds",
        Long.toString(Math.max(1, settings.commandTimeout().toSeconds())));
    config.getNetworkConfig().setConnectionTimeout(millis(settings.connectTimeout()));
    config
        .getConnectionStrategyConfig()
        .setAsyncStart(true)
        .setReconnectMode(ReconnectMode.ASYNC)
        .getConnectionRetryConfig()
        .setInitialBackoffMillis(100)
        .setMaxBackoffMillis(1_000)
        .setMultiplier(1.5)
        .setJitter(0.2)
        .setClusterConnectTimeoutMillis(settings.connectTimeout().toMillis());
    config.addFlakeIdGeneratorConfig(new ClientFlakeIdGeneratorConfig(clock).setPrefetchCount(1));
    for (EventListener listener : listeners) {
      config.addListenerConfig(new ListenerConfig(listener));
    }
    return config;
  }

  private static ClientConfig read(HazelcastSettings settings) {
    try {
      return new YamlClientConfigBuilder(settings.file().orElseThrow().toFile()).build();
    } catch (IOException | RuntimeException e) {
      throw new BackendRefusedException(
          "%s is not a configuration of a Hazelcast client (%s)"
              .formatted(settings.file().orElseThrow(), settings.key(HazelcastSettings.CONFIG)));
    }
  }

  @SuppressWarnings("removal") // What replaces the flag of the routing is not there in 5.4.
  private static ClientConfig ofSettings(HazelcastSettings settings) {
    ClientConfig config = new ClientConfig();
    config.setClusterName(settings.clusterName());
    config.getNetworkConfig().setAddresses(settings.addresses());
    // One connection: no hint comes from a member that this client does not listen to yet, and the
    // time is told by one clock.
    config.getNetworkConfig().setSmartRouting(false);
    settings
        .user()
        .ifPresent(
            user ->
                config
                    .getSecurityConfig()
                    .setUsernamePasswordIdentityConfig(user, settings.password().orElse("")));
    settings
        .token()
        .ifPresent(
            token ->
                config
                    .getSecurityConfig()
                    .setTokenIdentityConfig(new TokenIdentityConfig(TokenEncoding.NONE, token)));
    return config;
  }

  static Config member(HazelcastSettings settings) {
    Config config = new Config();
    quiet(config.getProperties());
    config.setClusterName(settings.clusterName());
    config.setLiteMember(!settings.keeps());
    config.setProperty("hazelcast.phone.home.enabled", "false");
    config.setProperty("hazelcast.shutdownhook.enabled", "false");
    config.setProperty("hazelcast.operation.thread.count", "2");
    config.setProperty("hazelcast.operation.generic.thread.count", "2");
    config.setProperty("hazelcast.io.input.thread.count", "1");
    // A thread that sends does nothing else while one whom it calls is stopped and says nothing.
    config.setProperty("hazelcast.io.output.thread.count", Integer.toString(SENDERS));
    // A join that hangs is given up before the five minutes of the library, and tried anew.
    config.setProperty(
        "hazelcast.max.join.seconds",
        Long.toString(Math.max(1, settings.connectTimeout().multipliedBy(PATIENT).toSeconds())));
    // Members confirm each answer. The library would make who joins wait, a second at a time, until
    // it is connected with each member there is, also with those that are just going.
    config.setProperty("hazelcast.connect.all.wait.seconds", "0");
    // A member that is stopped is a store that is stopped, until the others give it up.
    config.setProperty("hazelcast.heartbeat.interval.seconds", "1");
    config.setProperty("hazelcast.max.no.heartbeat.seconds", Long.toString(SILENCE.toSeconds()));
    config.setProperty(
        "hazelcast.operation.call.timeout.millis",
        Long.toString(Math.max(1_000, settings.commandTimeout().toMillis())));
    // A copy that did not come is a write that is asked for again, and soon.
    config.setProperty("hazelcast.operation.fail.on.indeterminate.state", "true");
    config.setProperty("hazelcast.operation.backup.timeout.millis", "1000");
    // Who was given up, or alone on a side, looks for the others instead of after five minutes.
    config.setProperty("hazelcast.merge.first.run.delay.seconds", Integer.toString(RETURN_SECONDS));
    config.setProperty("hazelcast.merge.next.run.delay.seconds", Integer.toString(RETURN_SECONDS));
    config
        .getSerializationConfig()
        .addDataSerializableFactory(PeerQuestions.FACTORY, new PeerQuestions());
    config.addExecutorConfig(
        new ExecutorConfig(peers(settings), ANSWERERS).setStatisticsEnabled(false));
    // What a side of a split wrote alone is not carried over when the sides meet again.
    MapConfig maps =
        new MapConfig(settings.prefix() + "-*")
            .setMergePolicyConfig(
                new MergePolicyConfig().setPolicy(DiscardMergePolicy.class.getName()))
            // More than those that may be away together while enough are there.
            .setBackupCount(Math.max(1, Math.min(MOST_COPIES, settings.minMembers() - 1)));
    if (settings.minMembers() > 1) {
      config.addSplitBrainProtectionConfig(
          new SplitBrainProtectionConfig(ENOUGH, true, settings.minMembers())
              .setProtectOn(SplitBrainProtectionOn.READ_WRITE));
      maps.setSplitBrainProtectionName(ENOUGH);
    }
    config.addMapConfig(maps);
    config.getMetricsConfig().setEnabled(false);
    config.getJetConfig().setEnabled(false);
    config.getNetworkConfig().setPort(settings.port()).setPortAutoIncrement(true);
    JoinConfig join = config.getNetworkConfig().getJoin();
    join.getAutoDetectionConfig().setEnabled(false);
    join.getMulticastConfig().setEnabled(false);
    // Also that of other ways to find each other. Members that begin together ask in vain who leads
    // for so long, before they agree on one; who is let in later than that begins anew.
    join.getTcpIpConfig().setConnectionTimeoutSeconds(AGREE_SECONDS);
    if (settings.kubernetesDns().isPresent()) {
      join.getKubernetesConfig()
          .setEnabled(true)
          .setProperty("service-dns", settings.kubernetesDns().get())
          .setProperty("service-port", Integer.toString(settings.port()));
    } else {
      join.getTcpIpConfig().setEnabled(true).setMembers(settings.addresses());
    }
    settings
        .bind()
        .ifPresent(
            address -> {
              config.getNetworkConfig().getInterfaces().setEnabled(true).addInterface(address);
              config.setProperty("hazelcast.local.localAddress", address);
            });
    return config;
  }

  /** The executor on which members ask each other. */
  static String peers(HazelcastSettings settings) {
    return settings.prefix() + "-peers";
  }

  /** What matters autoinit tells itself; an application that chose for itself is left alone. */
  private static void quiet(Properties properties) {
    if (System.getProperty(LOGGING_TYPE) == null
        && System.getProperty("hazelcast.logging.class") == null) {
      properties.putIfAbsent(LOGGING_TYPE, "none");
    }
  }

  private static int millis(Duration duration) {
    return Math.toIntExact(duration.toMillis());
  }
}
