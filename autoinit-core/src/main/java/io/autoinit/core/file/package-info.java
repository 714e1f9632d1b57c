/**
 * The built-in backend: locks, readiness and markers in one directory, for one machine or for the
 * containers that share a volume.
 */
@NullMarked
package io.autoinit.core.file;

import org.jspecify.annotations.NullMarked;
