package io.autoinit.spi;

import java.time.Duration;
import java.util.Optional;

/**
 * What a waiter gets from one look: the record, and when the store wants it to look again.
 *
 * @param found the record, if there is one
 * @param again the pause before the next look, so that the whole fleet stays within what the store
 *     bears
 */
public record Poll(Optional<Observed<Readiness>> found, Duration again) {}
