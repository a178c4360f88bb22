package io.everynode.controlplane.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.everynode.controlplane.journal.DatabaseSettings;
import io.everynode.controlplane.journal.JournalAccess;
import io.everynode.controlplane.journal.JournalDatabase;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LeaseTableTest {

    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Duration SHORT = Duration.ofMillis(200);

    @Test
    void oneHoldsItUntilItEndsIsFreedOrItsHolderIsFenced() throws Exception {
        JournalAccess.quiet();
        DatabaseSettings settings = JournalAccess.postgres();
        try (JournalDatabase database = JournalDatabase.open(settings, "b")) {
            LeaseTable leases = new LeaseTable(database.dataSource());
            assertThat(leases.take("sbr", "a", SHORT)).isTrue();
            assertThat(leases.take("sbr", "a", LONG)).as("renewed").isTrue();
            assertThat(leases.take("sbr", "b", LONG)).isFalse();
            assertThat(leases.take("other", "b", LONG)).isTrue();
            leases.free("sbr", "b");
            assertThat(leases.take("sbr", "b", LONG)).as("freed by another").isFalse();
            leases.free("sbr", "a");
            assertThat(leases.take("sbr", "b", SHORT)).as("freed").isTrue();
            await().until(() -> leases.take("sbr", "a", LONG));

            assertThat(leases.take("sbr", "b", LONG)).isFalse();
            database.fence().orElseThrow().fence("a", "test");
            assertThat(leases.take("sbr", "b", LONG)).as("its holder is fenced").isTrue();
            leases.free("sbr", "b");
            assertThat(leases.take("sbr", "a", LONG)).as("a fenced one").isFalse();
        }
        assertThat(LeaseTable.alone().take("sbr", "a", LONG)).isTrue();
    }
}
