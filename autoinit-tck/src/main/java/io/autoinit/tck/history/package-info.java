/**
 * What many holders of locks did, moment by moment, and whether the locks kept their promises in
 * it. Knows no backend: a history may come from the kit, from a fleet or from a file.
 */
@NullMarked
package io.autoinit.tck.history;

import org.jspecify.annotations.NullMarked;
