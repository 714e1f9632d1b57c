/** Locks, readiness and markers in Hazelcast. */
@NullMarked
package io.autoinit.backend.hazelcast;

import org.jspecify.annotations.NullMarked;
