package io.autoinit.tck;

import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendConfig;
import io.autoinit.spi.BackendProvider;
import io.autoinit.spi.BackendUnavailableException;
import io.autoinit.spi.Role;
import io.autoinit.spi.Setting;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Opens clients of a {@link SocketMemoryServer}. */
public final class SocketMemoryProvider implements BackendProvider {

  /** For ServiceLoader. */
  public SocketMemoryProvider() {}

  @Override
  public String type() {
    return "socket-memory";
  }

  @Override
  public Set<Role> roles() {
    return EnumSet.allOf(Role.class);
  }

  @Override
  public List<Setting> settings() {
    return List.of(
        Setting.required("port", Setting.Kind.NUMBER, "the port on the loopback"),
        Setting.optional("password", Setting.Kind.SECRET, "taken and ignored"));
  }

  @Override
  public Backend open(BackendConfig config) {
    int port = config.number("port").orElseThrow();
    try {
      return new SocketMemoryBackend(new Socket(InetAddress.getLoopbackAddress(), port));
    } catch (IOException e) {
      throw new BackendUnavailableException(
          "Nobody answers at port " + port + " (" + config.key("port") + ")", e);
    }
  }
}
