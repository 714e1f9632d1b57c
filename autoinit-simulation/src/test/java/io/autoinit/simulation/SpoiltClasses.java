package io.autoinit.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/**
 * All classes of this project once more, the simulation too, with a fault sown into the sources of
 * some of them. They come before the real ones.
 */
final class SpoiltClasses extends ClassLoader {

  private static final String OURS = "io.autoinit.";

  private final Map<String, byte[]> spoilt;

  private SpoiltClasses(Map<String, byte[]> spoilt) {
    super(SpoiltClasses.class.getClassLoader());
    this.spoilt = spoilt;
  }

  static SpoiltClasses with(SownFault fault) throws IOException {
    return new SpoiltClasses(compile(sources(fault)));
  }

  /** The sources that a fault spoils; each text that it replaces must stand there, once. */
  static Map<Path, String> sources(SownFault fault) throws IOException {
    Map<Path, String> sources = new LinkedHashMap<>();
    for (SownFault.Edit edit : fault.edits()) {
      Path file = file(edit.type());
      String source = sources.containsKey(file) ? sources.get(file) : Files.readString(file);
      sources.put(file, edited(source, edit));
    }
    return sources;
  }

  private static Path file(String type) {
    return SownFault.sources().stream()
        .map(folder -> folder.resolve(type + ".java"))
        .filter(Files::exists)
        .findFirst()
        .orElseThrow(() -> new AssertionError("there is no source of " + type));
  }

  private static String edited(String source, SownFault.Edit edit) {
    int at = source.indexOf(edit.text());
    assertThat(at).as("%s has the text: %s", edit.type(), edit.text()).isNotNegative();
    assertThat(source.indexOf(edit.text(), at + 1))
        .as("%s has the text once: %s", edit.type(), edit.text())
        .isNegative();
    return source.substring(0, at)
        + edit.replacement()
        + source.substring(at + edit.text().length());
  }

  private static Map<String, byte[]> compile(Map<Path, String> sources) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    List<JavaFileObject> units =
        sources.entrySet().stream().map(e -> source(e.getKey(), e.getValue())).toList();
    StringWriter said = new StringWriter();
    try (Results results = new Results(compiler.getStandardFileManager(null, null, null))) {
      List<String> options = List.of("-proc:none", "-nowarn", "-classpath", classPath);
      boolean compiled = compiler.getTask(said, results, null, options, null, units).call();
      assertThat(compiled).as("compiles: %s", said).isTrue();
      return results.classes();
    }
  }

  private static JavaFileObject source(Path file, String text) {
    return new SimpleJavaFileObject(
        URI.create("spoilt:///" + file.getFileName()), JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return text;
      }
    };
  }

  /** Keeps what is compiled. */
  private static final class Results extends ForwardingJavaFileManager<JavaFileManager> {
    private final Map<String, ByteArrayOutputStream> written = new HashMap<>();

    Results(JavaFileManager standard) {
      super(standard);
    }

    @Override
    public JavaFileObject getJavaFileForOutput(
        Location location, String name, JavaFileObject.Kind kind, javax.tools.FileObject sibling) {
      return new SimpleJavaFileObject(URI.create("spoilt:///" + name), kind) {
        @Override
        public OutputStream openOutputStream() {
          ByteArrayOutputStream bytes = new ByteArrayOutputStream();
          written.put(name, bytes);
          return bytes;
        }
      };
    }

    Map<String, byte[]> classes() {
      Map<String, byte[]> classes = new HashMap<>();
      written.forEach((name, bytes) -> classes.put(name, bytes.toByteArray()));
      return classes;
    }
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (!name.startsWith(OURS)) {
      return super.loadClass(name, resolve);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      return loaded == null ? define(name) : loaded;
    }
  }

  private Class<?> define(String name) throws ClassNotFoundException {
    byte[] bytes = spoilt.get(name);
    try (InputStream real = getResourceAsStream(name.replace('.', '/') + ".class")) {
      if (bytes == null && real == null) {
        throw new ClassNotFoundException(name);
      }
      byte[] code = bytes == null ? real.readAllBytes() : bytes;
      return defineClass(name, code, 0, code.length);
    } catch (IOException e) {
      throw new ClassNotFoundException(name, e);
    }
  }

  /** What {@link Simulation#look} of these classes finds. */
  @SuppressWarnings("unchecked")
  Map<String, String> look(long first, long count, boolean shrink)
      throws ReflectiveOperationException {
    return (Map<String, String>)
        loadClass(Simulation.class.getName())
            .getMethod("look", long.class, long.class, boolean.class)
            .invoke(null, first, count, shrink);
  }
}
