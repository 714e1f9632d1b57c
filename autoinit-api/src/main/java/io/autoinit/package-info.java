/**
 * What applications say: steps and their policies, the identities of a run, and the events of a
 * start.
 *
 * <p>Values are records and immutable; every other type states its thread-safety.
 */
@NullMarked
package io.autoinit;

import org.jspecify.annotations.NullMarked;
