/** Violations sown on purpose. */
@NullMarked
package io.autoinit.cli.sown.core;

import org.jspecify.annotations.NullMarked;
