package io.autoinit.backend.hazelcast;

import com.hazelcast.config.AdvancedNetworkConfig;
import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.ServerSocketEndpointConfig;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import io.autoinit.spi.LockName;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;

/** Real members in this JVM, on the loopback, in a cluster of their own. */
final class TestGrid implements AutoCloseable {

  /** Below those of /proc/sys/net/ipv4/ip_local_port_range. */
  private static final int FIRST_PORT = 16_000;

  private static final int MOST_PORTS = 16_000;
  private static final Random PORTS = new SecureRandom();
  private static final Set<Integer> GIVEN = new HashSet<>();

  private final String cluster = "test-" + UUID.randomUUID();
  private final List<Integer> ports = new ArrayList<>();
  private final List<Integer> clientPorts = new ArrayList<>();
  private final List<HazelcastInstance> members = new ArrayList<>();
  private final boolean hidden;
  private final int cpMembers;

  /** How many a fleet must have; 0 for a cluster that is nobody's fleet. */
  private final int minMembers;

  private TestGrid(int size, boolean hidden, int cpMembers, int minMembers) {
    this.hidden = hidden;
    this.cpMembers = cpMembers;
    this.minMembers = minMembers;
    for (int i = 0; i < size; i++) {
      ports.add(freePort());
      clientPorts.add(hidden ? freePort() : ports.get(i));
    }
    startMembers();
  }

  /** One member, which clients reach by the address that they were told and by no other. */
  static TestGrid hidden() {
    return new TestGrid(1, true, 0, 0);
  }

  static TestGrid of(int size) {
    return new TestGrid(size, false, 0, 0);
  }

  /** Members as autoinit makes them, for others of a fleet to join. */
  static TestGrid fleet(int size, int minMembers) {
    return new TestGrid(size, false, 0, minMembers);
  }

  /** Three members, of which clients reach the one that they were told, and no other. */
  static TestGrid withCp() {
    return new TestGrid(3, true, 3, 0);
  }

  static String version() {
    return "Hazelcast " + com.hazelcast.instance.BuildInfoProvider.getBuildInfo().getVersion();
  }

  private void startMembers() {
    for (int i = 0; i < ports.size(); i++) {
      members.add(Hazelcast.newHazelcastInstance(config(i)));
    }
    if (cpMembers > 0) {
      members.forEach(member -> member.getCPSubsystem().getAtomicLong("ready").get());
    }
  }

  private Config config(int number) {
    if (minMembers > 0) {
      return GridConfig.member(HazelcastSettings.of(Records.config(member(ports.get(number)))));
    }
    Config config = new Config();
    config.setClusterName(cluster);
    config.setProperty("hazelcast.logging.type", "none");
    config.setProperty("hazelcast.phone.home.enabled", "false");
    config.setProperty("hazelcast.shutdownhook.enabled", "false");
    config.setProperty("hazelcast.operation.thread.count", "2");
    config.setProperty("hazelcast.local.localAddress", "127.0.0.1");
    config.setProperty("hazelcast.heartbeat.interval.seconds", "1");
    config.setProperty("hazelcast.max.no.heartbeat.seconds", "6");
    config.getMetricsConfig().setEnabled(false);
    JoinConfig join;
    if (hidden) {
      AdvancedNetworkConfig network = config.getAdvancedNetworkConfig().setEnabled(true);
      network.setMemberEndpointConfig(endpoint(ports.get(number)));
      // Where members say that clients find them, there is nobody.
      network.setClientEndpointConfig(
          endpoint(clientPorts.get(number)).setPublicAddress("127.0.0.1:1"));
      join = network.getJoin();
    } else {
      config.getNetworkConfig().setPort(ports.get(number)).setPortAutoIncrement(false);
      config.getNetworkConfig().getInterfaces().setEnabled(true).addInterface("127.0.0.1");
      join = config.getNetworkConfig().getJoin();
    }
    join.getAutoDetectionConfig().setEnabled(false);
    join.getMulticastConfig().setEnabled(false);
    join.getTcpIpConfig().setEnabled(true);
    ports.forEach(other -> join.getTcpIpConfig().addMember("127.0.0.1:" + other));
    config.getCPSubsystemConfig().setCPMemberCount(cpMembers);
    return config;
  }

