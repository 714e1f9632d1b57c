/**
 * What applications say to autoinit ({@link io.autoinit}) and what backends say to it ({@link
 * io.autoinit.spi}). Depends on nothing but JSpecify's annotations.
 */
module io.autoinit.api {
  requires static transitive org.jspecify;

  exports io.autoinit;
  exports io.autoinit.spi;
}
