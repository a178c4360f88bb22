package io.everynode.controlplane.journal;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.javadsl.CommandHandler;
import org.apache.pekko.persistence.typed.javadsl.EventHandler;
import org.apache.pekko.persistence.typed.javadsl.EventSourcedBehavior;
import org.apache.pekko.persistence.typed.javadsl.RetentionCriteria;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Pekko's own plugin writes to our schema with our settings, and our tail reads what it wrote. */
@Timeout(60)
class JournalPluginTest {
    static {
        TestLogs.quiet();
    }

    /** Persists so many events at once, and replies with the number of all. */
    record Write(int events, ActorRef<Integer> replyTo) {}

    /** Its events are texts: how many follow in the same persist, a colon, its number. Its state counts them. */
    static final class Counter extends EventSourcedBehavior<Write, String, Integer> {
        Counter(String id) {
            super(PersistenceId.ofUniqueId(id));
        }

        @Override
        public Integer emptyState() {
            return 0;
        }

        @Override
        public RetentionCriteria retentionCriteria() {
            return RetentionCriteria.snapshotEvery(7, 1);
        }

        @Override
        public CommandHandler<Write, String, Integer> commandHandler() {
            return (count, write) -> Effect()
                    .persist(IntStream.range(0, write.events())
                            .mapToObj(i -> (write.events() - 1 - i) + ":" + (count + i + 1))
                            .toList())
                    .thenRun((Integer now) -> write.replyTo().tell(now));
        }

        @Override
        public EventHandler<Integer, String> eventHandler() {
            return (count, event) -> count + 1;
        }
    }

    @TempDir
    static Path directory;

    static Stream<DatabaseSettings> databases() throws Exception {
        return Stream.of(DatabaseSettings.h2(Files.createTempDirectory(directory, "h2")), TestPostgres.freshDatabase());
    }

    private static String text(JournalRow row) {
        return new String(row.payload(), StandardCharsets.UTF_8);
    }

    private static int following(JournalRow row) {
        return Integer.parseInt(text(row).split(":")[0]);
    }

    private static ActorTestKit actors(JournalDatabase database) {
        return ActorTestKit.create(database.pluginConfig()
                .withFallback(ConfigFactory.parseResources("everynode-journal.conf"))
                .withFallback(ConfigFactory.parseString(
                        "pekko.loglevel = OFF, pekko.stdout-loglevel = OFF," + " pekko.actor.provider = local"))
                .withFallback(ConfigFactory.load()));
    }

    @ParameterizedTest
    @MethodSource("databases")
    void pekkoWritesWhatTheTailReads(DatabaseSettings settings) throws Exception {
        String longId = PersistenceIds.encode("Pod", "n".repeat(63), "%".repeat(177));
        assertThat(longId).hasSizeBetween(598, 602);
        List<List<JournalRow>> batches = new ArrayList<>();
        try (JournalDatabase database = JournalDatabase.open(settings, "member-1")) {
            ActorTestKit actors = actors(database);
            try (JournalTail tail = new JournalTail(
                            database.reader(),
                            JournalPluginTest::following,
                            batches::add,
                            0,
                            new TailSettings(Duration.ofMillis(50), Duration.ofMillis(50), 13, 1 << 20))
                    .start()) {
                TestProbe<Integer> probe = actors.createTestProbe();
                actors.spawn(new Counter(longId)).tell(new Write(20, probe.getRef()));
                assertThat(probe.receiveMessage(Duration.ofSeconds(20))).isEqualTo(20);
                // Read your writes: the barrier after the answer brings the whole persist, in one batch.
                tail.barrier().toCompletableFuture().get(10, TimeUnit.SECONDS);
                assertThat(batches).hasSize(1);
                assertThat(batches.get(0))
                        .hasSize(20)
                        .extracting(JournalRow::persistenceId)
                        .containsOnly(longId);

                writeFromMany(actors, probe);
                tail.barrier().toCompletableFuture().get(10, TimeUnit.SECONDS);
                assertThat(tail.health().message()).isEmpty();
            } finally {
                actors.shutdownTestKit();
            }
        }
        assertInOrder(batches);

        // Another start recovers from snapshots and events and goes on.
        try (JournalDatabase database = JournalDatabase.open(settings, "member-2")) {
            ActorTestKit actors = actors(database);
            try {
                TestProbe<Integer> probe = actors.createTestProbe();
                actors.spawn(new Counter(longId)).tell(new Write(1, probe.getRef()));
                assertThat(probe.receiveMessage(Duration.ofSeconds(20))).isEqualTo(21);
            } finally {
                actors.shutdownTestKit();
            }
        }
    }

    /** 50 actors, 10 commands each of 1 to 4 events: 1,250 events. */
    private static void writeFromMany(ActorTestKit actors, TestProbe<Integer> probe) {
        List<ActorRef<Write>> counters = IntStream.range(0, 50)
                .mapToObj(i -> actors.spawn(new Counter(PersistenceIds.encode("Node", "node-" + i))))
                .toList();
        for (int i = 0; i < 10; i++) {
            int events = i % 4 + 1;
            counters.forEach(counter -> counter.tell(new Write(events, probe.getRef())));
        }
        probe.receiveSeveralMessages(500, Duration.ofSeconds(20));
    }

    private static void assertInOrder(List<List<JournalRow>> batches) {
        Map<String, Long> last = new HashMap<>();
        long ordering = 0;
        int rows = 0;
        for (List<JournalRow> batch : batches) {
            Map<String, Integer> open = new HashMap<>();
            for (JournalRow row : batch) {
                assertThat(row.ordering()).isGreaterThan(ordering);
                ordering = row.ordering();
                assertThat(row.sequenceNumber()).isEqualTo(last.getOrDefault(row.persistenceId(), 0L) + 1);
                last.put(row.persistenceId(), row.sequenceNumber());
                assertThat(text(row)).endsWith(":" + row.sequenceNumber());
                open.put(row.persistenceId(), following(row));
                rows++;
            }
            assertThat(open.values()).containsOnly(0);
        }
        assertThat(rows).isEqualTo(20 + 50 * (3 * 1 + 3 * 2 + 2 * 3 + 2 * 4));
    }
}
