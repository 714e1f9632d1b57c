/** autoinit inside an application. */
@NullMarked
package io.autoinit.examples.library;

import org.jspecify.annotations.NullMarked;
