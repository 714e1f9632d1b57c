package io.autoinit.tck;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.platform.engine.DiscoverySelector;

/**
 * Runs against each flaw the tests of the rules that it breaks; {@link WholeKitTest} all others
 * too.
 */
class KitTest extends KitProof {

  @BeforeAll
  @Timeout(value = 6, unit = TimeUnit.MINUTES)
  static void run() throws Exception {
    runTheKit(KitTest::tests);
  }

  private static List<? extends DiscoverySelector> tests(Flaw flaw) {
    // Of these two it also matters what was left out.
    return flaw == Flaw.NONE || flaw == Flaw.ROLES_OVERSTATED
        ? all()
        : Stream.of(FlawedTck.class.getMethods())
            .filter(method -> method.isAnnotationPresent(Test.class))
            .filter(
                method ->
                    flaw.found()
                        .contains(method.getAnnotation(DisplayName.class).value().split(" ", 2)[0]))
            .map(method -> selectMethod(FlawedTck.class, method))
            .toList();
  }
}
