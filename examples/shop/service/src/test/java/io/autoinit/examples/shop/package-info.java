@NullMarked
package io.autoinit.examples.shop;

import org.jspecify.annotations.NullMarked;
