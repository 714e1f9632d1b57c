package io.autoinit.core;

import io.autoinit.Phase;

/**
 * How a phase ended well.
 *
 * @param phase the phase
 * @param ran how many steps ran in this process
 * @param skipped how many steps had been completed before, here or elsewhere
 * @param failed how many steps failed and were passed over, as their policy says
 */
public record Outcome(Phase phase, int ran, int skipped, int failed) {}
