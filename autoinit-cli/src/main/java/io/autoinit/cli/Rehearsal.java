package io.autoinit.cli;

import io.autoinit.Namespace;
import io.autoinit.RunId;
import io.autoinit.spi.Readiness;
import io.autoinit.spi.RunKey;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Starts as a fleet does, restarts above all, so that the JVM that archives its classes at its end
 * has them loaded. It needs no store: a few lines here answer as a Redis in which the run is READY.
 * What a rehearsal does not reach is not in the archive, and no more than that.
 */
public final class Rehearsal {

  private static final String RUN = "rehearsal";

  private Rehearsal() {}

  /**
   * Rehearses in the working directory, which is empty and thrown away afterwards.
   *
   * @param args none
   * @throws IOException if there is no loopback to listen on
   */
  public static void main(String[] args) throws IOException {
    try (var server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      var answers = new Thread(() -> serve(server), "rehearsal-redis");
      answers.setDaemon(true);
      answers.start();
      String redis = "autoinit.backends.redis.url=redis://127.0.0.1:" + server.getLocalPort();
      String postgres = "autoinit.backends.postgres.url=jdbc:postgresql://127.0.0.1:1/none";
      start();
      start();
      start("--set", redis, "--set", postgres);
      // Its node phase is done, so no store is asked for its lock.
      start("--set", redis, "--set", postgres);
      start("--set", postgres, "--timeout", "0");
    }
    System.exit(0);
  }

  private static void start(String... options) {
    List<String> line = new ArrayList<>(List.of("run", "--run-id", RUN));
    line.addAll(List.of("--set", "autoinit.marker-dir=markers"));
    line.addAll(List.of(options));
    line.addAll(List.of("--", "sh"));
    var nowhere = new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
    var console = new Console(nowhere, nowhere, Clock.system(ZoneId.systemDefault()));
    var launcher = new Launcher(Optional.of(ProcessHandle.current().pid()), "/usr/bin:/bin");
    // However it ends: a backend may have been removed.
    Main.execute(console, launcher, line.toArray(String[]::new));
  }

  private static void serve(ServerSocket server) {
    while (!server.isClosed()) {
      serveOne(server);
    }
  }

  private static void serveOne(ServerSocket server) {
    try (Socket client = server.accept()) {
      answer(client);
    } catch (IOException e) {
      // The client has gone, or the rehearsal is over.
      return;
    }
  }

  private static void answer(Socket client) throws IOException {
    var in =
        new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8));
    OutputStream out = client.getOutputStream();
    for (Optional<String> name = command(in); name.isPresent(); name = command(in)) {
      String answer =
          switch (name.get()) {
            case "EVALSHA" -> "*3\r\n" + bulk(ready()) + bulk("1") + bulk("1000000");
            case "INFO" -> bulk("maxmemory_policy:noeviction\r\nconnected_slaves:0\r\n");
            default -> "+OK\r\n";
          };
      out.write(answer.getBytes(StandardCharsets.UTF_8));
      out.flush();
    }
  }

  /** The name of the next command; empty at the end. */
  private static Optional<String> command(BufferedReader in) throws IOException {
    String head = in.readLine();
    if (head == null) {
      return Optional.empty();
    }
    String name = "";
    int words = Integer.parseInt(head.substring(1));
    for (int i = 0; i < words; i++) {
      in.readLine();
      String word = String.valueOf(in.readLine());
      name = i == 0 ? word.toUpperCase(Locale.ROOT) : name;
    }
    return Optional.of(name);
  }

  private static String ready() {
    var run = new RunKey(Namespace.DEFAULT, new RunId(RUN));
    return new Readiness.Ready(run, 1, RUN, List.of()).toText();
  }

  private static String bulk(String text) {
    return "$%d\r\n%s\r\n".formatted(text.getBytes(StandardCharsets.UTF_8).length, text);
  }
}
