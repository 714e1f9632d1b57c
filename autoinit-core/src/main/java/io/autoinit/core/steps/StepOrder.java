package io.autoinit.core.steps;

import io.autoinit.InitStep;
import io.autoinit.Phase;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The order in which steps run. */
public final class StepOrder {

  private StepOrder() {}

  /**
   * A step and where it came from.
   *
   * @param step the step
   * @param origin for messages, for example a class name or {@code autoinit.conf: 12}
   */
  public record Registered(InitStep step, String origin) {}

  /**
   * Orders the steps of both phases.
   *
   * @param registered all steps in the order of their registration
   * @return the steps of each phase in the order in which they run; has both phases
   * @throws io.autoinit.ConfigurationException with every problem found
   */
  public static Map<Phase, List<InitStep>> of(List<Registered> registered) {
    Map<Phase, List<InitStep>> order = new EnumMap<>(Phase.class);
    throw new IllegalStateException("under construction " + order + registered);
  }
}
