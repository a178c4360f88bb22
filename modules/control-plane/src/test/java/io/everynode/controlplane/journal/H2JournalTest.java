package io.everynode.controlplane.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class H2JournalTest {
    static {
        TestLogs.quiet();
    }

    @TempDir
    Path directory;

    @Test
    void whatWasAcknowledgedSurvivesKill() throws Exception {
        DatabaseSettings settings = DatabaseSettings.h2(directory);
        long highest = 0;
        for (int round = 1; round <= 3; round++) {
            long acknowledged;
            try (H2Process writer = H2Process.start(settings)) {
                writer.awaitAcknowledged(highest + 200);
                acknowledged = writer.kill();
            }
            try (JournalDatabase database = JournalDatabase.open(settings, "m")) {
                List<JournalRow> rows = database.reader().after(0, Integer.MAX_VALUE);
                assertThat(rows.size()).isGreaterThanOrEqualTo((int) acknowledged);
                for (int i = 0; i < rows.size(); i++) {
                    assertThat(rows.get(i).sequenceNumber()).isEqualTo(i + 1);
                    assertThat(rows.get(i).payload()).asString().isEqualTo("Child|1#" + (i + 1));
                }
                // No persist is there by half, and the order goes on above what was there before the kill.
                assertThat(rows.get(rows.size() - 1).manifest()).isEqualTo("0");
                assertThat(rows).extracting(JournalRow::ordering).isSorted().doesNotHaveDuplicates();
                highest = rows.size();
            }
        }
    }

    @Test
    void theTailFollowsAWriterInThisJvm() throws Exception {
        DatabaseSettings settings = DatabaseSettings.h2(directory);
        List<JournalRow> seen = new ArrayList<>();
        try (JournalDatabase database = JournalDatabase.open(settings, "m");
                Connection connection = Rows.connect(settings, "m");
                JournalTail tail = new JournalTail(
                                database.reader(),
                                row -> Integer.parseInt(row.manifest()),
                                seen::addAll,
                                0,
                                TailSettings.DEFAULT)
                        .start()) {
            for (int i = 0; i < 30; i++) {
                Rows.insert(connection, "E", 3 * i + 1, 3);
                connection.commit();
                // Read your writes: the barrier after a commit brings its rows.
                long applied = tail.barrier().toCompletableFuture().get(10, TimeUnit.SECONDS);
                assertThat(seen).hasSize(3 * i + 3);
                assertThat(applied).isEqualTo(seen.get(seen.size() - 1).ordering());
            }
        }
        assertThat(seen).extracting(JournalRow::ordering).isSorted().doesNotHaveDuplicates();
    }
}
