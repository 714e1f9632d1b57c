package io.autoinit.backend.hazelcast;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceAware;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.DataSerializableFactory;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * What a member of a fleet asks its peers, apart from what the maps hold. All members of a grid
 * must know these questions by the same numbers, in all releases.
 */
final class PeerQuestions implements DataSerializableFactory {

  /** The letters "auto"; documented, so that nobody else in the process takes it. */
  static final int FACTORY = 0x6175746F;

  private static final int SEES = 1;
  private static final int TIME = 2;

  @Override
  public @Nullable IdentifiedDataSerializable create(int type) {
    return switch (type) {
      case SEES -> new Sees(Set.of());
      case TIME -> new Time();
      default -> null;
    };
  }

  /** Whether a peer still sees all of these members. */
  static final class Sees extends Question<Boolean> {

    private Set<UUID> members;

    Sees(Set<UUID> members) {
      this.members = members;
    }

    @Override
    public Boolean call() {
      return View.of(peer()).ids().containsAll(members);
    }

    @Override
    public int getClassId() {
      return SEES;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
      out.writeInt(members.size());
      for (UUID member : members) {
        out.writeLong(member.getMostSignificantBits());
        out.writeLong(member.getLeastSignificantBits());
      }
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
      Set<UUID> read = new HashSet<>();
      for (int left = in.readInt(); left > 0; left--) {
        read.add(new UUID(in.readLong(), in.readLong()));
      }
      members = read;
    }
  }

  /** What time it is on the machine of a peer, in milliseconds. */
  static final class Time extends Question<Long> {

    @Override
    public Long call() {
      return System.currentTimeMillis();
    }

    @Override
    public int getClassId() {
      return TIME;
    }

    @Override
    public void writeData(ObjectDataOutput out) {}

    @Override
    public void readData(ObjectDataInput in) {}
  }

  private abstract static class Question<T>
      implements Callable<T>, IdentifiedDataSerializable, HazelcastInstanceAware {

    private @Nullable HazelcastInstance peer;

    /** Who is asked. */
    final HazelcastInstance peer() {
      HazelcastInstance asked = peer;
      if (asked == null) {
        throw new IllegalStateException("asked of nobody");
      }
      return asked;
    }

    @Override
    public void setHazelcastInstance(HazelcastInstance instance) {
      peer = instance;
    }

    @Override
    public int getFactoryId() {
      return FACTORY;
    }
  }
}
