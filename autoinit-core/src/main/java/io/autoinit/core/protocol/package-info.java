/**
 * The protocol: how a fleet agrees on one leader for the infrastructure phase and how a node does
 * its own part. It sees stores only through the SPI, time only through {@link
 * io.autoinit.core.protocol.Timeline}, and tells what happens only through {@link
 * io.autoinit.core.protocol.Events}.
 */
@NullMarked
package io.autoinit.core.protocol;

import org.jspecify.annotations.NullMarked;
