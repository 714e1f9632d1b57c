package io.autoinit.backend.postgres;

import java.sql.SQLException;
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
               WHERE n.nspname = %s AND c.relname IN ('epochs', 'readiness', 'slots', 'markers'))
      """;

  private static final int ALL_TABLES = 4;

  private Grants() {}

  static String missing(@Nullable Session session, PostgresSettings settings, String said) {
    if (session == null) {
      return said;
    }
    String schema = settings.schema();
    session.rollback();
    try {
      Row row =
          session
              .query(Sql.fill(RIGHTS, schema, schema, schema, schema, schema, schema))
              .orElseThrow();
      return advice(row);
    } catch (SQLException e) {
      return said;
    }
  }

  private static String advice(Row row) {
    String user = row.text(0);
    String schema = row.text(2);
    if (!row.flag(3)) {
      return "a superuser must run: CREATE SCHEMA %s AUTHORIZATION %s (or: GRANT CREATE ON DATABASE %s TO %s)"
          .formatted(schema, user, row.text(1), user);
    }
    boolean complete = row.number(6) == ALL_TABLES;
    if (!row.flag(4) || (!complete && !row.flag(5))) {
      return "the schema's owner must run: GRANT USAGE, CREATE ON SCHEMA %s TO %s"
          .formatted(schema, user);
    }
    return "the tables' owner must run: GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %s TO %s"
        .formatted(schema, user);
  }
}
