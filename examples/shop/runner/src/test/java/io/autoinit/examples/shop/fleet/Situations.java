package io.autoinit.examples.shop.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.autoinit.servers.TestPostgres;
import io.autoinit.servers.TestRedis;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/** What happens to the shop in each section of the page of operations. */
final class Situations {

  private Situations() {}

  /** Plays a section. */
  interface Player {
    void play(Play play) throws Exception;
  }

  /** What a situation needs for itself. */
  enum Needs {
    /** Nothing: its leaders are as patient as a busy machine asks, for nobody waits for silence. */
    NOTHING,
    /** That a leader who falls silent is missed soon: twice the default, which is for servers. */
    SILENCE,
    /** That, and stores that no other situation sees, for they are hurt. */
    STORES;

    Map<String, String> environment() {
      return this == NOTHING
          ? Map.of("AUTOINIT_TAKEOVER_DELAY", "20s", "AUTOINIT_LEASE_TTL", "30s")
          : Map.of("AUTOINIT_TAKEOVER_DELAY", "8s", "AUTOINIT_LEASE_TTL", "15s");
    }
  }

  /**
   * Something that happens to a fleet.
   *
   * @param section the title of its section
   * @param needs what it needs for itself
   * @param player makes it happen, and does what the section says
   */
  record Situation(String section, Needs needs, Player player) {

    Situation(String section, Player player) {
      this(section, Needs.NOTHING, player);
    }

    @Override
    public String toString() {
      return section;
    }
  }

  /** All of them, in the order of the page. */
  static Stream<Situation> all() {
    return Stream.of(
        new Situation("The leader was killed", Needs.SILENCE, Situations::leaderKilled),
        new Situation("A migration failed", Situations::migrationFailed),
        new Situation("A step hangs", Needs.SILENCE, Situations::stepHangs),
        new Situation("It is only slow", Situations::slow),
        new Situation("A store is away", Needs.STORES, Situations::storeAway),
        new Situation("The run id is wrong", Situations::wrongRunId),
        new Situation("Back to an older version", Situations::rollback),
        new Situation("More replicas in the middle, or fewer", Situations::scale),
        new Situation("Two clusters on one store", Situations::twoClusters),
        new Situation("To another backend", Situations::otherBackend));
  }

  private static void leaderKilled(Play play) throws Exception {
    Pod leader = play.start("web-1", seed("100"));
    play.seeds(leader);
    Pod waiter = play.start("web-2", seed("200"));
    waiter.says("runs step");
    leader.kill();
    play.read(
        waiter, "runs step", "is a candidate", "leads: ", "takes over", "seed: starts", "goes on");
    waiter.says("seed: 50,000 of");
    play.recordsSeeding(waiter);
    waiter.kill();
    play.type(waiter, "silent for longer");
    Pod back = play.start("web-1", Map.of());
    play.read(back, "candidate", "takes over", "skipped", "seed: done", "done in", "serves at");
    play.type(back);
  }

  private static void migrationFailed(Play play) throws Exception {
    Map<String, String> broken =
        Map.of("SHOP_MIGRATIONS", "db/migration,db/broken", "SHOP_SEED_PAUSE_MS", "0");
    Pod leader = play.start("web-1", broken);
    leader.says("infrastructure  leads");
    Pod waiter = play.start("web-2", broken);
    assertThat(leader.ends()).isEqualTo(70);
    assertThat(waiter.ends()).isEqualTo(70);
    play.read(leader, "leads: ", "starts", "attempt 1 failed", "failed after", "autoinit: ");
    play.read(waiter, "starts for run", "failed after", "autoinit: ");
    play.type(waiter, "is due now");
    play.sql("CREATE TABLE reviews (product_id int, stars numeric)");
    Pod again = play.start("web-1", broken);
    play.read(again, "candidate", "migrate: starts", "migrate: done", "serves at");
    Pod mended = play.start("web-2", Map.of("AUTOINIT_RUN_ID", "v43"));
    play.read(mended, "starts for run", "every step runs", "seed: done", "serves at");
  }

