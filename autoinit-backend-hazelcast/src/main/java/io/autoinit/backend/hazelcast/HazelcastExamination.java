package io.autoinit.backend.hazelcast;

import com.hazelcast.cluster.Member;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.version.MemberVersion;
import io.autoinit.Namespace;
import io.autoinit.RunId;
import io.autoinit.spi.BackendException;
import io.autoinit.spi.BackendUnavailableException;
import io.autoinit.spi.ClockRate;
import io.autoinit.spi.Finding;
import io.autoinit.spi.ReadinessStore;
import io.autoinit.spi.RunKey;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A close look at a cluster (BACKEND-7): the members that it tells of, and their clock. */
final class HazelcastExamination {

  private static final MemberVersion OLDEST = MemberVersion.of(5, 4, 0);
  private static final Comparator<MemberVersion> BY_RELEASE =
      MemberVersion.MAJOR_MINOR_VERSION_COMPARATOR;
  private static final RunKey NOBODY =
      new RunKey(Namespace.DEFAULT, new RunId("nobody-looks-here"));

  private final HazelcastGrid grid;
  private final HazelcastSettings settings;
  private final ReadinessStore readiness;

  HazelcastExamination(HazelcastGrid grid, ReadinessStore readiness) {
    this.grid = grid;
    this.settings = grid.settings();
    this.readiness = readiness;
  }

  List<Finding> findings() {
    try {
      long begun = System.nanoTime();
      var unused = readiness.find(NOBODY);
      Duration took = Duration.ofNanos(System.nanoTime() - begun);
      List<MemberVersion> members = grid.askOnce(HazelcastExamination::versions);
      return List.of(
          Finding.ok(
              "reachable",
              "%s answers; a read took %d ms".formatted(settings.place(), took.toMillis())),
          version(settings.place(), members),
          members(settings.place(), members.size()),
          ClockRate.of(this::clock, Duration.ofMillis(1)).finding(settings.place()));
    } catch (BackendUnavailableException e) {
      return List.of(
          Finding.error(
              "reachable",
              String.valueOf(e.getMessage()),
              "start the members, or correct " + settings.key(where())));
    } catch (BackendException e) {
      return List.of(Finding.of(e));
    }
  }

  private String where() {
    if (settings.file().isPresent()) {
      return HazelcastSettings.CONFIG;
    }
    return settings.mode() == HazelcastSettings.Mode.CLIENT
        ? HazelcastSettings.ADDRESSES
        : HazelcastSettings.MEMBERS;
  }

  private static List<MemberVersion> versions(HazelcastInstance instance) {
    return View.of(instance).members().stream().map(Member::getVersion).toList();
  }

  private Duration clock() {
    return Duration.ofMillis(grid.askOnce(grid::millis));
  }

  static Finding version(String place, List<MemberVersion> members) {
    String seen =
        members.stream()
            .map(MemberVersion::toString)
            .distinct()
            .sorted()
            .collect(Collectors.joining(", "));
    Stream<MemberVersion> known = members.stream().filter(version -> !version.isUnknown());
    return known.anyMatch(version -> BY_RELEASE.compare(version, OLDEST) < 0)
        ? Finding.error(
            "version",
            "%s is of version %s, which nobody has tried".formatted(place, seen),
            "take Hazelcast 5.4 or later")
        : Finding.ok("version", seen);
  }

  private static Finding members(String place, int count) {
    return count == 1
        ? Finding.warning(
            "members",
            place + " has a single member: all data are lost with it",
            "let the cluster have at least 3 members, on machines of their own")
        : Finding.ok("members", "%d see each other".formatted(count));
  }
}
