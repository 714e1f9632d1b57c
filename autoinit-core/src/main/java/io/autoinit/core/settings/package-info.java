/**
 * The one reader of all settings: files, environment, system properties and the command line become
 * {@link io.autoinit.core.settings.Settings}, or one exception with every problem.
 */
@NullMarked
package io.autoinit.core.settings;

import org.jspecify.annotations.NullMarked;