  private static ServerSocketEndpointConfig endpoint(int port) {
    ServerSocketEndpointConfig endpoint = new ServerSocketEndpointConfig();
    endpoint.setPort(port).setPortAutoIncrement(false);
    endpoint.getInterfaces().setEnabled(true).addInterface("127.0.0.1");
    return endpoint;
  }

  String cluster() {
    return cluster;
  }

  /** Where clients reach the first member. */
  int port() {
    return clientPorts.get(0);
  }

  String address(int number) {
    return "127.0.0.1:" + clientPorts.get(number);
  }

  String members() {
    return String.join(",", clientPorts.stream().map(port -> "127.0.0.1:" + port).toList());
  }

  List<HazelcastInstance> instances() {
    return members;
  }

  Map<String, String> settings() {
    return hidden
        ? settingsAt(port())
        : Map.of(
            "addresses",
            members(),
            "cluster-name",
            cluster,
            "connect-timeout",
            "10s",
            // Members that begin on a loaded machine are slow at first.
            "command-timeout",
            "20s");
  }

  Map<String, String> settingsAt(int port) {
    return Map.of(
        "addresses",
        "127.0.0.1:" + port,
        "cluster-name",
        cluster,
        // A process that is new loads the whole library in this time, on a loaded machine too.
        "connect-timeout",
        "10s",
        "command-timeout",
        "3s");
  }

  /** Of one more member of a fleet. */
  Map<String, String> member() {
    return member(freePort());
  }

  private Map<String, String> member(int port) {
    return Map.of(
        "mode",
        "member",
        "members",
        members(),
        "bind",
        "127.0.0.1",
        "port",
        Integer.toString(port),
        "cluster-name",
        cluster,
        "min-members",
        Integer.toString(Math.max(1, minMembers)),
        "connect-timeout",
        "20s",
        // Longer than the others take to give up a member that says nothing.
        "command-timeout",
        "20s");
  }

  Map<String, String> ofAnother() {
    return Map.of("addresses", "127.0.0.1:" + port(), "cluster-name", "another");
  }

  /** Takes a lock from its holder, as if its lease had ended. */
  void revoke(LockName name) {
    members.get(0).getMap("autoinit-locks").delete(name.toString());
    if (cpMembers > 0) {
      members.get(0).getCPSubsystem().getAtomicReference("autoinit-lock:" + name).clear();
    }
  }

  void flush() {
    for (String map : List.of("locks", "readiness", "markers")) {
      members.get(0).getMap("autoinit-" + map).clear();
    }
  }

  /** Whether one of these members started it; the library names threads after the instance. */
  boolean started(Thread thread) {
    return instances().stream()
        .anyMatch(member -> thread.getName().startsWith("hz." + member.getName() + "."));
  }

  /** Whether there are no other members than these. */
  boolean isAlone() {
    return members.get(0).getCluster().getMembers().size() == members.size();
  }

  /** Whether each of these sees so many. */
  boolean seesEverywhere(int members) {
    return instances().stream().allMatch(m -> m.getCluster().getMembers().size() == members);
  }

  /** Ends a member without a goodbye. */
  void kill(int number) {
    members.remove(number).getLifecycleService().terminate();
  }

  void restart() {
    stop();
    startMembers();
  }

  private void stop() {
    members.forEach(member -> member.getLifecycleService().terminate());
    members.clear();
  }

  @Override
  public void close() {
    stop();
  }

  /**
   * A port that nobody listens on, not given before, and none that the system gives to connections.
   * A member that tries to reach one that is gone, from the very port it had, would reach itself,
   * and take that address for its own: whoever had it next would never be let in.
   */
  static synchronized int freePort() {
    for (int i = 0; i < MOST_PORTS; i++) {
      int port = FIRST_PORT + PORTS.nextInt(MOST_PORTS);
      if (GIVEN.add(port) && isFree(port)) {
        return port;
      }
    }
    throw new IllegalStateException("no port is free");
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }
}
