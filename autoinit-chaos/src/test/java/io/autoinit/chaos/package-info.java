/**
 * Fleets of JVMs on real servers, with faults injected at points that a seed chooses, and a checker
 * of what they wrote down that knows nothing of the protocol.
 */
@NullMarked
package io.autoinit.chaos;

import org.jspecify.annotations.NullMarked;
