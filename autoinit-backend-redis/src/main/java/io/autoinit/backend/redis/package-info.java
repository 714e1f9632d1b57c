/** Locks, readiness (the signal) and markers in Redis. */
@NullMarked
package io.autoinit.backend.redis;

import org.jspecify.annotations.NullMarked;
