package io.autoinit.spi;

import java.util.List;
import java.util.Set;

/**
 * What {@link java.util.ServiceLoader} finds: the one type that a backend's module provides. It
 * makes backends of one type and does nothing else (BACKEND-1). Loading the provider must not load
 * the client library.
 */
public interface BackendProvider {

  /**
   * The type by which the configuration names this backend, for example {@code redis}.
   *
   * @return a name of the form {@code [a-z][a-z0-9-]*}, unique on the class path
   */
  String type();

  /**
   * What backends of this type offer. Known without opening one, so that roles are given out, and
   * mistakes found, before any store is touched.
   *
   * @return the roles; {@link Backend} has the facet of each of them, and no other
   */
  Set<Role> roles();

  /**
   * The settings that a backend of this type takes. Any other is refused with the nearest right
   * name (BACKEND-4), and each has its environment name by rule.
   *
   * @return the settings, in the order in which documentation shows them
   */
  default List<Setting> settings() {
    return List.of();
  }

  /**
   * Looks at settings that {@link Setting.Kind} cannot judge alone, for example a URL for another
   * database. Called at start for every configured instance, so it touches no store and loads no
   * client library.
   *
   * @param config the settings of one instance, each legal by its kind
   * @return one sentence for each problem, naming the setting as {@link BackendConfig#key} does,
   *     with the way out and without secrets; empty if there is none. Of two settings that exclude
   *     each other it names both and ends with {@code take one of them away}: whoever reads the
   *     settings adds where they come from, and which of them came last
   */
  default List<String> problems(BackendConfig config) {
    return List.of();
  }

  /**
   * Opens a backend. Called lazily, at first use, at most once for each configured instance. It may
   * connect, or leave that to the first operation.
   *
   * @param config the settings of the instance, without problems
   * @return the backend, to be closed by the caller
   * @throws BackendUnavailableException if the store does not answer
   * @throws BackendRefusedException if the store refuses, for example the credentials
   */
  Backend open(BackendConfig config);

  /**
   * Opens a backend for a process that takes no part: one that only looks, waits for others, or
   * changes something by hand, and may end at any moment. All facets work as after {@link #open},
   * but nothing of the fleet may rest on this process where a process can be a part of the store
   * (BACKEND-8).
   *
   * @param config the settings of the instance, without problems
   * @return the backend, to be closed by the caller; the default opens it as any other
   * @throws BackendUnavailableException if the store does not answer
   * @throws BackendRefusedException if the store refuses, for example the credentials
   */
  default Backend openAside(BackendConfig config) {
    return open(config);
  }
}
