package io.autoinit.backend.zookeeper;

import io.autoinit.spi.BackendException;
import io.autoinit.spi.BackendRefusedException;
import io.autoinit.spi.BackendUnavailableException;
import java.net.InetSocketAddress;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;

/**
 * Turns what the servers refuse into one sentence with the way out, without secrets (BACKEND-3):
 * refused for good, where trying again is pointless, else unavailable.
 */
final class ZooKeeperErrors {

  /** What an operation looks for in an answer. */
  private static final Set<Code> EXPECTED =
      EnumSet.of(Code.OK, Code.NONODE, Code.NODEEXISTS, Code.BADVERSION);

  /** What the next connection or session may mend. */
  private static final Set<Code> PASSING =
      EnumSet.of(Code.CONNECTIONLOSS, Code.SESSIONEXPIRED, Code.SESSIONMOVED);

  private final ZooKeeperSettings settings;

  ZooKeeperErrors(ZooKeeperSettings settings) {
    this.settings = settings;
  }

  static boolean passing(Code code) {
    return PASSING.contains(code);
  }

  /** Lets pass what an operation knows what to do about. */
  Reply expected(Reply reply) throws KeeperException {
    if (!EXPECTED.contains(reply.code())) {
      throw KeeperException.create(reply.code());
    }
    return reply;
  }

  /** Lets pass also what this client may not read. */
  Reply expectedOrHidden(Reply reply) throws KeeperException {
    return reply.code() == Code.NOAUTH ? reply : expected(reply);
  }

  /** What to throw in place of what the library threw. */
  BackendException translate(KeeperException thrown) {
    String place = settings.place();
    return switch (thrown.code()) {
      case NOAUTH, AUTHFAILED, INVALIDACL, SESSIONCLOSEDREQUIRESASLAUTH ->
          new BackendRefusedException(noAccess(), thrown);
      case UNIMPLEMENTED ->
          new BackendRefusedException(
              place + " lacks an operation: autoinit needs ZooKeeper 3.6 or later", thrown);
      case OPERATIONTIMEOUT, REQUESTTIMEOUT ->
          new BackendUnavailableException(
              "%s did not answer in time (%s, %s)"
                  .formatted(
                      place,
                      settings.key(ZooKeeperSettings.CONNECT_TIMEOUT),
                      settings.key(ZooKeeperSettings.SESSION_TIMEOUT)),
              thrown);
      case SESSIONEXPIRED ->
          new BackendUnavailableException(
              place + " ended the session, of which it had heard nothing for too long", thrown);
      case CONNECTIONLOSS, SESSIONMOVED ->
          new BackendUnavailableException(place + " closed the connection", thrown);
      default ->
          new BackendUnavailableException(
              "%s cannot serve now: %s".formatted(place, thrown.code()), thrown);
    };
  }

  private String noAccess() {
    String place = settings.place();
    if (settings.user().isPresent()) {
      return "%s gives the user no access to %s, which another user or password made (%s, %s)"
          .formatted(
              place,
              settings.root(),
              settings.key(ZooKeeperSettings.USER),
              settings.key(ZooKeeperSettings.PASSWORD));
    }
    if (settings.saslSection().isPresent()) {
      return ("%s refused who the JAAS section %s says that this is, or there is no such section, or"
              + " another identity made %s: mend that section (%s, %s)")
          .formatted(
              place,
              settings.saslSection().get(),
              settings.root(),
              settings.key(ZooKeeperSettings.SASL),
              settings.key(ZooKeeperSettings.SASL_SECTION));
    }
    return "%s gives nobody access to %s without a user: set %s and %s"
        .formatted(
            place,
            settings.root(),
            settings.key(ZooKeeperSettings.USER),
            settings.key(ZooKeeperSettings.PASSWORD));
  }

  /**
   * No server gave a session: why not, as far as a look at them tells. Refused for good if every
   * one of them refuses for good.
   */
  BackendException unreachable() {
    Set<Look.Seen> seen = new LinkedHashSet<>();
    Look look = new Look(settings);
    for (InetSocketAddress address : settings.ensemble().addresses()) {
      seen.add(look.at(address));
      if (Thread.currentThread().isInterrupted()) {
        break;
      }
    }
    String what = seen.stream().map(Look.Seen::what).collect(Collectors.joining("; "));
    if (seen.stream().allMatch(Look.Seen::forGood)) {
      return new BackendRefusedException(
          "%s gives no session: %s".formatted(settings.place(), what));
    }
    return new BackendUnavailableException(
        "%s is out of reach: %s (%s)"
            .formatted(
                settings.place(),
                what,
                settings.key(
                    seen.stream().anyMatch(Look.Seen::inTime)
                        ? ZooKeeperSettings.CONNECT
                        : ZooKeeperSettings.CONNECT_TIMEOUT)));
  }
}
