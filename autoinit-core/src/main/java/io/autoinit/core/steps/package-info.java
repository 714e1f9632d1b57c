/** The order of steps, and steps that are commands. */
@NullMarked
package io.autoinit.core.steps;

import org.jspecify.annotations.NullMarked;
