/** A small shop over Postgres: the service, and the steps of its start. */
@NullMarked
package io.autoinit.examples.shop;

import org.jspecify.annotations.NullMarked;
