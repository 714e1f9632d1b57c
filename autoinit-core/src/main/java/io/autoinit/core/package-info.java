/** Settings, assembly, the protocol and the built-in file backend. */
@NullMarked
package io.autoinit.core;

import org.jspecify.annotations.NullMarked;
