/** Tests of the protocol on virtual time. */
@NullMarked
package io.autoinit.core.protocol;

import org.jspecify.annotations.NullMarked;
