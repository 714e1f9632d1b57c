/** What the simulation needs of the protocol and the protocol keeps to itself. */
@NullMarked
package io.autoinit.core.protocol;

import org.jspecify.annotations.NullMarked;
