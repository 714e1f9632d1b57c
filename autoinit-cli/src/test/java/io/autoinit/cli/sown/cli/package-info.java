/** Violations sown on purpose. */
@NullMarked
package io.autoinit.cli.sown.cli;

import org.jspecify.annotations.NullMarked;
