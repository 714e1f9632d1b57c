package io.autoinit.core.file;

import io.autoinit.spi.Backend;
import io.autoinit.spi.BackendConfig;
import io.autoinit.spi.BackendProvider;
import io.autoinit.spi.MarkerKey;
import io.autoinit.spi.Role;
import io.autoinit.spi.Setting;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Makes backends of the type {@code file}. */
public final class FileBackendProvider implements BackendProvider {

  /** For {@link java.util.ServiceLoader}. */
  public FileBackendProvider() {}

  @Override
  public String type() {
    return "file";
  }

  @Override
  public Set<Role> roles() {
    return EnumSet.allOf(Role.class);
  }

  @Override
  public List<Setting> settings() {
    return List.of(FileSettings.MARKER_DIR);
  }

  /** Looks at the directory without making or changing anything. */
  @Override
  public List<String> problems(BackendConfig config) {
    return FileSettings.of(config).directory().obstacleInIt().stream()
        .map(Directory.Obstacle::sentence)
        .toList();
  }

  /**
   * Tries whether a marker can be written, as a look cannot tell of all that prevents it. Makes the
   * directory for them and leaves no file.
   *
   * @param config the settings of an instance
   * @param key whose marker
   * @throws io.autoinit.spi.BackendRefusedException if the directory is not fit for use
   * @throws io.autoinit.spi.BackendUnavailableException if it cannot be written now
   */
  public static void tryToMark(BackendConfig config, MarkerKey key) {
    FileMarkers.directory(FileSettings.of(config), key).tryToWrite();
  }

  @Override
  public Backend open(BackendConfig config) {
    return new FileBackend(FileSettings.of(config));
  }
}
