package io.autoinit.backend.hazelcast;

import com.hazelcast.splitbrainprotection.SplitBrainProtectionException;
import io.autoinit.spi.BackendException;
import io.autoinit.spi.BackendRefusedException;
import io.autoinit.spi.BackendUnavailableException;
import java.util.regex.Pattern;

/**
 * Turns what Hazelcast throws into one sentence with the way out, without secrets (BACKEND-3):
 * refused for good, where trying again is pointless, else unavailable.
 */
final class HazelcastErrors {

  private static final Pattern REFUSES =
      Pattern.compile(
          "(?i)Authentication failed|AuthenticationException|not allowed in the cluster"
              + "|ClientNotAllowedInCluster");
  private static final int DEEPEST = 20;

  private final HazelcastSettings settings;

  HazelcastErrors(HazelcastSettings settings) {
    this.settings = settings;
  }

  BackendException refused() {
    boolean knows = settings.user().isPresent() || settings.token().isPresent();
    return new BackendRefusedException(
        settings.file().isPresent()
            ? "%s turned the client away: its cluster has another name, or does not take its credentials; correct the file (%s)"
                .formatted(settings.place(), settings.key(HazelcastSettings.CONFIG))
            : "%s turned the client away: its cluster is not called '%s' (%s)%s"
                .formatted(
                    settings.place(),
                    settings.clusterName(),
                    settings.key(HazelcastSettings.CLUSTER_NAME),
                    knows
                        ? ", or does not take what it was shown (%s)"
                            .formatted(
                                settings.key(
                                    settings.token().isPresent()
                                        ? HazelcastSettings.TOKEN
                                        : HazelcastSettings.PASSWORD))
                        : ", or wants to be shown who comes (%s, %s)"
                            .formatted(
                                settings.key(HazelcastSettings.USER),
                                settings.key(HazelcastSettings.PASSWORD))));
  }

  BackendUnavailableException tooFew() {
    return new BackendUnavailableException(
        "%s has fewer members that see each other than it must have (%s = %d)"
            .formatted(
                settings.place(),
                settings.key(HazelcastSettings.MIN_MEMBERS),
                settings.minMembers()));
  }

  /** Of a grid that this member has not seen whole so far. */
  BackendUnavailableException forming(int members) {
    return BackendUnavailableException.coming(
        "the members of %s still find each other: %d of at least %d %s here (%s), looked for at %s (%s): start the others, or correct these settings"
            .formatted(
                settings.place(),
                members,
                settings.minMembers(),
                members == 1 ? "is" : "are",
                settings.key(HazelcastSettings.MIN_MEMBERS),
                lookedForAt(),
                whereToFind()));
  }

  /** Of a member that has not been let in so far. */
  BackendUnavailableException joining() {
    return BackendUnavailableException.coming(
        "this process is not yet a member of %s, and at least %d are needed (%s): nobody at %s has let it in so far (%s); start the others, or correct these settings"
            .formatted(
                settings.place(),
                settings.minMembers(),
                settings.key(HazelcastSettings.MIN_MEMBERS),
                lookedForAt(),
                whereToFind()));
  }

  private String lookedForAt() {
    return settings.kubernetesDns().orElseGet(() -> String.join(",", settings.addresses()));
  }

  /** Of a cluster that has let nobody in so far. */
  BackendException outOfReach() {
    return new BackendUnavailableException(
        "%s is out of reach: no member answered, or none of its cluster %s (%s, %s)"
            .formatted(
                settings.place(),
                settings.clusterName(),
                settings.mode() == HazelcastSettings.Mode.CLIENT
                    ? settings.key(HazelcastSettings.ADDRESSES)
                    : whereToFind(),
                settings.key(HazelcastSettings.CLUSTER_NAME)));
  }

  /** Only who keeps nothing itself meets this. */
  BackendUnavailableException nobody() {
    return new BackendUnavailableException(
        "%s has no member that keeps anything: no start is under way, or %s does not name it"
            .formatted(settings.place(), whereToFind()));
  }

  private String whereToFind() {
    return settings.key(
        settings.kubernetesDns().isPresent()
            ? HazelcastSettings.KUBERNETES_DNS
            : HazelcastSettings.MEMBERS);
  }

  BackendException unconfirmed(boolean forming) {
    String words =
        "%s is not of one mind about who its members are, so no answer counts: let the member that is stopped go on or end it, or mend the network between them; a longer %s waits for that"
            .formatted(settings.place(), settings.key(HazelcastSettings.COMMAND_TIMEOUT));
    return forming
        ? BackendUnavailableException.coming(words)
        : new BackendUnavailableException(words);
  }

  BackendException foreign() {
    return new BackendRefusedException(
        "%s has a member that is not autoinit's, or of another release, and cannot confirm what members see: give the fleet a cluster of its own (%s)"
            .formatted(settings.place(), settings.key(HazelcastSettings.CLUSTER_NAME)));
  }

  /** What to throw in place of what Hazelcast threw. */
  @SuppressWarnings("removal") // The library throws the JDK's AccessControlException.
  BackendException translate(Throwable thrown) {
    Throwable cause = thrown;
    for (int depth = 0; cause != null && depth < DEEPEST; depth++) {
      if (cause instanceof BackendRefusedException told) {
        return new BackendRefusedException(String.valueOf(told.getMessage()), told);
      }
      if (cause instanceof BackendUnavailableException told && told.isComing()) {
        return told;
      }
      if (cause instanceof BackendUnavailableException told) {
        return new BackendUnavailableException(String.valueOf(told.getMessage()), told);
      }
      if (cause instanceof java.security.AccessControlException) {
        return new BackendRefusedException(
            "%s does not permit its user what autoinit needs: grant create, read, put, remove and listen on maps named %s-*"
                .formatted(settings.place(), settings.prefix()));
      }
      if (cause instanceof SplitBrainProtectionException) {
        return tooFew();
      }
      if (refuses(String.valueOf(cause.getMessage()))) {
        return refused();
      }
      cause = cause.getCause();
    }
    return new BackendUnavailableException(
        "%s is out of reach: %s".formatted(settings.place(), firstLine(thrown)), scrubbed(thrown));
  }

  private static boolean refuses(String message) {
    return REFUSES.matcher(message).find();
  }

  private String firstLine(Throwable thrown) {
    String line =
        String.valueOf(thrown.getMessage()).strip().lines().findFirst().orElse("no answer");
    return shown(line);
  }

  private String shown(String line) {
    String shown = settings.password().map(secret -> line.replace(secret, "***")).orElse(line);
    return settings.token().map(secret -> shown.replace(secret, "***")).orElse(shown);
  }

  /** The library's own errors hold no more than addresses and names of its classes. */
  private Throwable scrubbed(Throwable thrown) {
    return String.valueOf(thrown).equals(shown(String.valueOf(thrown)))
        ? thrown
        : new IllegalStateException(shown(String.valueOf(thrown)));
  }
}
