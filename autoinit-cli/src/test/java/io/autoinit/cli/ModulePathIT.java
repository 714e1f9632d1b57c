package io.autoinit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The packaged jars and their libraries as modules. */
class ModulePathIT {

  @TempDir private Path directory = Path.of("");
  private Distribution autoinit = Distribution.in(directory);

  @BeforeEach
  void setUp() {
    autoinit = Distribution.in(directory);
  }

  @Test
  @DisplayName("BACKEND-1 ServiceLoader finds each provider once, in a module of its own")
  void everyProviderIsFoundAsAModule() throws Exception {
    ModuleLayer boot = ModuleLayer.boot();
    Configuration modules =
        boot.configuration()
            .resolveAndBind(
                ModuleFinder.of(jars().toArray(Path[]::new)),
                ModuleFinder.of(),
                Set.of("io.autoinit.core"));
    ModuleLayer layer =
        boot.defineModulesWithOneLoader(modules, ClassLoader.getPlatformClassLoader());
    Class<?> spi = layer.findLoader("io.autoinit.api").loadClass("io.autoinit.spi.BackendProvider");

    Map<Object, String> found = new LinkedHashMap<>();
    for (Object provider : ServiceLoader.load(layer, spi)) {
      String before =
          found.put(
              spi.getMethod("type").invoke(provider), provider.getClass().getModule().getName());
      assertThat(before).as("found twice: %s", provider).isNull();
    }

    assertThat(found)
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "file", "io.autoinit.core",
                "postgres", "io.autoinit.backend.postgres",
                "redis", "io.autoinit.backend.redis",
                "hazelcast", "io.autoinit.backend.hazelcast"));
  }

  @Test
  void aWholeStartWorksOnTheModulePath() throws IOException {
    Files.writeString(
        directory.resolve("autoinit.conf"),
        """
        autoinit.steps = [{
          name = migrate, phase = infrastructure, command = [sh, -c, "echo migrated"]
        }]
        """);

    Distribution.Ended end = command("run");

    assertThat(end.err()).contains("migrate | migrated", "migrate: done in ");
    assertThat(end.code()).as(end.err()).isZero();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "postgres, jdbc:postgresql://127.0.0.1:1/x?user=app",
    "redis, redis://127.0.0.1:1",
  })
  void aBackendReachesForItsServerOnTheModulePath(String type, String url) throws IOException {
    Distribution.Ended end =
        command(
            "run",
            "--timeout",
            "0",
            "--set",
            "autoinit.backends.%s.url=%s".formatted(type, url),
            "--set",
            "autoinit.locks=" + type);

    assertThat(end.err()).contains("127.0.0.1:1").doesNotContain("a bug");
    assertThat(end.code()).as(end.err()).isEqualTo(ExitCode.UNAVAILABLE.code());
  }

  private Distribution.Ended command(String... args) throws IOException {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    line.add("--module-path");
    line.add(jars().stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator)));
    line.add("--module");
    line.add("io.autoinit.cli/io.autoinit.cli.Main");
    line.addAll(List.of(args));
    return autoinit.end(autoinit.start(autoinit.processOf(line)));
  }

  private List<Path> jars() throws IOException {
    List<Path> jars = new ArrayList<>();
    for (String place :
        List.of("lib", "backends/postgres", "backends/redis", "backends/hazelcast")) {
      try (Stream<Path> files = Files.list(autoinit.home().resolve(place))) {
        jars.addAll(files.sorted().toList());
      }
    }
    return jars;
  }
}
