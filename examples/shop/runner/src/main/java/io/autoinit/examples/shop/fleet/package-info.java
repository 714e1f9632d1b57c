/** Starts a fleet of shops at once on real servers and shows what happens. */
@NullMarked
package io.autoinit.examples.shop.fleet;

import org.jspecify.annotations.NullMarked;
