package io.autoinit.spi;

import java.time.Duration;

/**
 * A record as a store showed it.
 *
 * @param value the record
 * @param age the time since the record was last written, by the store's own clock (READY-6)
 * @param revision what tells this state of the record from every other of the same run: each write
 *     that the store accepts gives the record a new one. Opaque to all but the store
 * @param <T> the type of the record
 */
public record Observed<T>(T value, Duration age, String revision) {}
