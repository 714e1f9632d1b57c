package com.example.locktable;

import io.autoinit.spi.BackendConfig;
import io.autoinit.spi.Setting;
import io.autoinit.spi.Setting.Kind;
import java.util.List;

/**
 * The settings of one instance.
 *
 * @param url where the database is
 * @param user who connects
 * @param password the password, never shown
 * @param client who this process is, for diagnosis
 * @param keys the full names of the settings, for messages
 */
record LockTableSettings(String url, String user, String password, String client, Keys keys) {

  /** Full names of settings. */
  record Keys(String url, String password) {}

  // A URL may carry a password, so it is a secret too.
  static final List<Setting> ALL =
      List.of(
          Setting.required("url", Kind.SECRET, "JDBC URL of the database"),
          Setting.standard("user", Kind.TEXT, "sa", "who connects"),
          Setting.standard("password", Kind.SECRET, "", "the password"));

  static LockTableSettings of(BackendConfig config) {
    return new LockTableSettings(
        config.text("url").orElseThrow(),
        config.text("user").orElseThrow(),
        config.text("password").orElseThrow(),
        config.client(),
        new Keys(config.key("url"), config.key("password")));
  }

  static List<String> problems(BackendConfig config) {
    return config.text("url").orElseThrow().startsWith("jdbc:")
        ? List.of()
        : List.of(config.key("url") + " must begin with jdbc:, as in jdbc:h2:tcp://db/locks");
  }

  @Override
  public String toString() {
    return "LockTableSettings[" + keys.url() + "]";
  }
}
