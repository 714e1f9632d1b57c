package io.autoinit.chaos;

import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendConfig;
import io.autoinit.spi.BackendProvider;
import io.autoinit.spi.Role;
import io.autoinit.spi.Setting;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;

/** The real providers under other types, so that a node can be told to use the watched ones. */
abstract class WatchedProvider implements BackendProvider {

  /** What the type of a watched backend begins with. */
  static final String PREFIX = "watched-";

  private final String realType;

  WatchedProvider(String realType) {
    this.realType = realType;
  }

  /** Postgres. */
  public static final class Postgres extends WatchedProvider {
    /** For {@link ServiceLoader}. */
    public Postgres() {
      super("postgres");
    }
  }

  /** Redis. */
  public static final class Redis extends WatchedProvider {
    /** For {@link ServiceLoader}. */
    public Redis() {
      super("redis");
    }
  }

  /** Files. */
  public static final class Files extends WatchedProvider {
    /** For {@link ServiceLoader}. */
    public Files() {
      super("file");
    }
  }

  /** ZooKeeper. */
  public static final class ZooKeeper extends WatchedProvider {
    /** For {@link ServiceLoader}. */
    public ZooKeeper() {
      super("zookeeper");
    }
  }

  /** Hazelcast. */
  public static final class Grid extends WatchedProvider {
    /** For {@link ServiceLoader}. */
    public Grid() {
      super("hazelcast");
    }
  }

  /** The provider as it is released. */
  static BackendProvider real(String type) {
    return ServiceLoader.load(BackendProvider.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(provider -> provider.type().equals(type))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no backend of type " + type));
  }

  @Override
  public String type() {
    return PREFIX + realType;
  }

  @Override
  public Set<Role> roles() {
    return real(realType).roles();
  }

  @Override
  public List<Setting> settings() {
    return real(realType).settings();
  }

  @Override
  public List<String> problems(BackendConfig config) {
    return real(realType).problems(config);
  }

  @Override
  public Backend open(BackendConfig config) {
    return new Watched(
        config.instance(), real(realType).open(config), Node.scribe(), Node.points());
  }
}
