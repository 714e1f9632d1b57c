package io.autoinit.backend.zookeeper;

import java.util.HashMap;
import java.util.Map;
import javax.security.auth.login.AppConfigurationEntry;
import javax.security.auth.login.AppConfigurationEntry.LoginModuleControlFlag;
import javax.security.auth.login.Configuration;
import org.apache.zookeeper.server.auth.DigestLoginModule;
import org.jspecify.annotations.Nullable;

/** In place of a file, which the whole JVM would read. */
final class JaasSections extends Configuration {

  private final Map<String, AppConfigurationEntry> entries = new HashMap<>();

  JaasSections with(String section, Map<String, String> options) {
    entries.put(
        section,
        new AppConfigurationEntry(
            DigestLoginModule.class.getName(), LoginModuleControlFlag.REQUIRED, options));
    return this;
  }

  JaasSections client(String section, String user, String password) {
    return with(section, Map.of("username", user, "password", password));
  }

  @Override
  public AppConfigurationEntry @Nullable [] getAppConfigurationEntry(String section) {
    return entries.containsKey(section) ? new AppConfigurationEntry[] {entries.get(section)} : null;
  }
}
