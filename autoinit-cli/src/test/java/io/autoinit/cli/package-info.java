/** Tests of the autoinit command. */
@NullMarked
package io.autoinit.cli;

import org.jspecify.annotations.NullMarked;
