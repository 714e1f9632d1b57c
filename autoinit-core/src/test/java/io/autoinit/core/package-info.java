/** Tests of the facade. */
@NullMarked
package io.autoinit.core;

import org.jspecify.annotations.NullMarked;
