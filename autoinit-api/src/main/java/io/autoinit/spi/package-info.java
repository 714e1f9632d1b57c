/**
 * What backends say: a {@link io.autoinit.spi.BackendProvider} is found by {@link
 * java.util.ServiceLoader}, opens a {@link io.autoinit.spi.Backend} and hands out its facets:
 * {@link io.autoinit.spi.LockProvider}, {@link io.autoinit.spi.ReadinessStore} and {@link
 * io.autoinit.spi.MarkerStore}.
 *
 * <p>Each promise carries the id of a rule of the contract ({@code LOCK-1}, {@code READY-2}, ...)
 * that the compatibility kit, {@code autoinit-tck}, tests on any backend. Later releases add to
 * these types only {@code default} methods with a correct, weaker meaning.
 */
@NullMarked
package io.autoinit.spi;

import org.jspecify.annotations.NullMarked;
