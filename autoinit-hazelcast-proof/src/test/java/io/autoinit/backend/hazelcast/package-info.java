@org.jspecify.annotations.NullMarked
package io.autoinit.backend.hazelcast;
