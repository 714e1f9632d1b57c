/** Probes for orchestrators: a listener that keeps what it hears, and a small server. */
@NullMarked
package io.autoinit.core.probe;

import org.jspecify.annotations.NullMarked;
