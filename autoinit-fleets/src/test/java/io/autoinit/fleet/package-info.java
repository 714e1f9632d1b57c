/** Fleets of whole nodes, in one JVM, on real servers. */
@NullMarked
package io.autoinit.fleet;

import org.jspecify.annotations.NullMarked;
