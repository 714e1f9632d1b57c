/** Violations sown on purpose. */
@NullMarked
package io.autoinit.cli.sown;

import org.jspecify.annotations.NullMarked;
