package io.autoinit.servers;

import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.PortBinding;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;
import org.testcontainers.utility.DockerImageName;

/**
 * Postgres in a container of any image with the interface of the official one: the superuser and
 * its password come in as environment, the server listens on 5432. Server settings go in by SQL, so
 * that an image need not take arguments.
 */
final class ContainerPostgresServer implements PostgresServer {

  static final String IMAGE =
      System.getProperty("autoinit.test.postgres.image", "postgres:17-alpine");

  private static final String PASSWORD = "superuser-of-the-tests";
  private static final int INSIDE = 5432;
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final int STOP_SECONDS = 5;

  private final GenericContainer<?> container;
  private final Map<String, String> settings;
  private final int port;
  private boolean created;

  ContainerPostgresServer(Map<String, String> settings) {
    this.settings = settings;
    try {
      // A port of our own choice, so that it is the same after a restart.
      this.port = EmbeddedPostgresServer.freePort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    PortBinding binding = PortBinding.parse(port + ":" + INSIDE);
    this.container =
        new GenericContainer<>(DockerImageName.parse(IMAGE))
            .withEnv("POSTGRES_USER", SUPERUSER)
            .withEnv("POSTGRES_PASSWORD", PASSWORD)
            .withEnv("POSTGRES_DB", SUPERUSER)
            .withExposedPorts(INSIDE)
            .withCreateContainerCmdModifier(
                command ->
                    Objects.requireNonNullElseGet(command.getHostConfig(), HostConfig::new)
                        .withPortBindings(binding))
            .waitingFor(new Unhurried());
  }

  @Override
  public String host() {
    return container.getHost();
  }

  @Override
  public int port() {
    return port;
  }

  @Override
  public String superuserPassword() {
    return PASSWORD;
  }

  @Override
  public synchronized void start() {
    if (created) {
      container.getDockerClient().startContainerCmd(container.getContainerId()).exec();
      awaitConnection();
      return;
    }
    container.start();
    created = true;
    awaitConnection();
    if (!settings.isEmpty()) {
      applySettings();
      stop();
      start();
    }
  }

  private void applySettings() {
    try (Connection connection = connectAsSuperuser(SUPERUSER);
        Statement statement = connection.createStatement()) {
      for (Map.Entry<String, String> setting : settings.entrySet()) {
        statement.execute(
            "ALTER SYSTEM SET %s = '%s'".formatted(setting.getKey(), setting.getValue()));
      }
    } catch (SQLException e) {
      throw new IllegalStateException("The settings " + settings + " were not taken", e);
    }
  }

  /** The engine opens the port before the server does, and some images restart it once. */
  private void awaitConnection() {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try (Connection connection = connectAsSuperuser(SUPERUSER)) {
        if (connection.isValid(5)) {
          return;
        }
      } catch (SQLException e) {
        if (System.nanoTime() > deadline || !container.isRunning()) {
          throw new IllegalStateException(
              "Postgres of the image %s did not come up: %s%n%s"
                  .formatted(IMAGE, e.getMessage(), container.getLogs()),
              e);
        }
      }
      Pause.briefly();
    }
  }

  @Override
  public synchronized void kill() {
    container.getDockerClient().killContainerCmd(container.getContainerId()).exec();
    awaitStopped();
  }

  @Override
  public synchronized void stop() {
    if (!container.isRunning()) {
      return;
    }
    container
        .getDockerClient()
        .stopContainerCmd(container.getContainerId())
        .withTimeout(STOP_SECONDS)
        .exec();
    awaitStopped();
  }

  private void awaitStopped() {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (container.isRunning() && System.nanoTime() < deadline) {
      Pause.briefly();
    }
  }

  @Override
  public void makeStandby() {
    try (Connection connection = connectAsSuperuser(SUPERUSER);
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("SHOW data_directory")) {
      result.next();
      container.execInContainer("touch", result.getString(1) + "/standby.signal");
    } catch (SQLException | IOException e) {
      throw new IllegalStateException("The container did not become a standby", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public String origin() {
    return "the image " + IMAGE;
  }

  @Override
  public synchronized void close() {
    container.stop();
  }

  /** Leaves the waiting to {@link #awaitConnection}. */
  private static final class Unhurried extends AbstractWaitStrategy {
    @Override
    protected void waitUntilReady() {}
  }
}
