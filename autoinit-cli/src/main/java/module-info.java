/** The autoinit command. */
module io.autoinit.cli {
  requires io.autoinit.core;
  requires info.picocli;
  requires static org.jspecify;
}
