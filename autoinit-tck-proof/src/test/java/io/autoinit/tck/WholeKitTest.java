package io.autoinit.tck;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;

/** Runs the whole kit against each flaw: what it does not break must hold. */
@Tag("long")
class WholeKitTest extends KitProof {

  @BeforeAll
  @Timeout(value = 6, unit = TimeUnit.MINUTES)
  static void run() throws Exception {
    runTheKit(flaw -> all());
  }
}
