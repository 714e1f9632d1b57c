/**
 * The compatibility kit that any backend must pass, and the in-memory backend for tests of users.
 */
@NullMarked
package io.autoinit.tck;

import org.jspecify.annotations.NullMarked;
