package io.everynode.controlplane.runtime;

import static io.everynode.controlplane.runtime.TestServer.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.everynode.controlplane.catalog.EntityIds;
import io.everynode.controlplane.event.EventCodec;
import io.everynode.controlplane.event.EventTypes;
import io.everynode.controlplane.journal.JournalAccess;
import io.everynode.controlplane.journal.PersistenceIds;
import io.everynode.core.daemonset.DaemonSetEvent;
import io.everynode.core.event.Caller;
import io.everynode.core.event.EventMeta;
import io.everynode.core.event.Recorded;
import io.everynode.objects.Kinds;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A former owner of a DaemonSet wrote to its journal after the present one had read it. */
@Timeout(90)
class OvertakenDaemonSetTest {

    @Test
    void theOwnerReadsItsJournalAgain(@TempDir Path dataDir) throws Exception {
        try (TestServer cp = TestServer.start(dataDir, "")) {
            DaemonSetFixture on = new DaemonSetFixture(cp, "overtaken").nodes(1);
            String uid = on.daemonSet("agent", DaemonSetFixture.ROLLING).uid();
            until(() -> on.active("agent").size() == 1);
            // Its status comes last; after that it has nothing to write, so nothing that could fail.
            String persistenceId = PersistenceIds.encode(EntityIds.DAEMON_SET, "overtaken", "agent");
            until(() -> on.status("agent", "currentNumberScheduled") == 1);
            long last = cp.server
                    .catalog()
                    .get(Kinds.DAEMON_SET, "overtaken", "agent")
                    .orElseThrow()
                    .sequenceNumber();

            DaemonSetEvent removed = new DaemonSetEvent.Removed(uid);
            JournalAccess.insert(
                    dataDir,
                    persistenceId,
                    last + 1,
                    EventTypes.of(removed).manifest(),
                    EventCodec.encode(
                            new Recorded<>(new EventMeta(1, new Caller("u", ""), "c", "", "", 0, 0), removed)));

            until(() -> on.active("agent").isEmpty());
            assertThat(cp.server.notReady()).isEmpty();
        }
    }
}
