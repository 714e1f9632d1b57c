package io.autoinit.core.protocol;

/**
 * What this process did in a phase that ended well.
 *
 * @param ran how many steps ran here
 * @param skipped how many steps had been completed before
 * @param failed how many steps failed and were passed over
 */
public record PhaseResult(int ran, int skipped, int failed) {}
