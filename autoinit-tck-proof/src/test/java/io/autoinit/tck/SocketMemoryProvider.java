package io.autoinit.tck;

import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendConfig;
import io.autoinit.spi.BackendProvider;
import io.autoinit.spi.Role;
import io.autoinit.spi.Setting;
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
        Setting.standard("timeout", Setting.Kind.NUMBER, "5000", "milliseconds for each answer"),
        Setting.standard("flaw", Setting.Kind.TEXT, "NONE", "what the client gets wrong"),
        Setting.optional("password", Setting.Kind.SECRET, "taken and ignored"));
  }

  @Override
  public Backend open(BackendConfig config) {
    return new SocketMemoryBackend(
        config.number("port").orElseThrow(),
        config.number("timeout").orElseThrow(),
        SocketMemoryBackend.Flaw.valueOf(config.text("flaw").orElseThrow()));
  }
}
