/** The example, run. */
@NullMarked
package io.autoinit.examples.library;

import org.jspecify.annotations.NullMarked;
