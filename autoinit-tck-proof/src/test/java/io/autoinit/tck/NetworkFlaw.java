package io.autoinit.tck;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * One way to get a client or a server wrong that only a network or another process shows, the tests
 * that are run, and the rules that must find it out: these and no others.
 */
enum NetworkFlaw {
  SOUND(SocketMemoryBackend.Flaw.NONE, all(NetworkRules.class)),
  NEVER_CONNECTS_AGAIN(
      SocketMemoryBackend.Flaw.NEVER_CONNECTS_AGAIN,
      all(NetworkRules.class),
      "LOCK-6",
      "READY-5",
      "BACKEND-5"),
  CONNECTION_LEFT_OPEN(
      SocketMemoryBackend.Flaw.CONNECTION_LEFT_OPEN, all(NetworkRules.class), "BACKEND-2"),
  SILENCE_IS_YES(SocketMemoryBackend.Flaw.SILENCE_IS_YES, all(NetworkRules.class), "LOCK-6"),
  SILENCE_IS_ABSENCE(
      SocketMemoryBackend.Flaw.SILENCE_IS_ABSENCE, all(NetworkRules.class), "BACKEND-5"),
  TTL_IN_A_SECOND_REQUEST(
      SocketMemoryBackend.Flaw.TTL_IN_A_SECOND_REQUEST, all(NetworkRules.class), "LOCK-4"),
  READS_FROM_MEMORY_AFTER_A_CUT(
      SocketMemoryBackend.Flaw.READS_FROM_MEMORY_AFTER_A_CUT, all(NetworkRules.class), "READY-5"),
  CLOSED_WITH_A_STRANGE_ERROR(
      SocketMemoryBackend.Flaw.CLOSED_WITH_A_STRANGE_ERROR, all(NetworkRules.class), "BACKEND-2"),
  NO_TIMEOUT(SocketMemoryBackend.Flaw.NO_TIMEOUT, List.of("silentIsUnavailable"), "BACKEND-3"),
  WAITS_FOR_ASKS(SocketMemoryBackend.Flaw.WAITS_FOR_ASKS, List.of("waitsForNobody"), "BACKEND-10"),
  WAITS_FOR_ITS_TURN(
      SocketMemoryBackend.Flaw.WAITS_FOR_ITS_TURN, List.of("waitsForNobody"), "BACKEND-10"),
  GUARANTEE_ASKED(
      SocketMemoryBackend.Flaw.GUARANTEE_ASKED, List.of("theGuaranteeIsKnownInSilence"), "LOCK-11"),
  GUARANTEE_LESS_IN_SILENCE(
      SocketMemoryBackend.Flaw.GUARANTEE_LESS_IN_SILENCE,
      List.of("theGuaranteeIsKnownInSilence"),
      "LOCK-11"),
  NEVER_DROPS(
      SocketMemoryServer.Flaw.NEVER_DROPS,
      SocketMemoryBackend.Flaw.RELEASES_LATE,
      List.of("dropsASilentHolder", "noGhostAfterAKill", "aKilledHolderIsDropped"),
      "LOCK-4",
      "LOCK-5"),
  LOCKS_OF_EACH_CONNECTION(
      SocketMemoryServer.Flaw.LOCKS_OF_EACH_CONNECTION,
      SocketMemoryBackend.Flaw.NONE,
      List.of("oneLeaseAcrossProcesses"),
      "LOCK-1"),
  BLIND_RENEWALS(
      SocketMemoryServer.Flaw.OWN_TOKENS_AND_BLIND_RENEWALS,
      SocketMemoryBackend.Flaw.NONE,
      List.of("theZombieLearnsOfItsLoss"),
      "LOCK-6"),
  NO_FENCE(
      SocketMemoryServer.Flaw.NO_FENCE,
      SocketMemoryBackend.Flaw.NONE,
      List.of("theZombieCannotPublish"),
      "READY-2"),
  MARKER_IN_TWO_REQUESTS(
      SocketMemoryBackend.Flaw.MARKER_IN_TWO_REQUESTS, List.of("noHalfMarkerAfterAKill"), "MARK-1");

  private final SocketMemoryServer.Flaw server;
  private final SocketMemoryBackend.Flaw client;
  private final String tests;
  private final String found;

  NetworkFlaw(SocketMemoryBackend.Flaw client, List<String> tests, String... found) {
    this(SocketMemoryServer.Flaw.NONE, client, tests, found);
  }

  NetworkFlaw(
      SocketMemoryServer.Flaw server,
      SocketMemoryBackend.Flaw client,
      List<String> tests,
      String... found) {
    this.server = server;
    this.client = client;
    this.tests = String.join(" ", tests);
    this.found = String.join(" ", found);
  }

  private static List<String> all(Class<?> rules) {
    return Stream.of(rules.getDeclaredMethods())
        .filter(method -> method.isAnnotationPresent(Test.class))
        .map(java.lang.reflect.Method::getName)
        .toList();
  }

  SocketMemoryServer.Flaw server() {
    return server;
  }

  SocketMemoryBackend.Flaw client() {
    return client;
  }

  /** The methods that are run against it. */
  List<String> tests() {
    return List.of(tests.split(" ", -1));
  }

  /** The ids of the rules that are broken. */
  Set<String> found() {
    return found.isEmpty() ? Set.of() : Set.of(found.split(" ", -1));
  }
}
