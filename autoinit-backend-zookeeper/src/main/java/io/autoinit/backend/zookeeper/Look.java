package io.autoinit.backend.zookeeper;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** A look at a server that gave no session, because the client library only logs why. */
final class Look {

  /**
   * What was seen.
   *
   * @param what a clause
   * @param forGood whether it stays like this until somebody mends it
   */
  record Seen(String what, boolean forGood) {

    /** Whether no more time would have helped: the server said no, or is not there. */
    boolean inTime() {
      return !equals(SILENT) && !equals(TOO_MANY) && !what.contains("timed out");
    }
  }

  private static final Set<String> CUT = Set.of("Broken pipe", "Connection reset");

  private static final Seen TOO_MANY =
      passing(
          "it closes each new connection at once; if it has too many from this address, raise its"
              + " maxClientCnxns");

  private static final Seen SILENT =
      passing("it gave no session in time; perhaps most of its servers are down");

  private static final Seen NO_ZOOKEEPER = passing("what answers there is no ZooKeeper");

  private static final String ALERT = "Received fatal alert: ";

  /** How long to look. */
  private static final Duration LOOK = Duration.ofMillis(300);

  /** How long a server may take for its part of a handshake. */
  private static final Duration HANDSHAKE = Duration.ofSeconds(2);

  /** A command that a server without TLS answers with text, also where it is not allowed. */
  private static final byte[] COMMAND = "srvr\n".getBytes(StandardCharsets.US_ASCII);

  private final ZooKeeperSettings settings;

  Look(ZooKeeperSettings settings) {
    this.settings = settings;
  }

  private static Seen passing(String what) {
    return new Seen(what, false);
  }

  private static Seen forGood(String what) {
    return new Seen(what, true);
  }

  private static int millis(Duration time) {
    return Math.toIntExact(time.toMillis());
  }

  Seen at(InetSocketAddress address) {
    if (address.isUnresolved()) {
      return passing("the name " + address.getHostString() + " is not known here");
    }
    try (Socket socket = new Socket()) {
      socket.connect(address, millis(LOOK));
      return settings.tls().isPresent() ? secure(socket, address) : plain(socket, address);
    } catch (IOException e) {
      String message = String.valueOf(e.getMessage());
      // A connection may be ended before this side knows that it was begun.
      return CUT.contains(message) ? TOO_MANY : passing(message);
    }
  }

  /** A server waits to be spoken to, but for one that wants no more connections. */
  private Seen plain(Socket socket, InetSocketAddress address) {
    try {
      socket.setSoTimeout(millis(LOOK));
      return socket.getInputStream().read() < 0 ? TOO_MANY : NO_ZOOKEEPER;
    } catch (SocketTimeoutException e) {
      return talksTls(address)
          ? forGood(
              "it talks TLS there: set %s = true, or name the port without TLS (%s)"
                  .formatted(
                      settings.key(ZooKeeperSettings.TLS), settings.key(ZooKeeperSettings.CONNECT)))
          : SILENT;
    } catch (IOException e) {
      // Closed, and rudely.
      return TOO_MANY;
    }
  }

  /** Whether it shows a certificate; nothing is said to it after that. */
  private static boolean talksTls(InetSocketAddress address) {
    AtomicBoolean shown = new AtomicBoolean();
    try (Socket socket = new Socket()) {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new Distrust(shown)}, null);
      socket.connect(address, millis(LOOK));
      handshake(context, socket, address, false).close();
    } catch (IOException | GeneralSecurityException e) {
      return shown.get();
    }
    return shown.get();
  }

  /** Trusts nobody, and notes that somebody asked for it. */
  private record Distrust(AtomicBoolean shown) implements X509TrustManager {

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      throw new CertificateException();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      shown.set(true);
      throw new CertificateException();
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  private Seen secure(Socket socket, InetSocketAddress address) {
    boolean verifyHost = settings.tls().orElseThrow().verifyHost();
    try (SSLSocket secure =
        handshake(ZooKeeperTls.of(settings).context(), socket, address, verifyHost)) {
      secure.setSoTimeout(millis(LOOK));
      return secure.getInputStream().read() < 0 ? TOO_MANY : NO_ZOOKEEPER;
    } catch (SSLException e) {
      return broken(e, address);
    } catch (SocketTimeoutException e) {
      return talksPlainly(address) ? noTls() : SILENT;
    } catch (IOException e) {
      return talksPlainly(address) ? noTls() : TOO_MANY;
    } catch (GeneralSecurityException e) {
      return forGood("this JVM cannot talk TLS: " + e.getMessage());
    }
  }

  private static SSLSocket handshake(
      SSLContext context, Socket socket, InetSocketAddress address, boolean verifyHost)
      throws IOException {
    socket.setSoTimeout(millis(HANDSHAKE));
    SSLSocket secure =
        (SSLSocket)
            context
                .getSocketFactory()
                .createSocket(socket, address.getHostString(), address.getPort(), true);
    if (verifyHost) {
      SSLParameters parameters = secure.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      secure.setSSLParameters(parameters);
    }
    secure.startHandshake();
    return secure;
  }

  private Seen broken(SSLException thrown, InetSocketAddress address) {
    if (caused(thrown, CertPathBuilderException.class)
        || caused(thrown, CertPathValidatorException.class)) {
      return forGood(
          "it shows a certificate that is not trusted, or no longer valid: set %s to a file with the certificate of its issuer"
              .formatted(settings.key(ZooKeeperSettings.CA_FILE)));
    }
    if (caused(thrown, CertificateException.class)) {
      return forGood(
          "it shows a certificate for another name than %s: name it as its certificate does (%s), or set %s = false"
              .formatted(
                  address.getHostString(),
                  settings.key(ZooKeeperSettings.CONNECT),
                  settings.key(ZooKeeperSettings.VERIFY_HOST)));
    }
    String message = String.valueOf(thrown.getMessage());
    if (message.contains(ALERT)) {
      return forGood(
          "it broke the handshake of TLS off (%s): set %s to a key with a certificate that it trusts"
              .formatted(
                  message.substring(message.indexOf(ALERT) + ALERT.length()),
                  settings.key(ZooKeeperSettings.KEY_FILE)));
    }
    return talksPlainly(address) ? noTls() : TOO_MANY;
  }

  private static boolean caused(Throwable thrown, Class<? extends Throwable> type) {
    return Stream.iterate(thrown, e -> e != null, Throwable::getCause).anyMatch(type::isInstance);
  }

  private Seen noTls() {
    return forGood(
        "it does not talk TLS there: name its secureClientPort (%s), or set %s = false"
            .formatted(
                settings.key(ZooKeeperSettings.CONNECT), settings.key(ZooKeeperSettings.TLS)));
  }

  private static boolean talksPlainly(InetSocketAddress address) {
    try (Socket socket = new Socket()) {
      socket.connect(address, millis(LOOK));
      socket.setSoTimeout(millis(HANDSHAKE));
      socket.getOutputStream().write(COMMAND);
      InputStream answer = socket.getInputStream();
      String text = new String(answer.readNBytes(9), StandardCharsets.US_ASCII);
      return text.equals("Zookeeper")
          || text.startsWith("srvr is n")
          || text.startsWith("This Zoo");
    } catch (IOException e) {
      return false;
    }
  }
}
