package io.autoinit.core;

import io.autoinit.InitListener;
import io.autoinit.InitStep;
import io.autoinit.InterruptedStartException;
import io.autoinit.Phase;
import io.autoinit.core.settings.HostName;
import io.autoinit.core.settings.SettingSources;
import io.autoinit.spi.LockName;
import io.autoinit.spi.Observed;
import io.autoinit.spi.Readiness;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The start of one member of a fleet. Made by {@link #builder()}; owns the backends that it opened
 * until {@link #close()}.
 *
 * <p>One deadline, {@code autoinit.timeout} after the first phase is called, bounds all waiting of
 * one instance; each question of who only looks, or changes something by hand, has as long. A store
 * that takes longer is given up as one that does not answer. The phases are called by one thread;
 * {@link #close()} by any.
 */
public final class AutoInit implements AutoCloseable {

  private final Phases phases;
  private final Backends backends;
  private final Assembly.ProbePort probes;
  private @Nullable Statuses statuses;

  AutoInit(Phases phases, Backends backends, Assembly.ProbePort probes) {
    this.phases = phases;
    this.backends = backends;
    this.probes = probes;
  }

  /**
   * Begins to say what starts, and how.
   *
   * @return a builder that reads the settings where the command reads them
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Runs the infrastructure phase, or waits until another member of the fleet has.
   *
   * @return what this process did
   * @throws io.autoinit.AutoInitException if the phase did not end well; the subclass says how
   */
  public Outcome infrastructure() {
    return outcome(Phase.INFRASTRUCTURE);
  }

  /**
   * Waits until the infrastructure phase is done, then runs the node phase, or waits until another
   * member of the node has.
   *
   * @return what this process did
   * @throws io.autoinit.AutoInitException if the phase did not end well; the subclass says how
   */
  public Outcome node() {
    phases.requireMarking();
    return outcome(Phase.NODE);
  }

  /**
   * Runs both phases. Nothing runs where the marker of the node may not be written in the end.
   *
   * @return what this process did, the infrastructure phase first
   * @throws io.autoinit.AutoInitException if a phase did not end well; the subclass says how
   */
  public List<Outcome> run() {
    phases.requireMarking();
    return List.of(infrastructure(), outcome(Phase.NODE));
  }

  /**
   * Waits until this run is READY, without taking part: no step runs, no lock is taken, nothing is
   * recorded. For whatever starts beside the fleet and needs its infrastructure.
   *
   * @throws io.autoinit.StepFailedException if the leader fails meanwhile
   * @throws io.autoinit.StartTimeoutException if the run is not READY before the deadline
   * @throws io.autoinit.spi.BackendUnavailableException if no store answered until then
   */
  public void awaitReady() {
    try {
      phases.awaitReady();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedStartException("The wait for READY was interrupted", e);
    }
  }

  /**
   * What the fleet knows of this run.
   *
   * @return the record of readiness, from the ledger if the signal has none; empty if there is none
   */
  public Optional<Observed<Readiness>> readiness() {
    return phases.byHand().check();
  }

  /**
   * Declares this run READY by hand, under the infrastructure lock, without running its steps.
   *
   * @return false if it was READY already
   * @throws io.autoinit.StartTimeoutException if somebody holds the lock
   */
  public boolean setReady() {
    try {
      return phases.byHand().set();
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /**
   * Takes the readiness of this run back, so that the next start runs the infrastructure phase
   * again.
   *
   * @return false if there was none
   */
  public boolean clearReady() {
    return phases.byHand().clear();
  }

  /**
   * The same, unless the run has changed since somebody looked at it: then nothing is changed. What
   * changes between this second look and the clearing is cleared all the same; that is a moment.
   *
   * @param shown what was seen, as {@link #status} told it
   * @return false if there was none, then as now
   * @throws io.autoinit.StartTimeoutException if it is another record by now
   */
  public boolean clearReady(RunStatus shown) {
    statuses().requireUnchanged(shown);
    return clearReady();
  }

  /**
   * What the stores tell of this run. Changes nothing. May be asked once a second: what costs more
   * than one query is then read again every few seconds.
   *
   * @return what is known now
   * @throws io.autoinit.spi.BackendUnavailableException if no store that records the run answers
   */
  public RunStatus status() {
    return statuses().look();
  }

  /**
   * What the stores tell of all runs of this application, whatever the run id of this start is.
   * Changes nothing.
   *
   * @return what is known now
   * @throws io.autoinit.spi.BackendUnavailableException if no store that records runs answers
   * @throws io.autoinit.spi.BackendRefusedException if none of them can list its runs
   */
  public Runs runs() {
    return statuses().runs();
  }

  /**
   * Who holds the infrastructure lock of this application, whatever run it is for.
   *
   * @return the holder; empty if nobody holds the lock or its store cannot tell
   * @throws io.autoinit.spi.BackendUnavailableException if the store of the lock does not answer
   */
  public Optional<LockHolder> lockHolder() {
    return statuses().lockHolder();
  }

  /**
   * The infrastructure lock of this application; no store is asked.
   *
   * @return its name
   */
  public LockName lock() {
    return statuses().name();
  }

  /**
   * Takes the infrastructure lock from a holder that is stuck: its lease is lost for ever, so it
   * stops its step as soon as it notices, and its records are refused once its successor wrote. Who
   * holds the lock by now keeps it if it is another.
   *
   * @param held the holder, as {@link #lockHolder} told it
   * @return whether the lock was taken from it; false if it does not hold it any more, or if the
   *     store takes no lock from a holder that lives
   * @throws io.autoinit.spi.BackendUnavailableException if the store of the lock does not answer
   */
  public boolean unlock(LockHolder held) {
    return statuses().unlock(held);
  }

  private Statuses statuses() {
    phases.beginLook();
    if (statuses == null) {
      statuses = phases.statuses();
    }
    return statuses;
  }

  /**
   * What a start would do now: which steps in which order, and why each would run or be skipped.
   * Changes nothing and takes no lock.
   *
   * @return the steps of both phases
   * @throws io.autoinit.spi.BackendUnavailableException if a store that decides does not answer
   */
  public Plan plan() {
    return phases.plan();
  }

  private Outcome outcome(Phase phase) {
    probes.open();
    try {
      return phases.run(phase);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static InterruptedStartException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new InterruptedStartException("The start was interrupted and holds no lock", e);
  }

  /** Ends what this instance opened and releases what it holds. Idempotent. */
  @Override
  public void close() {
    try {
      backends.close();
    } finally {
      probes.close();
    }
  }

  /** Says what starts, and how. Not safe for use by several threads. */
  public static final class Builder {

    private final List<InitStep> steps = new ArrayList<>();
    private final List<InitListener> listeners = new ArrayList<>();
    private final List<SettingSources.Explicit> explicit = new ArrayList<>();
    private @Nullable Path config;
    private Map<String, String> environment = System.getenv();
    private @Nullable Properties properties;
    private boolean discoversSteps = true;
    private boolean runsSteps = true;
    private @Nullable IntConsumer halt;

    private Builder() {}

    /**
     * Adds a step.
     *
     * @param step the step
     * @return this
     */
    public Builder step(InitStep step) {
      steps.add(step);
      return this;
    }

    /**
     * Adds a listener.
     *
     * @param listener the listener
     * @return this
     */
    public Builder listener(InitListener listener) {
      listeners.add(listener);
      return this;
    }

    /**
     * Sets a value, over all other sources.
     *
     * @param setting the full name, for example {@code autoinit.run-id}
     * @param value the value
     * @param source what an error message calls the source, for example {@code --run-id}
     * @return this
     */
    public Builder set(String setting, String value, String source) {
      explicit.add(new SettingSources.Explicit(setting, value, source));
      return this;
    }

    /**
     * Names the configuration file, in place of {@code AUTOINIT_CONFIG} and of {@code
     * autoinit.conf} in the working directory.
     *
     * @param file a HOCON file, which must exist
     * @return this
     */
    public Builder config(Path file) {
      config = file;
      return this;
    }

    /**
     * Takes other environment variables than those of the process.
     *
     * @param environment the variables
     * @return this
     */
    public Builder environment(Map<String, String> environment) {
      this.environment = Map.copyOf(environment);
      return this;
    }

    /**
     * Takes other system properties than those of the process.
     *
     * @param properties the properties
     * @return this
     */
    public Builder systemProperties(Properties properties) {
      this.properties = properties;
      return this;
    }

    /**
     * Leaves out the steps that {@link java.util.ServiceLoader} finds.
     *
     * @return this
     */
    public Builder withoutDiscoveredSteps() {
      discoversSteps = false;
      return this;
    }

    /**
     * Says that no phase will be called here, only what looks, waits or sets by hand: then the
     * programs of command steps need not be where this runs.
     *
     * @return this
     */
    public Builder withoutRunningSteps() {
      runsSteps = false;
      return this;
    }

    /**
     * What to do when a step that must stop does not: the command halts the JVM, which is the only
     * way to be sure. Without one, the phase waits for the step before it releases the lock, and
     * after a lost lease fails without waiting.
     *
     * @param halt called with the exit code
     * @return this
     */
    public Builder halt(IntConsumer halt) {
      this.halt = halt;
      return this;
    }

    /**
     * Looks at the whole set-up in place of starting: the settings, and every configured store.
     * Changes nothing. A store that is away hides nothing of the others, and what is wrong with the
     * settings is among what is found.
     *
     * @return what was found
     * @throws io.autoinit.ConfigurationException if the configuration file cannot be read at all
     */
    public Diagnosis diagnose() {
      return Doctor.examine(
          Assembly.sources(
              Optional.ofNullable(config),
              environment,
              SettingSources.texts(properties == null ? System.getProperties() : properties),
              explicit,
              true,
              Assembly.client(HostName.of(environment))),
          steps,
          discoversSteps);
    }

    /**
     * Reads the settings and checks everything that can be checked without a store.
     *
     * @return the start, with no backend opened yet
     * @throws io.autoinit.ConfigurationException with every problem found
     */
    public AutoInit build() {
      Assembly assembly =
          new Assembly(
              Optional.ofNullable(config),
              environment,
              SettingSources.texts(properties == null ? System.getProperties() : properties),
              explicit,
              steps,
              discoversSteps,
              runsSteps,
              listeners,
              Optional.ofNullable(halt));
      return assembly.start();
    }
  }
}
