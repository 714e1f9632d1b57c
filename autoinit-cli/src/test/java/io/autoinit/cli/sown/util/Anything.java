package io.autoinit.cli.sown.util;

/** Sown: a package that says nothing. */
public interface Anything {}
