package io.autoinit.backend.zookeeper;

import io.autoinit.spi.BackendException;
import io.autoinit.spi.BackendRefusedException;
import io.autoinit.spi.BackendUnavailableException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.Set;
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

  private static final Set<String> CUT = Set.of("Broken pipe", "Connection reset");

  private static final String TOO_MANY =
      "it closes each new connection at once; if it has too many from this address, raise its"
          + " maxClientCnxns";

  /** How long to look at a server that gave no session. */
  private static final int LOOK_MILLIS = 300;

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
    if (settings.sasl()) {
      return "%s refused who the JAAS section Client says that this is, or gives it no access to %s (%s)"
          .formatted(place, settings.root(), settings.key(ZooKeeperSettings.SASL));
    }
    return "%s gives nobody access to %s without a user: set %s and %s"
        .formatted(
            place,
            settings.root(),
            settings.key(ZooKeeperSettings.USER),
            settings.key(ZooKeeperSettings.PASSWORD));
  }

  /** No server gave a session: why not, as far as a look at them tells. */
  BackendException unreachable() {
    Set<String> seen = new LinkedHashSet<>();
    for (InetSocketAddress address : settings.ensemble().addresses()) {
      seen.add(look(address));
      if (Thread.currentThread().isInterrupted()) {
        break;
      }
    }
    return new BackendUnavailableException(
        "%s is out of reach: %s (%s)"
            .formatted(
                settings.place(),
                String.join("; ", seen),
                settings.key(ZooKeeperSettings.CONNECT_TIMEOUT)));
  }

  private static String look(InetSocketAddress address) {
    if (address.isUnresolved()) {
      return "the name " + address.getHostString() + " is not known here";
    }
    try (Socket socket = new Socket()) {
      socket.connect(address, LOOK_MILLIS);
      return listen(socket);
    } catch (IOException e) {
      String message = String.valueOf(e.getMessage());
      // A connection may be ended before this side knows that it was begun.
      return CUT.contains(message) ? TOO_MANY : message;
    }
  }

  /** A server waits to be spoken to, but for one that wants no more connections. */
  private static String listen(Socket socket) {
    try {
      socket.setSoTimeout(LOOK_MILLIS);
      if (socket.getInputStream().read() >= 0) {
        return "what answers there is no ZooKeeper";
      }
    } catch (SocketTimeoutException e) {
      return "it gave no session in time; perhaps most of its servers are down";
    } catch (IOException e) {
      // Closed, and rudely.
      return TOO_MANY;
    }
    return TOO_MANY;
  }
}
