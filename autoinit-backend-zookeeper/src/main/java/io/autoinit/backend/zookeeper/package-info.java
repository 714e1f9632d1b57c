/** Locks, readiness and markers in Apache ZooKeeper. */
@NullMarked
package io.autoinit.backend.zookeeper;

import org.jspecify.annotations.NullMarked;
