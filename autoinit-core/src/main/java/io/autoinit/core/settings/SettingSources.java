package io.autoinit.core.settings;

import io.autoinit.spi.BackendProvider;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/**
 * Where settings come from; later components win.
 *
 * @param config the configuration file, if one was named in code or on the command line
 * @param environment the environment variables
 * @param properties the system properties, of which those that begin with {@code autoinit.} count
 * @param explicit what was set in code or on the command line, in order; the last one wins
 * @param workingDirectory where {@code autoinit.conf} is looked for; absolute
 * @param providers the backends on the class path
 * @param runsSteps whether commands are run here, so that their programs must be here
 * @param client who this process is, see {@link io.autoinit.spi.BackendConfig#client()}
 */
public record SettingSources(
    Optional<Path> config,
    Map<String, String> environment,
    Map<String, String> properties,
    List<Explicit> explicit,
    Path workingDirectory,
    List<BackendProvider> providers,
    boolean runsSteps,
    String client) {

  /**
   * A value that was set in code or on the command line.
   *
   * @param key the full name of the setting, for example {@code autoinit.run-id}
   * @param value the value
   * @param source what an error message calls the source, for example {@code --run-id}
   */
  public record Explicit(String key, String value, String source) {}

  /** Copies the collections. */
  public SettingSources {
    environment = Map.copyOf(environment);
    properties = Map.copyOf(properties);
    explicit = List.copyOf(explicit);
    providers = List.copyOf(providers);
  }

  /**
   * System properties as a map of the texts among them.
   *
   * @param properties the properties
   * @return a copy
   */
  public static Map<String, String> texts(Properties properties) {
    Map<String, String> texts = new LinkedHashMap<>();
    properties.stringPropertyNames().forEach(name -> texts.put(name, properties.getProperty(name)));
    return texts;
  }
}