  private static void stepHangs(Play play) throws Exception {
    Pod leader = play.start("web-1", seed("100"));
    play.seeds(leader);
    Pod waiter = play.start("web-2", seed("0"));
    try (Connection somebody = play.connect()) {
      lock(somebody);
      waiter.says("runs step");
      play.type(waiter, "of 100,000");
      assertThat(play.query()).hasSize(1);
      assertThat(play.query()).hasSize(1);
    }
    leader.says("40,000 of");
    try (Connection somebody = play.connect()) {
      lock(somebody);
      play.type(waiter);
      play.type(waiter);
      assertThat(leader.ends()).isEqualTo(71);
      play.read(leader, "lost the lease", "does not stop");
      play.read(waiter, "is a candidate", "takes over");
    }
    play.read(waiter, "seed: done", "serves at");
  }

  /** A session that somebody forgot: whoever writes products waits for it. */
  private static void lock(Connection session) throws SQLException {
    session.setAutoCommit(false);
    try (Statement sql = session.createStatement()) {
      sql.execute("LOCK TABLE products IN ACCESS EXCLUSIVE MODE");
    }
  }

  private static void slow(Play play) throws Exception {
    Pod leader = play.start("web-1", seed("300"));
    play.seeds(leader);
    Map<String, String> impatience = Map.of("AUTOINIT_TIMEOUT_SEC", "4");
    Pod impatient = play.start("web-2", impatience);
    Map<String, String> patience = new HashMap<>(impatience);
    patience.put("AUTOINIT_WAIT_WHILE_PROGRESSING", "true");
    Pod patient = play.start("web-3", patience);
    assertThat(impatient.ends()).isEqualTo(75);
    play.read(impatient, "runs step", "failed after", "autoinit: ");
    play.type(patient, "of 100,000");
    play.type(patient, "RUNNING");
    play.type(patient);
    play.read(patient, "runs step", "nothing to do", "serves at");
  }

  private static void storeAway(Play play) throws Exception {
    TestRedis redis = play.servers().store(Store.Redis.class).server();
    TestPostgres postgres = play.servers().postgres();
    Pod leader = play.start("web-1", seed("150"));
    play.seeds(leader);
    Pod waiter = play.start("web-2", Map.of());
    waiter.says("runs step");
    redis.stop();
    play.read(waiter, "in trouble");
    play.type(waiter);
    play.read(leader, "in trouble", "seed: done", "serves at");
    waiter.says("serves at");
    redis.restart();
    play.type(waiter);
    play.sql("UPDATE seed_progress SET up_to = 0");
    Map<String, String> next = Map.of("AUTOINIT_RUN_ID", "v43", "SHOP_SEED_PAUSE_MS", "100");
    Pod hurt = play.start("web-1", next);
    play.seeds(hurt);
    Pod successor = play.start("web-2", Map.of("AUTOINIT_RUN_ID", "v43"));
    successor.says("runs step");
    postgres.stop();
    assertThat(hurt.ends()).isEqualTo(70);
    play.read(hurt, "seed: attempt 1", "lost the lease", "autoinit: ");
    play.read(successor, "is a candidate", "in trouble");
    play.type(successor);
    Map<String, String> newcomer = Map.of("AUTOINIT_RUN_ID", "v44", "AUTOINIT_TIMEOUT_SEC", "1");
    Pod late = play.start("web-3", newcomer);
    assertThat(late.ends()).isEqualTo(69);
    play.read(late, "in trouble", "autoinit: ");
    postgres.restart();
    play.read(successor, "answers again", "takes over", "seed: done", "serves at");
  }

  private static void wrongRunId(Play play) throws Exception {
    Pod first = play.start("web-1", seed("0"));
    first.says("serves at");
    play.sql("CREATE TABLE reviews (product_id int, stars numeric)");
    Map<String, String> build =
        Map.of("SHOP_MIGRATIONS", "db/migration,db/broken", "SHOP_SEED_PAUSE_MS", "0");
    Pod same = play.start("web-2", build);
    play.read(same, "nothing to do", "serves at");
    play.type(same);
    play.type(same);
    Map<String, String> own = new HashMap<>(build);
    own.put("AUTOINIT_RUN_ID", "v43");
    Pod other = play.start("web-2", own);
    play.read(other, "every step runs", "migrations applied", "serves at");
    play.type(other);
    play.type(other);
    Pod alone = play.start("web-3", Map.of("AUTOINIT_RUN_ID", "web-3"));
    play.read(alone, "starts for run", "every step runs", "serves at");
    play.type(alone);
    Map<String, String> none = Map.of("AUTOINIT_RUN_ID", "", "AUTOINIT_ENVIRONMENT", "production");
    Pod missing = play.start("web-4", none);
    assertThat(missing.ends()).isEqualTo(78);
    play.read(missing, "autoinit: ");
  }

