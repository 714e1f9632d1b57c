package io.autoinit.tck;

import io.autoinit.spi.BackendProvider;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * The rules that a backend must hold. One subclass for each backend says how to open one more
 * client; the rules come with it.
 *
 * <pre>{@code
 * final class EtcdTckTest extends BackendTck {
 *   protected BackendProvider provider() {
 *     return new EtcdBackendProvider();
 *   }
 *
 *   protected Map<String, String> settings() {
 *     return Map.of("url", server.url());
 *   }
 * }
 * }</pre>
 *
 * <p>Each test takes fresh names, so a store can be shared by all of them and by many runs. What
 * the backend offers (roles, guarantee, durability, reach) is read from the backend itself; a rule
 * that does not apply is skipped with its reason. The names of the tests begin with the id of their
 * rule in the contract.
 *
 * <p>The tests of a class run one after the other and beside no others, also where JUnit is told to
 * run tests in parallel.
 *
 * <p>After each class, {@code target/autoinit-tck/report.md} and {@code report.json} say what
 * became of each rule. The configuration parameter or system property {@code autoinit.tck.report}
 * names another directory, or says {@code off}.
 */
@Execution(ExecutionMode.SAME_THREAD)
@Isolated("faults of the store and the counting of threads would disturb other tests")
@ExtendWith(ConformanceReport.class)
public abstract class BackendTck extends HistoryRules {

  /** For subclasses. */
  protected BackendTck() {}

  /**
   * The provider of the backend.
   *
   * @return a provider; may be a new one at each call
   */
  protected abstract BackendProvider provider();

  /**
   * Settings of one more independent client of the store: all of them see the same data.
   *
   * @return the values by name, as the configuration gives them
   */
  protected abstract Map<String, String> settings();

  /**
   * How the store can be hurt. The standard is not at all, and the rules that need it are skipped.
   *
   * @return the faults that this test class offers
   */
  protected Faults faults() {
    return Faults.none();
  }

  /**
   * Why no other process can reach this store with these settings, if that is so. The standard is
   * that one can, and rules kill and freeze child processes: each is started with the class path of
   * the test, finds the provider there by its type and gets the {@link #settings} by its standard
   * input.
   *
   * @return the reason, for the report; empty if other processes reach the store
   */
  protected Optional<String> whyNoOtherProcess() {
    return Optional.empty();
  }

  /**
   * The version of the store behind the backend, for the report. Asked while the store runs.
   *
   * @return the version, for example {@code PostgreSQL 18.6}; empty if it is not known
   */
  protected Optional<String> storeVersion() {
    return Optional.empty();
  }

  /**
   * Whether a thread is one of the store's own, if the test class runs the store in this JVM: the
   * threads that it starts when it has more to do are not left behind by a client. The standard is
   * that none is.
   *
   * @param thread a thread of this JVM
   * @return whether the store started it
   */
  protected boolean isOfTheStore(Thread thread) {
    return false;
  }

  @Override
  final boolean startedByTheStore(Thread thread) {
    return isOfTheStore(thread);
  }

  @Override
  final Optional<String> versionOfStore() {
    return storeVersion();
  }

  @Override
  final Optional<String> reasonAgainstProcesses() {
    return whyNoOtherProcess();
  }

  @Override
  final BackendProvider backendProvider() {
    return provider();
  }

  @Override
  final Map<String, String> clientSettings() {
    return settings();
  }

  @Override
  final Faults possibleFaults() {
    return faults();
  }
}
