/** Violations sown on purpose. */
@NullMarked
package io.autoinit.cli.sown.util;

import org.jspecify.annotations.NullMarked;
