package io.autoinit.core.settings;

import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendConfig;
import io.autoinit.spi.BackendProvider;
import io.autoinit.spi.Role;
import io.autoinit.spi.Setting;
import io.autoinit.spi.Setting.Kind;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Providers that look like the real ones and open nothing. */
record FakeProvider(String type, Set<Role> roles, List<Setting> settings)
    implements BackendProvider {

  static final FakeProvider FILE =
      new FakeProvider(
          "file",
          EnumSet.allOf(Role.class),
          List.of(Setting.standard("marker-dir", Kind.PATH, "/tmp/autoinit", "the directory")));

  static final FakeProvider POSTGRES =
      new FakeProvider(
          "postgres",
          EnumSet.allOf(Role.class),
          List.of(
              Setting.required("url", Kind.SECRET, "the JDBC URL"),
              Setting.optional("user", Kind.TEXT, "the user"),
              Setting.optional("password", Kind.SECRET, "the password"),
              Setting.standard("connect-timeout", Kind.DURATION, "5s", "bound of a connection")));

  static final FakeProvider REDIS =
      new FakeProvider(
          "redis",
          EnumSet.allOf(Role.class),
          List.of(
              Setting.standard("url", Kind.SECRET, "redis://localhost:6379", "the URL"),
              Setting.optional("password", Kind.SECRET, "the password"),
              Setting.standard("key-prefix", Kind.TEXT, "autoinit", "of locks and markers"),
              Setting.standard(
                  "readiness-key-prefix", Kind.TEXT, "autoinit:ready", "of readiness")));

  static final FakeProvider LOCKSMITH =
      new FakeProvider(
          "locksmith", Set.of(Role.LOCKS), List.of(Setting.required("host", Kind.TEXT, "where")));

  /** With settings that exclude each other. */
  static final FakeProvider GRID =
      new FakeProvider(
          "grid",
          EnumSet.allOf(Role.class),
          List.of(
              Setting.standard("mode", Kind.TEXT, "client", "how"),
              Setting.optional("addresses", Kind.TEXT, "where")));

  static final FakeProvider BULLETIN =
      new FakeProvider("bulletin", Set.of(Role.READINESS), List.of());

  @Override
  public List<String> problems(BackendConfig config) {
    if (type.equals("file") && config.text("marker-dir").equals(Optional.of("/forbidden"))) {
      return List.of("autoinit.marker-dir /forbidden is not writable");
    }
    if (type.equals("grid") && config.text("addresses").isPresent()) {
      return config.text("mode").equals(Optional.of("member"))
          ? List.of(
              "%s has no meaning with %s = member: take one of them away"
                  .formatted(config.key("addresses"), config.key("mode")))
          : List.of();
    }
    return type.equals("postgres")
            && !config.text("url").orElseThrow().startsWith("jdbc:postgresql:")
        ? List.of(config.key("url") + " must begin with jdbc:postgresql:")
        : List.of();
  }

  @Override
  public Backend open(BackendConfig config) {
    throw new AssertionError("reading settings opens nothing");
  }
}
