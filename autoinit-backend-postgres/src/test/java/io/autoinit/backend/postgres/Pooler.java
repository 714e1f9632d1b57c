package io.autoinit.backend.postgres;

import io.autoinit.servers.TestPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A pooler in transaction mode before a server. */
interface Pooler extends AutoCloseable {

  /** Few, so that clients really share them. */
  int SERVER_CONNECTIONS = 4;

  String name();

  int port();

  @Override
  void close() throws IOException;

  /** The stand-in, which runs everywhere, and the real pgbouncer where this machine has one. */
  static Stream<Pooler> all(TestPostgres server) throws Exception {
    Logger log = LoggerFactory.getLogger("io.autoinit.poolers");
    List<Pooler> poolers = new ArrayList<>(List.of(new StandInPooler(server)));
    Optional<Path> binary = PgBouncer.binary();
    if (binary.isPresent()) {
      poolers.add(new PgBouncer(binary.get(), server));
    }
    log.info(
        "Poolers: a stand-in of these tests{}",
        binary.map(b -> ", and " + b).orElse("; pgbouncer is not on the PATH"));
    return poolers.stream();
  }

  /** The real thing. */
  final class PgBouncer implements Pooler {

    private final int port;
    private final Path directory;
    private final Process process;

    PgBouncer(Path binary, TestPostgres server) throws IOException {
      try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        this.port = socket.getLocalPort();
      }
      this.directory = Files.createTempDirectory("autoinit-pgbouncer-");
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
      Files.writeString(
          directory.resolve("users"),
          "\"%s\" \"%s\"%n".formatted(server.user(), server.password()));
      Files.writeString(
          directory.resolve("ini"),
          """
          [databases]
          * = host=%s port=%d
          [pgbouncer]
          listen_addr = 127.0.0.1
          listen_port = %d
          unix_socket_dir =
          auth_type = scram-sha-256
          auth_file = %s
          pool_mode = transaction
          default_pool_size = %d
          """
              .formatted(
                  server.host(),
                  server.port(),
                  port,
                  directory.resolve("users"),
                  SERVER_CONNECTIONS));
      List<String> command = new ArrayList<>(List.of(binary.toString()));
      if (System.getProperty("user.name").equals("root")) {
        // It does not run as root.
        command.addAll(List.of("-u", "nobody"));
      }
      command.add(directory.resolve("ini").toString());
      this.process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(directory.resolve("log").toFile())
              .start();
    }

    static Optional<Path> binary() {
      return Stream.concat(Stream.of(System.getenv("PATH").split(":", -1)), Stream.of("/usr/sbin"))
          .map(directory -> Path.of(directory, "pgbouncer"))
          .filter(Files::isExecutable)
          .findFirst();
    }

    @Override
    public String name() {
      return "pgbouncer";
    }

    @Override
    public int port() {
      return port;
    }

    @Override
    public void close() throws IOException {
      process.destroyForcibly().onExit().join();
      try (Stream<Path> files = Files.list(directory)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(directory);
    }
  }
}
