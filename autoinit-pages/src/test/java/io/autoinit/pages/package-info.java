@org.jspecify.annotations.NullMarked
package io.autoinit.pages;
