package io.autoinit.core.settings;

import io.autoinit.spi.BackendConfig;
import io.autoinit.spi.BackendProvider;
import io.autoinit.spi.Setting;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Tells whether a backend is on this machine, without asking the network. In doubt it is not. */
final class Locality {

  private static final Set<String> ADDRESSES =
      Set.of("url", "uri", "host", "hosts", "nodes", "address", "addresses", "connect");
  private static final Pattern AUTHORITY = Pattern.compile("//([^/?#]*)");
  private static final Pattern PORT = Pattern.compile(":\\d*$");

  private Locality() {}

  static boolean isOnThisMachine(BackendProvider provider, BackendConfig config) {
    if (provider.type().equals(BackendInstance.FILE)) {
      return true;
    }
    List<String> addresses =
        provider.settings().stream()
            .map(Setting::name)
            .filter(ADDRESSES::contains)
            .flatMap(name -> config.text(name).stream())
            .toList();
    return !addresses.isEmpty() && addresses.stream().allMatch(Locality::isLoopback);
  }

  private static boolean isLoopback(String address) {
    Matcher authority = AUTHORITY.matcher(address);
    boolean isUrl = authority.find();
    // A parameter of a URL can name another host.
    if (isUrl && address.toLowerCase(Locale.ROOT).contains("host=")) {
      return false;
    }
    String hosts = isUrl ? authority.group(1) : address.replaceFirst("/.*", "");
    for (String host : hosts.substring(hosts.lastIndexOf('@') + 1).split(",", -1)) {
      if (!isLoopbackHost(host.strip())) {
        return false;
      }
    }
    return true;
  }

  private static boolean isLoopbackHost(String hostAndPort) {
    String host =
        hostAndPort.equals("::1") ? hostAndPort : PORT.matcher(hostAndPort).replaceFirst("");
    return host.equalsIgnoreCase("localhost")
        || host.matches("127(\\.\\d{1,3}){3}")
        || host.equals("[::1]")
        || host.equals("::1");
  }
}
