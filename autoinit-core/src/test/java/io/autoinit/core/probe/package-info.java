/** Tests of the probes. */
@NullMarked
package io.autoinit.core.probe;

import org.jspecify.annotations.NullMarked;
