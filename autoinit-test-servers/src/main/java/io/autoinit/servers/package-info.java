/**
 * Real Postgres and Redis servers for tests and examples: from a Docker engine or from packaged
 * binaries. Not released.
 */
@NullMarked
package io.autoinit.servers;

import org.jspecify.annotations.NullMarked;
