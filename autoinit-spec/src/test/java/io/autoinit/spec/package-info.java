/** Runs the model of the protocol and its spoilt variants, and keeps its page true. */
@NullMarked
package io.autoinit.spec;

import org.jspecify.annotations.NullMarked;
