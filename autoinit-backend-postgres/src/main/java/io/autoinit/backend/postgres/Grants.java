package io.autoinit.backend.postgres;

import io.autoinit.spi.Finding;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds the GRANT that a user lacks. */
final class Grants {

  /** Asks by catalog, which needs no right; the names come back quoted where they must be. */
  private static final String RIGHTS =
      """
      SELECT quote_ident(current_user), quote_ident(current_database()), quote_ident(%s),
             EXISTS (SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = %s),
             (SELECT has_schema_privilege(oid, 'USAGE') FROM pg_catalog.pg_namespace WHERE nspname = %s),
             (SELECT has_schema_privilege(oid, 'CREATE') FROM pg_catalog.pg_namespace WHERE nspname = %s),
             (SELECT count(*) FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
               WHERE n.nspname = %s AND c.relname IN ('epochs', 'readiness', 'slots', 'markers')),
             has_database_privilege(current_database(), 'CREATE'),
             (SELECT count(*) FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
               WHERE n.nspname = %s AND c.relname IN ('epochs', 'readiness', 'slots', 'markers')
                 AND has_table_privilege(c.oid, 'SELECT') AND has_table_privilege(c.oid, 'INSERT')
                 AND has_table_privilege(c.oid, 'UPDATE') AND has_table_privilege(c.oid, 'DELETE'))
      """;

  private static final int ALL_TABLES = 4;

  private Grants() {}

  static String missing(@Nullable Session session, PostgresSettings settings, String said) {
    if (session == null) {
      return said;
    }
    session.rollback();
    try {
      Way way = way(rights(session, settings));
      return "%s must run: %s%s"
          .formatted(
              way.who(), way.statement(), way.other().map(o -> " (or: " + o + ")").orElse(""));
    } catch (SQLException e) {
      return said;
    }
  }

  /** What the user of a session lacks, asked before anything was refused; empty if nothing. */
  static Optional<Finding> lacking(Session session, PostgresSettings settings) throws SQLException {
    Row row = rights(session, settings);
    boolean schemaIsThere = row.flag(3);
    boolean complete = row.number(6) == ALL_TABLES;
    boolean enough =
        schemaIsThere
            ? row.flag(4) && row.number(8) == row.number(6) && (complete || row.flag(5))
            : row.flag(7);
    if (enough) {
      return Optional.empty();
    }
    Way way = way(row);
    return Optional.of(
        Finding.error(
            "grants",
            "the user %s may not use what is in the schema %s, or make it; %s must grant it"
                .formatted(row.text(0), row.text(2), way.who()),
            way.statement() + ";"));
  }

  private static Row rights(Session session, PostgresSettings settings) throws SQLException {
    String schema = settings.schema();
    return session
        .query(Sql.fill(RIGHTS, schema, schema, schema, schema, schema, schema, schema))
        .orElseThrow();
  }

  /**
   * The way out.
   *
   * @param who may go it
   * @param statement what to run
   * @param other another statement that does
   */
  private record Way(String who, String statement, Optional<String> other) {}

  private static Way way(Row row) {
    String user = row.text(0);
    String schema = row.text(2);
    if (!row.flag(3)) {
      return new Way(
          "a superuser",
          "CREATE SCHEMA %s AUTHORIZATION %s".formatted(schema, user),
          Optional.of("GRANT CREATE ON DATABASE %s TO %s".formatted(row.text(1), user)));
    }
    boolean complete = row.number(6) == ALL_TABLES;
    if (!row.flag(4) || (!complete && !row.flag(5))) {
      return new Way(
          "the schema's owner",
          "GRANT USAGE, CREATE ON SCHEMA %s TO %s".formatted(schema, user),
          Optional.empty());
    }
    return new Way(
        "the tables' owner",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %s TO %s"
            .formatted(schema, user),
        Optional.empty());
  }
}
