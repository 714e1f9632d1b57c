/** Test servers. */
@NullMarked
package io.autoinit.servers;

import org.jspecify.annotations.NullMarked;
