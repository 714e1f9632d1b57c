/** Tests of the built-in backend. */
@NullMarked
package io.autoinit.core.file;

import org.jspecify.annotations.NullMarked;
