package io.autoinit.servers;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.testcontainers.DockerClientFactory;

/**
 * Where test servers come from. The system property {@value #PROPERTY} chooses: {@code docker},
 * {@code embedded}, or {@code auto}, which is the standard.
 */
public enum ServerChoice {
  /** Containers of a Docker engine. */
  DOCKER,
  /** Packaged binaries, started on this machine. */
  EMBEDDED;

  /** The system property that chooses. */
  public static final String PROPERTY = "autoinit.test.servers";

  private static final Logger LOG = LoggerFactory.getLogger(ServerChoice.class);

  /**
   * The choice for this JVM, made once.
   *
   * @return where servers come from
   * @throws IllegalStateException if {@code docker} is wanted and no engine answers
   */
  public static ServerChoice current() {
    return Made.CHOICE;
  }

  /**
   * Whether a server that cannot be had from Docker may come from the packaged binaries instead.
   *
   * @return true under {@code auto}
   */
  static boolean isFree() {
    return wanted().equals("auto");
  }

  private static String wanted() {
    return System.getProperty(PROPERTY, "auto").toLowerCase(Locale.ROOT);
  }

  static ServerChoice make(String wanted) {
    return switch (wanted) {
      case "embedded" -> EMBEDDED;
      case "auto" -> engineAnswers() ? DOCKER : EMBEDDED;
      case "docker" -> {
        if (engineAnswers()) {
          yield DOCKER;
        }
        throw new IllegalStateException(
            "No Docker engine answers, but -D%s=docker asks for one: start it, set DOCKER_HOST, or use embedded or auto"
                .formatted(PROPERTY));
      }
      default ->
          throw new IllegalStateException(
              "-D%s=%s is unknown: use docker, embedded or auto".formatted(PROPERTY, wanted));
    };
  }

  private static boolean engineAnswers() {
    // Testcontainers takes its time and logs errors where there is nothing to find.
    return engineIsConfigured() && DockerClientFactory.instance().isDockerAvailable();
  }

  private static boolean engineIsConfigured() {
    Path home = Path.of(System.getProperty("user.home"));
    Stream<Path> places =
        Stream.concat(
            Stream.of(
                Path.of("/var/run/docker.sock"),
                home.resolve(".docker/run/docker.sock"),
                home.resolve(".docker/desktop/docker.sock"),
                home.resolve(".testcontainers.properties")),
            Optional.ofNullable(System.getenv("XDG_RUNTIME_DIR"))
                .map(dir -> Path.of(dir, "docker.sock"))
                .stream());
    return System.getenv("DOCKER_HOST") != null || places.anyMatch(Files::exists);
  }

  /** Holds the choice, so that a failure to make it is thrown again at every use. */
  private static final class Made {
    static final ServerChoice CHOICE = choose();

    private static ServerChoice choose() {
      String wanted = wanted();
      ServerChoice choice = make(wanted);
      LOG.info(
          "Test servers come from {} (-D{}={})",
          choice == DOCKER ? "the Docker engine" : "packaged binaries",
          PROPERTY,
          wanted);
      return choice;
    }
  }
}
