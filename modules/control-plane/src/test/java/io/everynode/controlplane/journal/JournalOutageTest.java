package io.everynode.controlplane.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** PostgreSQL goes away under a tail, and comes back. */
@Timeout(60)
class JournalOutageTest {
    @Test
    void theTailGoesOnWhereItWas() throws Exception {
        DatabaseSettings settings = TestPostgres.freshDatabase();
        String name = settings.url().substring(settings.url().lastIndexOf('/') + 1);
        List<JournalRow> seen = new ArrayList<>();
        try (JournalDatabase database = JournalDatabase.open(settings, "m");
                JournalTail tail = new JournalTail(
                                database.reader(),
                                row -> 0,
                                seen::addAll,
                                0,
                                new TailSettings(Duration.ofMillis(20), Duration.ofMillis(20), 100, 1 << 20))
                        .start()) {
            write(settings, "A");
            tail.barrier().toCompletableFuture().get(10, TimeUnit.SECONDS);
            assertThat(seen).hasSize(1);

            TestPostgres.execute("ALTER DATABASE " + name + " ALLOW_CONNECTIONS false");
            TestPostgres.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + name + "'");
            assertThatThrownBy(() -> tail.barrier().toCompletableFuture().get(10, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(JournalUnavailable.class);
            assertThat(tail.health().state()).isEqualTo(TailHealth.State.UNAVAILABLE);
            assertThat(tail.health().ready()).isFalse();
            assertThat(tail.applied()).isEqualTo(seen.get(0).ordering());

            TestPostgres.execute("ALTER DATABASE " + name + " ALLOW_CONNECTIONS true");
            write(settings, "B");
            await().until(() -> tail.health().ready());
            tail.barrier().toCompletableFuture().get(10, TimeUnit.SECONDS);
            assertThat(seen).extracting(JournalRow::persistenceId).containsExactly("A", "B");
        }
    }

    private static void write(DatabaseSettings settings, String id) throws Exception {
        try (Connection connection = Rows.connect(settings, "m")) {
            Rows.insert(connection, id, 1, 1);
            connection.commit();
        }
    }
}
