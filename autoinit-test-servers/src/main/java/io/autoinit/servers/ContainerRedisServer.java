package io.autoinit.servers;

import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.PortBinding;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.DockerImageName;

/**
 * Redis in a container of any image with the interface of the official one: {@code redis-server}
 * takes the path of a configuration file, and listens on 6379.
 */
final class ContainerRedisServer implements RedisServer {

  static final String IMAGE = System.getProperty("autoinit.test.redis.image", "redis:7-alpine");

  private static final String CONFIG = "/tmp/autoinit-redis.conf";
  private static final int INSIDE = 6379;
  private static final int READABLE = 0644;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int STOP_SECONDS = 5;

  private final GenericContainer<?> container;
  private final int port;
  private boolean created;

  ContainerRedisServer(List<String> config) {
    try {
      // A port of our own choice, so that it is the same after a restart.
      this.port = EmbeddedPostgresServer.freePort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<String> lines =
        new ArrayList<>(List.of("port " + INSIDE, "protected-mode no", "save \"\"", "dir /tmp"));
    lines.addAll(config);
    PortBinding binding = PortBinding.parse(port + ":" + INSIDE);
    this.container =
        new GenericContainer<>(DockerImageName.parse(IMAGE))
            .withCopyToContainer(Transferable.of(String.join("\n", lines) + "\n", READABLE), CONFIG)
            .withCommand("redis-server", CONFIG)
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
  public synchronized void start() {
    if (created) {
      container.getDockerClient().startContainerCmd(container.getContainerId()).exec();
    } else {
      container.start();
      created = true;
    }
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!answers()) {
      if (!container.isRunning() || System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "Redis of the image %s did not come up:%n%s".formatted(IMAGE, container.getLogs()));
      }
      Pause.briefly();
    }
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

  @Override
  public synchronized void kill() {
    if (!container.isRunning()) {
      return;
    }
    container.getDockerClient().killContainerCmd(container.getContainerId()).exec();
    awaitStopped();
  }

  private void awaitStopped() {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (container.isRunning() && System.nanoTime() < deadline) {
      Pause.briefly();
    }
  }

  @Override
  public void pause() {
    container.getDockerClient().pauseContainerCmd(container.getContainerId()).exec();
  }

  @Override
  public void resume() {
    container.getDockerClient().unpauseContainerCmd(container.getContainerId()).exec();
  }

  @Override
  public String origin() {
    return "the image " + IMAGE;
  }

  @Override
  public synchronized void close() {
    container.stop();
  }

  /** Leaves the waiting to {@link #start}. */
  private static final class Unhurried extends AbstractWaitStrategy {
    @Override
    protected void waitUntilReady() {}
  }
}
