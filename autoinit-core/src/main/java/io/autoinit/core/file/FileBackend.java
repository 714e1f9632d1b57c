package io.autoinit.core.file;

import io.autoinit.spi.Backend;
import io.autoinit.spi.Finding;
import io.autoinit.spi.LockProvider;
import io.autoinit.spi.MarkerStore;
import io.autoinit.spi.ReadinessStore;
import java.util.List;
import java.util.Optional;

/**
 * One directory: {@code locks}, {@code readiness} and {@code markers} below it. The first write
 * makes it; who only looks leaves no trace.
 */
final class FileBackend implements Backend {

  private final FileLocks locks;
  private final FileReadiness readiness;
  private final FileMarkers markers;
  private final Directory directory;
  private volatile boolean closed;
  private volatile boolean trusted;

  FileBackend(FileSettings settings) {
    this.directory = settings.directory();
    this.locks = new FileLocks(settings, this::requireOpen);
    this.readiness = new FileReadiness(settings, this::requireOpen);
    this.markers = new FileMarkers(settings, this::requireOpen);
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the file backend is closed: open another one");
    }
    // It may have been made by somebody else since the settings were read.
    trusted = trusted || directory.isThere();
  }

  @Override
  public Optional<LockProvider> locks() {
    return Optional.of(locks);
  }

  @Override
  public Optional<ReadinessStore> readiness() {
    return Optional.of(readiness);
  }

  @Override
  public Optional<MarkerStore> markers() {
    return Optional.of(markers);
  }

  @Override
  public List<Finding> findings() {
    if (closed) {
      requireOpen();
    }
    return FileExamination.of(directory);
  }

  @Override
  public void close() {
    closed = true;
    locks.releaseAll();
  }
}
