package io.autoinit.servers;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.jspecify.annotations.Nullable;

/** Postgres from packaged binaries; also as root, where the library drops to a user of its own. */
final class EmbeddedPostgresServer implements PostgresServer {

  /** Everybody but the superuser needs a real password. */
  private static final List<String> HBA =
      List.of(
          "local all all trust",
          "host all postgres 127.0.0.1/32 trust",
          "host all postgres ::1/128 trust",
          "host all all 127.0.0.1/32 scram-sha-256",
          "host all all ::1/128 scram-sha-256");

  /** A directory for each user: what root unpacked, another could not use. */
  private static final Path BINARIES =
      Path.of(
          System.getProperty("java.io.tmpdir"),
          "autoinit-test-servers-" + System.getProperty("user.name"));

  private static @Nullable EmptyCluster empty;

  private final Path data;
  private final int port;
  private final Map<String, String> settings;
  private @Nullable EmbeddedPostgres running;

  EmbeddedPostgresServer(Map<String, String> settings) {
    this.settings = settings;
    try {
      this.data = DataDirectories.create();
      this.port = freePort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Override
  public String host() {
    return "127.0.0.1";
  }

  @Override
  public int port() {
    return port;
  }

  @Override
  public String superuserPassword() {
    return "not-asked-for";
  }

  @Override
  public synchronized void start() {
    Path directory = data.resolve("data");
    EmbeddedPostgres.Builder builder = builder().setDataDirectory(directory.toFile()).setPort(port);
    settings.forEach(builder::setServerConfig);
    try {
      if (!Files.exists(directory)) {
        empty().copyTo(directory);
      }
      running = builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException("The packaged Postgres did not start: " + e.getMessage(), e);
    }
  }

  private static synchronized EmptyCluster empty() throws IOException {
    if (empty == null) {
      empty = EmptyCluster.in(BINARIES, builder());
    }
    return empty;
  }

  /** A server but for its port, its data and settings of its own. */
  static EmbeddedPostgres.Builder builder() {
    return EmbeddedPostgres.builder()
        .setCleanDataDirectory(false)
        .setDataDirectoryCustomizer(EmbeddedPostgresServer::writeHba)
        .setRegisterShutdownHook(false)
        .setOverrideWorkingDirectory(BINARIES.toFile())
        // A busy machine needs more than half a minute for it.
        .setPGStartupWait(Duration.ofSeconds(90))
        .setLocaleConfig("locale", "C")
        // As Postgres comes, not as the library would have it: a killed server keeps commits.
        .setServerConfig("synchronous_commit", "on")
        .setServerConfig("max_connections", "100")
        // The data may be in memory.
        .setServerConfig("max_wal_size", "128MB")
        .setServerConfig("unix_socket_directories", "''")
        .setServerConfig("listen_addresses", "127.0.0.1");
  }

  private static void writeHba(File directory) {
    try {
      Files.write(directory.toPath().resolve("pg_hba.conf"), HBA);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public synchronized void kill() {
    List<ProcessHandle> processes =
        postmaster()
            .map(p -> Stream.concat(Stream.of(p), p.descendants()).toList())
            .orElse(List.of());
    processes.forEach(ProcessHandle::destroyForcibly);
    processes.forEach(
        process ->
            process.onExit().orTimeout(10, TimeUnit.SECONDS).exceptionally(e -> process).join());
    // The library holds a lock on this file until it has stopped a server by itself.
    FileUtils.deleteQuietly(data.resolve("data").resolve("epg-lock").toFile());
    running = null;
  }

  private Optional<ProcessHandle> postmaster() {
    try {
      List<String> lines = Files.readAllLines(data.resolve("data").resolve("postmaster.pid"));
      return ProcessHandle.of(Long.parseLong(lines.get(0).strip()));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  @Override
  public synchronized void stop() {
    if (running == null) {
      return;
    }
    try {
      running.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      running = null;
    }
  }

  @Override
  public void makeStandby() {
    try {
      Files.createFile(data.resolve("data").resolve("standby.signal"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String origin() {
    return "packaged binaries";
  }

  @Override
  public synchronized void close() {
    stop();
    kill();
    FileUtils.deleteQuietly(data.toFile());
  }
}
