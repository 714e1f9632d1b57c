package io.autoinit.chaos;

import io.autoinit.spi.Backend;
import io.autoinit.spi.CompletedStep;
import io.autoinit.spi.Lease;
import io.autoinit.spi.LockName;
import io.autoinit.spi.LockProvider;
import io.autoinit.spi.MarkerStore;
import io.autoinit.spi.Readiness;
import io.autoinit.spi.ReadinessStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A real backend that writes down what it is asked and what it answers, and offers the moments
 * before and after each write as points. It looks at calls as they come, whatever their signatures.
 */
final class Watched implements Backend {

  private final String instance;
  private final Backend real;
  private final Scribe scribe;
  private final ProtocolPoints points;

  Watched(String instance, Backend real, Scribe scribe, ProtocolPoints points) {
    this.instance = instance;
    this.real = real;
    this.scribe = scribe;
    this.points = points;
  }

  @Override
  public Optional<LockProvider> locks() {
    return real.locks().map(locks -> watch(LockProvider.class, locks, ""));
  }

  @Override
  public Optional<ReadinessStore> readiness() {
    return real.readiness().map(store -> watch(ReadinessStore.class, store, ""));
  }

  @Override
  public Optional<MarkerStore> markers() {
    return real.markers().map(store -> watch(MarkerStore.class, store, ""));
  }

  @Override
  public List<String> warnings() {
    return real.warnings();
  }

  @Override
  public void close() {
    real.close();
  }

  private <F> F watch(Class<F> facet, F delegate, String suffix) {
    return facet.cast(
        Proxy.newProxyInstance(
            facet.getClassLoader(),
            new Class<?>[] {facet},
            (proxy, method, arguments) -> call(delegate, method, suffix, arguments)));
  }

  private @Nullable Object call(
      Object delegate, Method method, String suffix, Object @Nullable [] arguments)
      throws Throwable {
    Object argument = arguments == null || arguments.length == 0 ? "" : arguments[0];
    Optional<String> write = write(method.getName(), suffix, argument);
    if (write.isEmpty()) {
      return invoke(delegate, method, arguments);
    }
    String point = instance + "." + write.get();
    points.reach(point + ".before");
    Object[] story = story(point, argument, delegate);
    scribe.write("sent", story);
    try {
      Object answer = invoke(delegate, method, arguments);
      boolean done = isDone(answer);
      scribe.write("answered", with(story, answer, done));
      if (done) {
        points.reach(point + ".after");
      }
      return watchLease(answer, argument);
    } catch (RuntimeException e) {
      scribe.write("answered", extended(story, "done", "unknown", "error", e.toString()));
      throw e;
    }
  }

  private static @Nullable Object invoke(
      Object delegate, Method method, Object @Nullable [] arguments) throws Throwable {
    try {
      return method.invoke(delegate, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  /** What a call writes, as points name it; empty if it only reads. */
  private static Optional<String> write(String method, String suffix, Object argument) {
    return switch (method) {
      case "tryAcquire" -> Optional.of("acquire" + suffix(argument));
      case "renew" -> Optional.of("renew" + suffix);
      case "close" -> Optional.of("release" + suffix);
      case "claim" -> Optional.of("claim");
      case "put" -> Optional.of("put");
      case "publish" ->
          Optional.of(
              "publish-"
                  + readinessIn(argument)
                      .map(r -> r.getClass().getSimpleName().toLowerCase(Locale.ROOT))
                      .orElse("something"));
      default -> Optional.empty();
    };
  }

  private static String suffix(Object lock) {
    return lock instanceof LockName name && name.node().isPresent() ? "-node" : "";
  }

  /** The record that an argument is or has. */
  private static Optional<Readiness> readinessIn(Object argument) {
    if (argument instanceof Readiness readiness) {
      return Optional.of(readiness);
    }
    RecordComponent[] components = argument.getClass().getRecordComponents();
    return Stream.of(components == null ? new RecordComponent[0] : components)
        .filter(component -> Readiness.class.isAssignableFrom(component.getType()))
        .map(component -> (Readiness) read(component, argument))
        .findFirst();
  }

  private static Object read(RecordComponent component, Object owner) {
    try {
      return component.getAccessor().invoke(owner);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Object[] story(String point, Object argument, Object delegate) {
    Object[] story = {"call", point};
    Optional<Readiness> readiness = readinessIn(argument);
    if (readiness.isPresent()) {
      Readiness record = readiness.get();
      String completed =
          record.completed().stream().map(CompletedStep::name).collect(Collectors.joining(","));
      return extended(story, "token", record.token(), "completed", completed);
    }
    return delegate instanceof Lease lease ? extended(story, "token", lease.token()) : story;
  }

  private static Object[] extended(Object[] story, Object... more) {
    return Stream.of(story, more).flatMap(Stream::of).toArray();
  }

  private static Object[] with(Object[] story, @Nullable Object answer, boolean done) {
    Object[] told = extended(story, "done", done);
    return answer instanceof Optional<?> some
            && some.isPresent()
            && some.get() instanceof Lease lease
        ? extended(told, "token", lease.token())
        : told;
  }

  private static boolean isDone(@Nullable Object answer) {
    if (answer instanceof Boolean yes) {
      return yes;
    }
    return !(answer instanceof Optional<?> some) || some.isPresent();
  }

  private @Nullable Object watchLease(@Nullable Object answer, Object lock) {
    return answer instanceof Optional<?> some
            && some.isPresent()
            && some.get() instanceof Lease lease
        ? Optional.of(watch(Lease.class, lease, suffix(lock)))
        : answer;
  }
}
