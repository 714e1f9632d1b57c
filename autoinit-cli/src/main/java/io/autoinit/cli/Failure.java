package io.autoinit.cli;

import io.autoinit.AutoInitException;

/** How a start that went wrong is told. */
final class Failure {

  private Failure() {}

  static String sentence(Throwable end) {
    if (end instanceof AutoInitException && end.getMessage() != null) {
      return end.getMessage();
    }
    // The message of an unknown exception is not shown: nobody knows that it holds no secret.
    return "a bug: unexpected %s%s; --verbose shows where"
        .formatted(
            end.getClass().getName(),
            end.getStackTrace().length == 0 ? "" : " at " + end.getStackTrace()[0]);
  }

  static String trace(Throwable end) {
    var trace = new StringBuilder();
    for (Throwable t = end; t != null; t = t.getCause() == t ? null : t.getCause()) {
      trace.append(t == end ? "" : "caused by ").append(t.getClass().getName());
      if (t instanceof AutoInitException) {
        trace.append(": ").append(t.getMessage());
      }
      trace.append(System.lineSeparator());
      for (StackTraceElement element : t.getStackTrace()) {
        trace.append("    at ").append(element).append(System.lineSeparator());
      }
    }
    return trace.toString();
  }
}
