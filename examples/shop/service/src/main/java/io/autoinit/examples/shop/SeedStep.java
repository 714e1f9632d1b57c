package io.autoinit.examples.shop;

import io.autoinit.InitStep;
import io.autoinit.Phase;
import io.autoinit.StepContext;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;

/**
 * Fills the shop with products, in batches. Each batch and the record of how far the seed is are
 * one transaction, so that whoever takes over goes on where the last batch ended.
 */
public final class SeedStep implements InitStep {

  static final String NAME = "seed";
  static final int PRODUCTS = 100_000;

  private static final int BATCH = 1_000;
  private static final int TELL_EVERY = 10_000;

  /** Takes the row for this leader; a leader with a higher token leaves it without a row. */
  private static final String ADVANCE =
      "UPDATE seed_progress SET token = ?, up_to = ? WHERE token <= ?";

  private static final String INSERT =
      """
      INSERT INTO products (id, name, price_cents)
      SELECT n, 'Product ' || n, 100 + (n * 7919) % 9900 FROM generate_series(?, ?) AS n
      ON CONFLICT (id) DO NOTHING""";

  private final ShopSettings settings;

  /** For {@link java.util.ServiceLoader}: reads the settings from the environment. */
  public SeedStep() {
    this(ShopSettings.ofProcess());
  }

  SeedStep(ShopSettings settings) {
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
  public Set<String> after() {
    return Set.of(MigrateStep.NAME);
  }

  @Override
  public void run(StepContext context) throws Exception {
    StepRuns.write(settings, this, context, connection -> seed(connection, context));
  }

  private void seed(Connection connection, StepContext context)
      throws SQLException, InterruptedException {
    int done = upTo(connection);
    if (done > 0) {
      context.progress("goes on after %,d of %,d products".formatted(done, PRODUCTS));
    }
    connection.setAutoCommit(false);
    while (done < PRODUCTS) {
      context.requireHeld();
      insert(connection, context.fencingToken(), done + 1, done + BATCH);
      done += BATCH;
      if (done % TELL_EVERY == 0) {
        context.progress("%,d of %,d products".formatted(done, PRODUCTS));
      }
      Thread.sleep(settings.seedPause().toMillis());
    }
    connection.setAutoCommit(true);
  }

  private static int upTo(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("SELECT up_to FROM seed_progress")) {
      result.next();
      return result.getInt(1);
    }
  }

  private static void insert(Connection connection, long token, int first, int last)
      throws SQLException {
    try (PreparedStatement advance = connection.prepareStatement(ADVANCE);
        PreparedStatement insert = connection.prepareStatement(INSERT)) {
      advance.setLong(1, token);
      advance.setInt(2, last);
      advance.setLong(3, token);
      if (advance.executeUpdate() == 0) {
        throw new SQLException("A newer leader has taken over the seed; this one stops");
      }
      insert.setInt(1, first);
      insert.setInt(2, last);
      insert.executeUpdate();
      connection.commit();
    }
  }
}
