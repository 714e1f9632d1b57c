package io.autoinit.examples.shop;

import io.autoinit.InitStep;
import io.autoinit.Phase;
import io.autoinit.StepContext;
import java.sql.SQLException;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.output.MigrateResult;

/** Brings the schema up to date, with Flyway. */
public final class MigrateStep implements InitStep {

  static final String NAME = "migrate";

  private final ShopSettings settings;

  /** For {@link java.util.ServiceLoader}: reads the settings from the environment. */
  public MigrateStep() {
    this(ShopSettings.ofProcess());
  }

  MigrateStep(ShopSettings settings) {
    this.settings = settings;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Phase phase() {
    return Phase.INFRASTRUCTURE;
  }

  @Override
  public void run(StepContext context) throws Exception {
    StepRuns.create(settings.database());
    StepRuns.write(
        settings,
        this,
        context,
        connection -> {
          MigrateResult result = migrate();
          context.progress(
              "%d migrations applied, the schema is at version %s"
                  .formatted(result.migrationsExecuted, version(result)));
        });
  }

  /** Flyway names a target only where there was something to do. */
  private static String version(MigrateResult result) {
    return result.migrationsExecuted == 0
        ? result.initialSchemaVersion
        : result.targetSchemaVersion;
  }

  private MigrateResult migrate() throws SQLException {
    Database database = settings.database();
    try {
      return Flyway.configure()
          .dataSource(database.url(), database.user(), database.password())
          .locations(settings.migrations().toArray(String[]::new))
          .load()
          .migrate();
    } catch (FlywayException e) {
      throw sentence(e);
    }
  }

  /** Flyway says much over many lines; the fleet is told the first line and what Postgres said. */
  private static SQLException sentence(FlywayException failure) {
    String what = firstLine(failure);
    for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql) {
        return new SQLException(
            "%s: %s (SQLSTATE %s)".formatted(what, firstLine(sql), sql.getSQLState()), failure);
      }
    }
    return new SQLException(what, failure);
  }

  private static String firstLine(Throwable failure) {
    return String.valueOf(failure.getMessage()).lines().findFirst().orElse("no reason given");
  }
}