  private static void rollback(Play play) throws Exception {
    Pod old = play.start("web-1", seed("0"));
    old.says("serves at");
    old.close();
    play.sql("UPDATE seed_progress SET up_to = 0");
    Map<String, String> v43 = Map.of("AUTOINIT_RUN_ID", "v43", "SHOP_SEED_PAUSE_MS", "100");
    Pod next = play.start("web-1", v43);
    next.says("10,000 of");
    play.type(next, "of 100,000");
    next.stop();
    assertThat(next.ends()).isEqualTo(143);
    play.type(play.shell("web-1", Map.of()));
    Pod back = play.start("web-1", seed("0"));
    play.read(back, "nothing to do", "nothing to do", "serves at");
    play.type(back);
    back.close();
    play.type(back);
    Pod again = play.start("web-1", seed("0"));
    play.read(again, "every step runs", "migrate: done", "seed: done", "nothing to do", "serves");
    again.close();
    Pod forward = play.start("web-1", v43);
    play.read(forward, "candidate", "takes over", "skipped", "seed: starts", "serves at");
  }

  private static void scale(Play play) throws Exception {
    Pod leader = play.start("web-1", seed("100"));
    play.seeds(leader);
    Pod more = play.start("web-2", seed("0"));
    play.read(more, "starts", "runs step");
    leader.stop();
    assertThat(leader.ends()).isEqualTo(143);
    play.read(leader, "SIGTERM", "released", "autoinit: ");
    play.read(more, "is a candidate", "takes over", "goes on", "seed: done", "serves at");
    Pod late = play.start("web-3", seed("0"));
    play.read(late, "nothing to do", "leads: ", "static-files: done", "serves at");
    play.type(late);
  }

  private static void twoClusters(Play play) throws Exception {
    Pod ours = play.start("web-1", seed("30"));
    ours.says("10,000 of");
    Pod next;
    try (Connection somebody = play.connect()) {
      // Held up for as long as the page looks at it.
      lock(somebody);
      next = play.start("web-2", Map.of("AUTOINIT_RUN_ID", "v43", "SHOP_SEED_PAUSE_MS", "0"));
      play.read(next, "waits");
      play.type(next);
    }
    play.read(next, "leads: ", "serves at");
    String database = play.servers().postgres().freshDatabase() + "?currentSchema=public";
    Pod theirs = play.start("west-1", Map.of("SHOP_DB_URL", database));
    play.read(theirs, "nothing to do", "static-files: attempt", "serves at");
    Map<String, String> apart =
        Map.of(
            "SHOP_DB_URL", database, "AUTOINIT_NAMESPACE", "shop-west", "SHOP_SEED_PAUSE_MS", "0");
    Pod mended = play.start("west-1", apart);
    play.read(mended, "leads: ", "every step runs", "seed: done", "serves at");
    play.type(ours);
    play.type(ours);
  }

  private static void otherBackend(Play play) throws Exception {
    Map<String, String> redis = new HashMap<>(seed("0"));
    redis.put("AUTOINIT_BACKENDS_POSTGRES_URL", "");
    redis.put("AUTOINIT_BACKENDS_POSTGRES_USER", "");
    redis.put("AUTOINIT_BACKENDS_POSTGRES_PASSWORD", "");
    Map<String, String> postgres = Map.of("AUTOINIT_BACKENDS_REDIS_URL", "");
    Pod old = play.start("web-1", redis);
    old.says("serves at");
    play.type(old);
    Pod shell = play.shell("web-2", postgres);
    play.type(shell);
    play.type(shell);
    play.type(shell);
    play.type(shell);
    Pod now = play.start("web-2", postgres);
    play.read(now, "nothing to do", "static-files: done", "serves at");
  }

  private static Map<String, String> seed(String pause) {
    return Map.of("SHOP_SEED_PAUSE_MS", pause);
  }
}
