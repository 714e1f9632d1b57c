package io.autoinit.spi;

import static org.assertj.core.api.Assertions.assertThat;

import io.autoinit.Namespace;
import io.autoinit.NodeId;
import io.autoinit.RunId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class KeysTest {

  private static final List<String> NAMES =
      List.of(
          "a",
          "A",
          "b",
          "a.b",
          "a-b",
          "a_b",
          "a.",
          "a-",
          "default",
          "DEFAULT",
          "node",
          "infrastructure",
          "default-a",
          "node-a",
          "infrastructure-a");

  @Test
  @DisplayName("LOCK-8 different locks have different names")
  void locks_do_not_collide() {
    Map<String, LockName> seen = new HashMap<>();
    for (String namespace : NAMES) {
      add(seen, LockName.infrastructure(new Namespace(namespace)));
      for (String node : NAMES) {
        add(seen, LockName.node(new Namespace(namespace), new NodeId(node)));
      }
    }
    assertThat(seen).hasSize(NAMES.size() * (NAMES.size() + 1));
    assertThat(LockName.infrastructure(new Namespace("shop"))).hasToString("shop/infrastructure");
    assertThat(new LockName(new Namespace("shop"), Optional.of(new NodeId("web-3"))))
        .hasToString("shop/node/web-3");
  }

  @Test
  @DisplayName("READY-4 different runs have different keys")
  void runs_do_not_collide() {
    Map<String, RunKey> seen = new HashMap<>();
    for (String namespace : NAMES) {
      for (String run : NAMES) {
        add(seen, new RunKey(new Namespace(namespace), new RunId(run)));
      }
    }
    assertThat(seen).hasSize(NAMES.size() * NAMES.size());
    assertThat(new RunKey(Namespace.DEFAULT, new RunId("v1"))).hasToString("v1");
    assertThat(new RunKey(new Namespace("shop"), new RunId("v1"))).hasToString("shop:v1");
    assertThat(new RunKey(new Namespace("shop"), new RunId("v1")).inWords())
        .isEqualTo("v1 of shop");
    assertThat(new RunKey(Namespace.DEFAULT, new RunId("v1")).inWords()).isEqualTo("v1 of default");
  }

  private static <T> void add(Map<String, T> seen, T key) {
    assertThat(seen.put(key.toString(), key)).as("what has the same text as %s", key).isNull();
  }
}
