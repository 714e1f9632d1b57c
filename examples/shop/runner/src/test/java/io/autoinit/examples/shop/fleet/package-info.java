@NullMarked
package io.autoinit.examples.shop.fleet;

import org.jspecify.annotations.NullMarked;
