package io.autoinit.core.settings;

/** Reads the settings: one reader, one place. */
@SuppressWarnings("DoNotCallSuggester")
public final class SettingsReader {

  private SettingsReader() {}

  /**
   * Reads and checks all settings. Reads files, and touches no store.
   *
   * @param sources where they come from
   * @return the settings
   * @throws io.autoinit.ConfigurationException with every problem of all sources
   */
  public static Settings read(SettingSources sources) {
    throw new IllegalStateException("under construction");
  }
}
