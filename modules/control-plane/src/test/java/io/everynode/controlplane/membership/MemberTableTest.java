package io.everynode.controlplane.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.everynode.controlplane.journal.DatabaseSettings;
import io.everynode.controlplane.journal.JournalAccess;
import io.everynode.controlplane.journal.JournalDatabase;
import io.everynode.controlplane.journal.MemberFence;
import io.everynode.controlplane.membership.Formation.State;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MemberTableTest {

    private static final Duration IDLE = Duration.ofMillis(300);

    @Test
    void whatOthersAreSeen() throws Exception {
        JournalAccess.quiet();
        DatabaseSettings settings = JournalAccess.postgres();
        try (JournalDatabase database = JournalDatabase.open(settings, "self");
                JournalDatabase earlier = JournalDatabase.open(settings, "earlier");
                Connection connection = database.session();
                Connection busy = earlier.session()) {
            MemberTable.register(connection, "self", "pekko://everynode@a:1", "1");
            MemberTable.register(connection, "other", "pekko://everynode@b:1", "1");
            MemberTable.register(connection, "fenced", "pekko://everynode@c:1", "1");
            database.fence().orElseThrow().fence("fenced", "test");
            assertThat(busy.isValid(5)).isTrue();

            assertThat(MemberTable.others(connection, "self"))
                    .extracting(Formation.Other::id, Formation.Other::state)
                    .containsExactlyInAnyOrder(tuple("other", State.JOINING), tuple("earlier", State.UNKNOWN));
            assertThat(MemberTable.othersUp(connection, "self")).isEmpty();
            assertThat(MemberTable.up(connection, "other")).isTrue();
            assertThat(MemberTable.up(connection, "nobody")).isFalse();
            assertThat(MemberTable.othersUp(connection, "self")).containsExactly("other");
            assertThat(MemberTable.renew(connection, "other", "")).isEqualTo(MemberTable.Renewal.DONE);
            assertThat(MemberTable.renew(connection, "nobody", "")).isEqualTo(MemberTable.Renewal.MISSING);
            assertThat(MemberTable.renew(connection, "fenced", "")).isEqualTo(MemberTable.Renewal.FENCED);
        }
    }

    /** A session that is idle is told from one for which the database works. */
    @Test
    void whoLeavesTheJournalsLockIdleIsFound() throws Exception {
        JournalAccess.quiet();
        DatabaseSettings settings = JournalAccess.postgres();
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try (JournalDatabase database = JournalDatabase.open(settings, "self");
                JournalDatabase other = JournalDatabase.open(settings, "frozen");
                Connection connection = database.session();
                Connection frozen = other.session();
                Statement statement = frozen.createStatement()) {
            frozen.setAutoCommit(false);
            Future<?> working = thread.submit(() ->
                    statement.execute("SELECT pg_advisory_xact_lock(" + MemberFence.JOURNAL_LOCK + "), pg_sleep(1.5)"));
            await().until(() -> database.fence().orElseThrow().writer().isPresent());
            while (!working.isDone()) {
                assertThat(MemberTable.idleWriter(connection, MemberFence.JOURNAL_LOCK, IDLE))
                        .isEmpty();
            }
            await().until(() -> MemberTable.idleWriter(connection, MemberFence.JOURNAL_LOCK, IDLE)
                    .filter("frozen"::equals)
                    .isPresent());
            frozen.rollback();
            assertThat(MemberTable.idleWriter(connection, MemberFence.JOURNAL_LOCK, IDLE))
                    .isEmpty();
        } finally {
            thread.shutdownNow();
        }
    }
}
