/** Violations sown on purpose. */
@NullMarked
package io.autoinit.cli.sown.tck;

import org.jspecify.annotations.NullMarked;
