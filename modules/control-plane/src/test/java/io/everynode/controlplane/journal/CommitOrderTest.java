package io.everynode.controlplane.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Proves on PostgreSQL that a reader which asks for {@code ordering > cursor} sees every row, and that it is the
 * trigger which makes it so.
 */
@Timeout(60)
class CommitOrderTest {
    private static final int WRITERS = 6;
    private static final int TRANSACTIONS = 60;

    private final DatabaseSettings settings = TestPostgres.freshDatabase();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private JournalDatabase database;

    @BeforeEach
    void open() {
        database = JournalDatabase.open(settings, "reader");
    }

    @AfterEach
    void close() {
        threads.shutdownNow();
        database.close();
    }

    @Test
    void concurrentWritersAreSeenCompletelyAndInOrder() throws Exception {
        List<JournalRow> seen = new ArrayList<>();
        try (JournalTail tail = new JournalTail(
                        database.reader(),
                        row -> Integer.parseInt(row.manifest()),
                        seen::addAll,
                        0,
                        new TailSettings(java.time.Duration.ofMillis(1), java.time.Duration.ofMillis(10), 37, 1 << 20))
                .start()) {
            int written = write();
            long applied = tail.barrier().toCompletableFuture().get(10, TimeUnit.SECONDS);

            assertThat(tail.health().message()).isEmpty();
            assertThat(seen).hasSize(written);
            assertThat(applied).isEqualTo(database.reader().maxOrdering());
        }
        assertThat(seen).extracting(JournalRow::ordering).isSorted().doesNotHaveDuplicates();
        Map<String, Long> last = new HashMap<>();
        for (JournalRow row : seen) {
            assertThat(row.sequenceNumber()).isEqualTo(last.getOrDefault(row.persistenceId(), 0L) + 1);
            last.put(row.persistenceId(), row.sequenceNumber());
        }
        // The writers did take turns; otherwise this would prove nothing.
        long turns = 0;
        for (int i = 1; i < seen.size(); i++) {
            turns += seen.get(i).persistenceId().equals(seen.get(i - 1).persistenceId()) ? 0 : 1;
        }
        assertThat(turns).isGreaterThan(WRITERS * 3);
    }

    /** Writes from several connections with pauses inside of the transactions; some are rolled back. */
    private int write() throws Exception {
        List<Future<Integer>> writers = new ArrayList<>();
        for (int writer = 0; writer < WRITERS; writer++) {
            String id = "Writer|" + writer;
            Random random = new Random(writer);
            writers.add(threads.submit((Callable<Integer>) () -> {
                try (Connection connection = Rows.connect(settings, "member-" + id.charAt(7))) {
                    int sequenceNumber = 0;
                    for (int i = 0; i < TRANSACTIONS; i++) {
                        int count = 1 + random.nextInt(7);
                        Rows.insert(connection, id, sequenceNumber + 1, count);
                        LockSupport.parkNanos(random.nextInt(1_500_000));
                        if (random.nextInt(8) == 0) {
                            connection.rollback();
                        } else {
                            connection.commit();
                            sequenceNumber += count;
                        }
                        LockSupport.parkNanos(random.nextInt(500_000));
                    }
                    return sequenceNumber;
                }
            }));
        }
        int rows = 0;
        for (Future<Integer> writer : writers) {
            rows += writer.get(30, TimeUnit.SECONDS);
        }
        return rows;
    }

    @Test
    void withoutTheTriggerARowIsMissed() throws Exception {
        dropTrigger();
        try (Connection a = Rows.connect(settings, "a");
                Connection b = Rows.connect(settings, "b")) {
            Rows.insert(a, "A", 1, 1);
            Rows.insert(b, "B", 1, 1);
            b.commit();
            long cursor = tailPasses(0, "B");
            a.commit();

            assertThat(database.reader().after(cursor, 10)).isEmpty();
            assertThat(database.reader().after(0, 10))
                    .extracting(JournalRow::persistenceId)
                    .containsExactly("A", "B");
        }
    }

    @Test
    void withTheTriggerTheSecondWriterWaitsForTheFirst() throws Exception {
        try (Connection a = Rows.connect(settings, "a");
                Connection b = Rows.connect(settings, "b")) {
            Rows.insert(a, "A", 1, 1);
            Future<?> second = threads.submit(() -> {
                Rows.insert(b, "B", 1, 1);
                b.commit();
                return null;
            });
            await().until(this::writersWaiting, waiting -> waiting == 1);
            assertThat(database.reader().after(0, 10)).isEmpty();
            assertThat(database.fence().orElseThrow().writer()).contains("a");
            a.commit();
            second.get(10, TimeUnit.SECONDS);

            assertThat(database.reader().after(0, 10))
                    .extracting(JournalRow::persistenceId)
                    .containsExactly("A", "B");
            assertThat(database.fence().orElseThrow().writer()).isEmpty();
        }
    }

    private long tailPasses(long cursor, String expected) {
        List<JournalRow> rows = database.reader().after(cursor, 10);
        assertThat(rows).extracting(JournalRow::persistenceId).containsExactly(expected);
        return rows.get(rows.size() - 1).ordering();
    }

    private int writersWaiting() throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement();
                var found = statement.executeQuery(
                        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")) {
            found.next();
            return found.getInt(1);
        }
    }

    private void dropTrigger() throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("DROP TRIGGER journal_order ON event_journal");
        }
    }
}
