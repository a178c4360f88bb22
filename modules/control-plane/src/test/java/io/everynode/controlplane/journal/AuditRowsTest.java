package io.everynode.controlplane.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** On both databases. */
@Timeout(60)
class AuditRowsTest {

    static {
        TestLogs.quiet();
    }

    @TempDir
    static Path directory;

    static Stream<DatabaseSettings> databases() throws Exception {
        return Stream.of(DatabaseSettings.h2(Files.createTempDirectory(directory, "h2")), TestPostgres.freshDatabase());
    }

    @ParameterizedTest
    @MethodSource("databases")
    void readsRangesAndWhatWasBefore(DatabaseSettings settings) throws Exception {
        try (JournalDatabase database = JournalDatabase.open(settings, "m");
                Connection connection = Rows.connect(settings, "m")) {
            // Orderings 1 to 70 are A's, 71 to 140 B's; manifests count down from 69 to 0.
            Rows.insert(connection, "A", 1, 70);
            Rows.insert(connection, "B", 1, 70);
            connection.commit();
            AuditRows rows = database.auditRows();
            assertThat(rows.maxOrdering()).isEqualTo(140);
            assertThat(rows.firstFrom(71)).contains(new AuditRows.Stamp(71, 1_700_000_000_001L));
            assertThat(rows.firstFrom(141)).isEmpty();

            List<Long> seen = new ArrayList<>();
            rows.between(68, 74, Set.of("69", "1"), row -> seen.add(row.ordering()));
            assertThat(seen).containsExactly(70L, 72L, 73L, 74L);
            seen.clear();
            rows.between(0, 140, Set.of(), row -> {
                seen.add(row.ordering());
                return seen.size() < 3;
            });
            assertThat(seen).containsExactly(1L, 2L, 3L);

            List<AuditRows.Earlier> wanted = new ArrayList<>();
            for (int i = 2; i <= 71; i++) {
                // Of sequence numbers below i, the newest with one of these manifests: 1 has 69, 31 has 39.
                wanted.add(new AuditRows.Earlier("A", i, Set.of("69", "39")));
            }
            wanted.add(new AuditRows.Earlier("B", 71, Set.of("0")));
            wanted.add(new AuditRows.Earlier("B", 70, Set.of("0")));
            wanted.add(new AuditRows.Earlier("C", 70, Set.of("0")));
            List<JournalRow> found = rows.newest(wanted);
            assertThat(found).hasSize(73);
            for (int i = 2; i <= 71; i++) {
                assertThat(found.get(i - 2).sequenceNumber()).isEqualTo(i <= 31 ? 1 : 31);
            }
            assertThat(found.get(70).persistenceId()).isEqualTo("B");
            assertThat(found.get(70).sequenceNumber()).isEqualTo(70);
            assertThat(found.get(71)).isNull();
            assertThat(found.get(72)).isNull();
            assertThat(rows.newest(List.of())).isEmpty();
        }
    }
}
