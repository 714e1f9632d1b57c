package io.autoinit.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A step that is a command: a shell that beats like the other steps, and writes it down itself with
 * the same clock.
 */
final class Commands {

  static final String STEP = "script";
  static final String MANNER = "COMMAND";

  /** What the command prints when it works. */
  static final String WORKS = "works";

  private static final int BEATS = 280;

  private static final String SCRIPT =
      """
      # The time since the start of the machine, moved to where CLOCK_MONOTONIC is.
      tell() {
        read up rest </proc/uptime
        printf '%s\\t%s\\t%s\\tstep=script\\ttoken=%s%s\\n' \\
          $((${up%.*}${up#*.}0000000 + CHAOS_OFFSET)) "$CHAOS_PROCESS" "$1" \\
          "$AUTOINIT_FENCING_TOKEN" "$2" >>"$CHAOS_HISTORY"
      }
      tell step-began "$(printf '\\tphase=INFRASTRUCTURE\\tmanner=COMMAND')"
      echo works
      # The first one works for longer than any lease lasts, its successors do not.
      beats=20
      mkdir "$CHAOS_HISTORY.first" 2>/dev/null && beats=$CHAOS_BEATS
      beat=0
      while [ $beat -lt $beats ]; do
        sleep 0.05
        tell worked
        beat=$((beat + 1))
      done
      tell step-ended "$(printf '\\thow=done')"
      """;

  private Commands() {}

  /** Writes the configuration of a process whose last infrastructure step is the command. */
  static Path configure(Path directory, String process, Path history) throws IOException {
    Path script = directory.resolve("script.sh");
    Files.writeString(script, SCRIPT);
    Path config = directory.resolve(process + ".conf");
    Files.writeString(
        config,
        """
        autoinit.steps = [
          {
            name = %s
            phase = infrastructure
            command = [sh, "%s"]
            environment {
              CHAOS_PROCESS = "%s"
              CHAOS_HISTORY = "%s"
              CHAOS_OFFSET = "%d"
              CHAOS_BEATS = "%d"
            }
          }
        ]
        """
            .formatted(STEP, script, process, history, offset(), BEATS));
    return config;
  }

  /** From the clock that the shell can read to that of this process. */
  private static long offset() throws IOException {
    String up = Files.readString(Path.of("/proc/uptime")).split(" ", -1)[0];
    return System.nanoTime() - Math.round(Double.parseDouble(up) * 1e9);
  }
}
