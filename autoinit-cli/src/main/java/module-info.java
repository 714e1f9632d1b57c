/** The autoinit command. */
module io.autoinit.cli {
  requires io.autoinit.core;
  requires info.picocli;
  requires com.google.gson;
  requires static org.jspecify;

  opens io.autoinit.cli to
      info.picocli;
}
