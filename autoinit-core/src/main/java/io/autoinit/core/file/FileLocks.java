package io.autoinit.core.file;

import io.autoinit.spi.BackendUnavailableException;
import io.autoinit.spi.Guarantee;
import io.autoinit.spi.Lease;
import io.autoinit.spi.LockName;
import io.autoinit.spi.LockProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Locks of the operating system on files: the system ends them with the process, at once. A lease
 * needs no renewal; a time to live has no meaning here.
 */
final class FileLocks implements LockProvider {

  private final FileSettings settings;
  private final Runnable requireOpen;
  private final Set<FileLease> leases = ConcurrentHashMap.newKeySet();

  FileLocks(FileSettings settings, Runnable requireOpen) {
    this.settings = settings;
    this.requireOpen = requireOpen;
  }

  @Override
  public Optional<Lease> tryAcquire(LockName name, Duration ttl) {
    requireOpen.run();
    Directory directory = directory(name);
    directory.make();
    try {
      Optional<LockedFile> file =
          Uninterrupted.run(
              () ->
                  LockedFile.tryLock(
                      directory.path().resolve(base(name) + ".lock"), settings.client()));
      return file.map(f -> lease(name, f));
    } catch (IOException e) {
      throw Directory.failure("The lock %s cannot be tried".formatted(name), e);
    }
  }

  private Lease lease(LockName name, LockedFile file) {
    FileLease lease = begun(name, file);
    leases.add(lease);
    try {
      requireOpen.run();
      return lease;
    } catch (RuntimeException e) {
      lease.close();
      throw e;
    }
  }

  private FileLease begun(LockName name, LockedFile file) {
    try {
      Records records = new Records(directory(name), settings.client());
      long token = nextToken(records, name);
      return new FileLease(file, sign(name), token);
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private HolderFile sign(LockName name) {
    try {
      return Uninterrupted.run(() -> HolderFile.put(holderFile(name), settings.client()));
    } catch (IOException e) {
      throw Directory.failure("The holder of the lock %s cannot be written".formatted(name), e);
    }
  }

  /** Higher than the last one, also if that file was lost: the clock has moved on since. */
  private static long nextToken(Records records, LockName name) {
    return records.change(
        base(name) + ".token",
        before -> {
          long last = before.map(String::strip).map(FileLocks::number).orElse(0L);
          long clock = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
          long token = Math.max(last + 1, clock);
          return Records.Change.to(Long.toString(token), token);
        });
  }

  private static long number(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  @Override
  public Guarantee guarantee() {
    return Guarantee.STRONG;
  }

  @Override
  public Optional<String> holder(LockName name) {
    requireOpen.run();
    try {
      return Uninterrupted.run(() -> HolderFile.look(holderFile(name)));
    } catch (IOException e) {
      throw new BackendUnavailableException("The lock %s cannot be looked at".formatted(name), e);
    }
  }

  /** The system keeps the lock of a file for a process that lives. */
  @Override
  public boolean mayRevoke() {
    return false;
  }

  private Directory directory(LockName name) {
    Directory directory = settings.directory().sub("locks").sub(name.namespace().value());
    return name.node().isPresent() ? directory.sub("node") : directory;
  }

  private static String base(LockName name) {
    return name.node().map(Object::toString).orElse("infrastructure");
  }

  private Path holderFile(LockName name) {
    return directory(name).path().resolve(base(name) + ".holder");
  }

  void releaseAll() {
    List.copyOf(leases).forEach(Lease::close);
  }

  private final class FileLease implements Lease {

    private final LockedFile file;
    private final HolderFile sign;
    private final long token;
    private final AtomicBoolean over = new AtomicBoolean();

    FileLease(LockedFile file, HolderFile sign, long token) {
      this.file = file;
      this.sign = sign;
      this.token = token;
    }

    @Override
    public long token() {
      return token;
    }

    @Override
    public boolean renew() {
      if (!over.get() && !file.isHeld()) {
        close();
      }
      return !over.get();
    }

    @Override
    public void close() {
      if (over.compareAndSet(false, true)) {
        leases.remove(this);
        sign.close();
        file.close();
      }
    }
  }
}
