package io.autoinit.core.file;

import io.autoinit.Namespace;
import io.autoinit.RunId;
import io.autoinit.spi.BackendRefusedException;
import io.autoinit.spi.Claim;
import io.autoinit.spi.Hint;
import io.autoinit.spi.Observed;
import io.autoinit.spi.Poll;
import io.autoinit.spi.Publication;
import io.autoinit.spi.Readiness;
import io.autoinit.spi.ReadinessStore;
import io.autoinit.spi.RunKey;
import io.autoinit.spi.Watch;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Readiness as a file for each run. Its first line holds the highest token seen and the revision;
 * the record follows, and is missing after it was cleared.
 */
final class FileReadiness implements ReadinessStore {

  /** A look costs no more than a few system calls. */
  private static final Duration PAUSE = Duration.ofMillis(100);

  private final FileSettings settings;
  private final Runnable requireOpen;
  private final FileClock clock = new FileClock();

  FileReadiness(FileSettings settings, Runnable requireOpen) {
    this.settings = settings;
    this.requireOpen = requireOpen;
  }

  /** The content of a file. */
  private record Content(long fence, String revision, Optional<Readiness> record) {

    static final Content NOTHING = new Content(0, "", Optional.empty());

    static Content parse(String text) {
      int end = text.indexOf('\n');
      String[] head = text.substring(0, Math.max(0, end)).split(" ", -1);
      if (head.length != 2) {
        throw new IllegalArgumentException("the file has no head");
      }
      String rest = text.substring(end + 1);
      return new Content(
          Long.parseLong(head[0]),
          head[1],
          rest.isBlank() ? Optional.empty() : Optional.of(Readiness.fromText(rest)));
    }

    static String text(long fence, String revision, Optional<Readiness> record) {
      return "%d %s\n%s".formatted(fence, revision, record.map(Readiness::toText).orElse(""));
    }

    /** What was cleared has a revision, but no record. */
    Optional<String> seen() {
      return record.map(r -> revision);
    }

    boolean ready() {
      return record.filter(Readiness::isReady).isPresent();
    }
  }

  @Override
  public Optional<Observed<Readiness>> find(RunKey run) {
    requireOpen.run();
    return records(run)
        .readWithAge(name(run), clock)
        .flatMap(
            stored -> {
              Content content = content(run, Optional.of(stored.text()));
              return content
                  .record()
                  .map(record -> new Observed<>(record, stored.age(), content.revision()));
            });
  }

  @Override
  public Poll poll(RunKey run) {
    return new Poll(find(run), PAUSE);
  }

  @Override
  public Optional<Observed<Readiness>> publish(Publication publication) {
    requireOpen.run();
    Readiness next = publication.next();
    RunKey run = next.run();
    return records(run)
        .change(
            name(run),
            before -> {
              Content content = content(run, before);
              if (content.ready()
                  || next.token() < content.fence()
                  || !publication.accepts(content.seen())) {
                return Records.Change.none(Optional.empty());
              }
              return written(next.token(), next);
            });
  }

  @Override
  public Optional<Observed<Readiness>> claim(Claim claim) {
    requireOpen.run();
    RunKey run = claim.next().run();
    return records(run)
        .change(
            name(run),
            before -> {
              Content content = content(run, before);
              if (content.ready() || !content.seen().equals(claim.expected())) {
                return Records.Change.none(Optional.empty());
              }
              return written(content.fence(), claim.next());
            });
  }

  private static Records.Change<Optional<Observed<Readiness>>> written(long fence, Readiness next) {
    String revision = revision();
    return Records.Change.to(
        Content.text(fence, revision, Optional.of(next)),
        Optional.of(new Observed<>(next, Duration.ZERO, revision)));
  }

  /** No hints: a look is cheap. */
  @Override
  public Watch watch(RunKey run, Consumer<Hint> hints) {
    requireOpen.run();
    return Watch.NONE;
  }

  @Override
  public boolean clear(RunKey run) {
    requireOpen.run();
    if (records(run).read(name(run)).isEmpty()) {
      return false;
    }
    return records(run)
        .change(
            name(run),
            before -> {
              Content content = content(run, before);
              return content.record().isEmpty()
                  ? Records.Change.none(false)
                  : Records.Change.to(
                      Content.text(content.fence(), revision(), Optional.empty()), true);
            });
  }

  @Override
  public Optional<List<Observed<Readiness>>> runs(Namespace namespace) {
    requireOpen.run();
    return Optional.of(
        records(namespace).names().stream()
            .flatMap(name -> readable(namespace, name).stream())
            .toList());
  }

  /** Empty also for what is no record: the others are no less there for it. */
  private Optional<Observed<Readiness>> readable(Namespace namespace, String name) {
    try {
      return find(new RunKey(namespace, new RunId(name)));
    } catch (IllegalArgumentException | BackendRefusedException e) {
      return Optional.empty();
    }
  }

  @Override
  public boolean durable() {
    return true;
  }

  private Content content(RunKey run, Optional<String> text) {
    try {
      return text.map(Content::parse).orElse(Content.NOTHING);
    } catch (IllegalArgumentException e) {
      throw new BackendRefusedException(
          "The readiness of run %s in %s cannot be read: delete the file"
              .formatted(run.inWords(), settings.directory().path()),
          e);
    }
  }

  private static String revision() {
    return UUID.randomUUID().toString();
  }

  private Records records(RunKey run) {
    return records(run.namespace());
  }

  private Records records(Namespace namespace) {
    return new Records(
        settings.directory().sub("readiness").sub(namespace.value()), settings.client());
  }

  private static String name(RunKey run) {
    return run.runId().value();
  }
}
