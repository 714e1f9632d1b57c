/** Locks, readiness (the ledger) and markers in PostgreSQL. */
@NullMarked
package io.autoinit.backend.postgres;

import org.jspecify.annotations.NullMarked;
