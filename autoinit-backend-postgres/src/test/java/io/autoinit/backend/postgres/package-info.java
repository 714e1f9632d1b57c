/** The Postgres backend against real servers. */
@NullMarked
package io.autoinit.backend.postgres;

import org.jspecify.annotations.NullMarked;
