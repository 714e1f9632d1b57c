package io.autoinit.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;

/** The command inside this JVM: what it printed and how it ended. */
record InProcess(int code, String out, String err) {

  static final Clock NOON = Clock.fixed(Instant.parse("2026-01-01T12:00:00Z"), ZoneOffset.UTC);

  static InProcess autoinit(String... args) {
    return autoinit(Optional.of(ProcessHandle.current().pid()), args);
  }

  static InProcess autoinit(Optional<Long> launcher, String... args) {
    return autoinit(launcher, Optional.empty(), args);
  }

  /** As at a terminal, where a person types. */
  static InProcess typing(String typed, String... args) {
    return autoinit(
        Optional.of(ProcessHandle.current().pid()),
        Optional.of(new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8))),
        args);
  }

  /** The same with a person who takes time to type. */
  static InProcess typing(InputStream keyboard, String... args) {
    return autoinit(Optional.of(ProcessHandle.current().pid()), Optional.of(keyboard), args);
  }

  private static InProcess autoinit(
      Optional<Long> launcher, Optional<InputStream> keyboard, String... args) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    var console =
        new Console(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            NOON,
            Optional.empty(),
            false,
            false,
            keyboard);
    int code = Main.execute(console, new Launcher(launcher, "/usr/bin:/bin"), args);
    return new InProcess(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }
}
