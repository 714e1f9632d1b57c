/** Fleets that start at once, measured from the end of the work to the last node that goes on. */
@NullMarked
package io.autoinit.benchmarks;

import org.jspecify.annotations.NullMarked;
