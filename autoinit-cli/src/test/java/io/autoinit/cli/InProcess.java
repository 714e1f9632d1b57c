package io.autoinit.cli;

import java.io.ByteArrayOutputStream;
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
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    var console =
        new Console(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            NOON);
    int code = Main.execute(console, new Launcher(launcher, "/usr/bin:/bin"), args);
    return new InProcess(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }
}
