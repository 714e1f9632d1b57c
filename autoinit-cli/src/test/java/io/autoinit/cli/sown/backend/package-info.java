/** Violations sown on purpose. */
@NullMarked
package io.autoinit.cli.sown.backend;

import org.jspecify.annotations.NullMarked;
