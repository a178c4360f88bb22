package io.everynode.controlplane.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MemberFenceTest {
    private final DatabaseSettings settings = TestPostgres.freshDatabase();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private JournalDatabase database;
    private MemberFence fence;

    @BeforeEach
    void open() {
        database = JournalDatabase.open(settings, "survivor");
        fence = database.fence().orElseThrow();
    }

    @AfterEach
    void close() {
        threads.shutdownNow();
        database.close();
    }

    private static void assertFenced(Connection connection, String member) {
        assertThatThrownBy(() -> Rows.insert(connection, "E", 100, 1))
                .isInstanceOfSatisfying(
                        SQLException.class,
                        refused -> assertThat(refused.getSQLState()).isEqualTo(MemberFence.FENCED))
                .hasMessageContaining("member " + member + " is fenced");
    }

    @Test
    void aFencedMemberCannotWriteAlsoOnANewSession() throws Exception {
        Connection lost = Rows.connect(settings, "lost@10.0.0.1:2551");
        Rows.insert(lost, "E", 1, 1);
        lost.commit();
        fence.fence("lost@10.0.0.1:2551", "unreachable");
        fence.fence("lost@10.0.0.1:2551", "twice does no harm");

        assertThatThrownBy(() -> Rows.insert(lost, "E", 2, 1)).isInstanceOf(SQLException.class);
        try (Connection again = Rows.connect(settings, "lost@10.0.0.1:2551");
                Connection other = Rows.connect(settings, "lost@10.0.0.1:2552")) {
            assertFenced(again, "lost@10.0.0.1:2551");
            Rows.insert(other, "E", 2, 1);
            other.commit();
        }
        assertThat(fence.isFenced("lost@10.0.0.1:2551")).isTrue();
        assertThat(fence.isFenced("lost@10.0.0.1:2552")).isFalse();
        assertThat(database.reader().after(0, 10)).hasSize(2);
    }

    @Test
    void aFrozenWritersLockIsFreed() throws Exception {
        Connection frozen = Rows.connect(settings, "frozen");
        Rows.insert(frozen, "E", 1, 1);
        Future<?> waiting = threads.submit(() -> {
            try (Connection survivor = Rows.connect(settings, "survivor")) {
                Rows.insert(survivor, "F", 1, 1);
                survivor.commit();
            }
            return null;
        });
        await().until(() -> fence.writer().isPresent());
        assertThat(fence.writer()).contains("frozen");
        assertThat(waiting).isNotDone();

        fence.fence("frozen", "holds the journal for more than 2 s");
        waiting.get(10, TimeUnit.SECONDS);
        assertThatThrownBy(frozen::commit).isInstanceOf(SQLException.class);
        assertThat(database.reader().after(0, 10))
                .extracting(JournalRow::persistenceId)
                .containsExactly("F");
    }

    /** The takeover's guarantee holds also for a session that cannot be found by its name. */
    @Test
    void fencingWaitsForAWriteThatBeganBeforeIt() throws Exception {
        Connection hidden = Rows.connect(settings, "hidden");
        try (Statement statement = hidden.createStatement()) {
            statement.execute("SET application_name = 'elsewhere'");
        }
        Rows.insert(hidden, "E", 1, 1);
        CompletableFuture<Long> seen = CompletableFuture.supplyAsync(
                () -> {
                    fence.fence("hidden", "test");
                    return database.reader().maxOrdering();
                },
                threads);
        await().until(() -> fence.isFenced("hidden"));
        assertThat(seen).isNotDone();
        hidden.commit();
        assertThat(seen.get(10, TimeUnit.SECONDS)).isEqualTo(1);
        assertFenced(hidden, "hidden");
        hidden.close();
    }

    @Test
    void aSessionWithoutAMemberCannotWrite() throws Exception {
        try (Connection anonymous = DriverManager.getConnection(settings.url(), settings.user(), settings.password())) {
            assertThatThrownBy(() -> Rows.insert(anonymous, "E", 1, 1))
                    .hasMessageContaining("without everynode.member");
        }
    }

    @Test
    void theMembersIdSurvivesAResetOfTheSession() throws Exception {
        fence.fence("sly", "test");
        try (Connection sly = Rows.connect(settings, "sly");
                Statement statement = sly.createStatement()) {
            statement.execute("RESET ALL");
            assertFenced(sly, "sly");
        }
    }

    @Test
    void nobodyFencesItself() {
        assertThatIllegalArgumentException().isThrownBy(() -> fence.fence("survivor", "test"));
    }
}
