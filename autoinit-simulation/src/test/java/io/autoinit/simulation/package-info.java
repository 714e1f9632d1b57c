/** Whole fleets of the real protocol on virtual time, with faults that a seed chooses. */
@NullMarked
package io.autoinit.simulation;

import org.jspecify.annotations.NullMarked;
