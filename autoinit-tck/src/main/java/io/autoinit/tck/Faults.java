package io.autoinit.tck;

import io.autoinit.spi.Backend;
import io.autoinit.spi.LockName;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/**
 * How a test class hurts its store. Begin with {@link #none} and add what the store can bear:
 *
 * <pre>{@code
 * Faults.none()
 *     .network(server.host(), server.port(), port -> Map.of("url", "etcd://127.0.0.1:" + port))
 *     .refused("password", Map.of("url", server.url(), "password", "wrong"))
 *     .restart(server::restart);
 * }</pre>
 *
 * <p>Each fault is optional: rules that need one which is not offered are shown as skipped with
 * that reason, or with the one that {@link #noOthers} gives. Faults are called by one thread at a
 * time. Immutable.
 */
public final class Faults {

  /**
   * The network between clients and store.
   *
   * @param host where the store listens
   * @param port where the store listens
   * @param settings of a client that connects to a port of 127.0.0.1
   */
  record Network(String host, int port, IntFunction<Map<String, String>> settings) {}

  /**
   * What the store refuses for good.
   *
   * @param setting the one that is wrong
   * @param settings of a client
   */
  record Refused(String setting, Map<String, String> settings) {}

  private static final Faults NONE =
      new Faults(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());

  private final Optional<Network> network;
  private final Optional<Map<String, String>> unreachable;
  private final Optional<Refused> refused;
  private final Optional<Consumer<Backend>> abandon;
  private final Optional<Consumer<LockName>> revoke;
  private final Optional<Runnable> flush;
  private final Optional<Runnable> restart;
  private final Optional<String> whyNoOthers;

  private Faults(
      Optional<Network> network,
      Optional<Map<String, String>> unreachable,
      Optional<Refused> refused,
      Optional<Consumer<Backend>> abandon,
      Optional<Consumer<LockName>> revoke,
      Optional<Runnable> flush,
      Optional<Runnable> restart,
      Optional<String> whyNoOthers) {
    this.network = network;
    this.unreachable = unreachable;
    this.refused = refused;
    this.abandon = abandon;
    this.revoke = revoke;
    this.flush = flush;
    this.restart = restart;
    this.whyNoOthers = whyNoOthers;
  }

  /**
   * No faults at all.
   *
   * @return the beginning of every other set of faults
   */
  public static Faults none() {
    return NONE;
  }

  /**
   * The store listens on a TCP port: the kit puts a {@link TcpProxy} before it, which cuts, loses
   * and holds what clients and store say to each other. For LOCK-4 to LOCK-6, LOCK-11, READY-2,
   * READY-5, BACKEND-2, BACKEND-3, BACKEND-5 and BACKEND-10.
   *
   * @param host where the store listens
   * @param port where the store listens
   * @param settings complete settings of a client that connects to a port of 127.0.0.1 in place of
   *     that; a connect timeout of a second or two keeps the kit quick
   * @return these faults and this one
   */
  public Faults network(String host, int port, IntFunction<Map<String, String>> settings) {
    Optional<Network> added = Optional.of(new Network(host, port, settings));
    return new Faults(added, unreachable, refused, abandon, revoke, flush, restart, whyNoOthers);
  }

  /**
   * Settings of an address at which no store answers, for BACKEND-3, BACKEND-7 and BACKEND-10. A
   * store with a {@link #network} needs none.
   *
   * @param settings complete settings of a client
   * @return these faults and this one
   */
  public Faults unreachable(Map<String, String> settings) {
    Optional<Map<String, String>> added = Optional.of(settings);
    return new Faults(network, added, refused, abandon, revoke, flush, restart, whyNoOthers);
  }

  /**
   * Settings that the store refuses for good, for BACKEND-3: a wrong password.
   *
   * @param setting the name of the setting that is wrong, which the error must name
   * @param settings complete settings of a client
   * @return these faults and this one
   */
  public Faults refused(String setting, Map<String, String> settings) {
    Optional<Refused> added = Optional.of(new Refused(setting, settings));
    return new Faults(network, unreachable, added, abandon, revoke, flush, restart, whyNoOthers);
  }

  /**
   * Ends a client as SIGKILL would, without any goodbye to the store, for LOCK-5.
   *
   * @param fault does it to a client that the kit opened
   * @return these faults and this one
   */
  public Faults abandon(Consumer<Backend> fault) {
    Optional<Consumer<Backend>> added = Optional.of(fault);
    return new Faults(network, unreachable, refused, added, revoke, flush, restart, whyNoOthers);
  }

  /**
   * Makes the store take a lock from its holder, as when a session expires, for LOCK-6.
   *
   * @param fault does it to a lock
   * @return these faults and this one
   */
  public Faults revoke(Consumer<LockName> fault) {
    Optional<Consumer<LockName>> added = Optional.of(fault);
    return new Faults(network, unreachable, refused, abandon, added, flush, restart, whyNoOthers);
  }

  /**
   * Makes the store lose all its data while it runs, for LOCK-2.
   *
   * @param fault does it
   * @return these faults and this one
   */
  public Faults flush(Runnable fault) {
    Optional<Runnable> added = Optional.of(fault);
    return new Faults(network, unreachable, refused, abandon, revoke, added, restart, whyNoOthers);
  }

  /**
   * Restarts the store, for LOCK-2, READY-7 and BACKEND-5.
   *
   * @param fault does it; when it returns, the store answers again
   * @return these faults and this one
   */
  public Faults restart(Runnable fault) {
    Optional<Runnable> added = Optional.of(fault);
    return new Faults(network, unreachable, refused, abandon, revoke, flush, added, whyNoOthers);
  }

  /**
   * Says why there are no other faults, so that a reader of the report need not ask.
   *
   * @param reason a clause, for example {@code there is no server that could be restarted}
   * @return these faults, with the reason
   */
  public Faults noOthers(String reason) {
    return new Faults(
        network, unreachable, refused, abandon, revoke, flush, restart, Optional.of(reason));
  }

  Optional<String> whyNoOthers() {
    return whyNoOthers;
  }

  Optional<Network> network() {
    return network;
  }

  Optional<Map<String, String>> unreachable() {
    return unreachable;
  }

  Optional<Refused> refused() {
    return refused;
  }

  Optional<Consumer<Backend>> abandon() {
    return abandon;
  }

  Optional<Consumer<LockName>> revoke() {
    return revoke;
  }

  Optional<Runnable> flush() {
    return flush;
  }

  Optional<Runnable> restart() {
    return restart;
  }
}
