package io.everynode.controlplane.runtime;

import static io.everynode.controlplane.runtime.TestServer.refused;
import static io.everynode.controlplane.runtime.TestServer.stored;
import static io.everynode.controlplane.runtime.TestServer.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.everynode.controlplane.ControlPlane;
import io.everynode.controlplane.catalog.WatchSelection;
import io.everynode.controlplane.event.EventCodec;
import io.everynode.controlplane.journal.DatabaseSettings;
import io.everynode.controlplane.journal.JournalAccess;
import io.everynode.core.event.Caller;
import io.everynode.core.event.EventMeta;
import io.everynode.core.event.Recorded;
import io.everynode.core.resource.ResourceEvent;
import io.everynode.objects.Kinds;
import java.nio.file.Path;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The journal holds what this program cannot read, or cannot be reached. */
@Timeout(90)
class BrokenJournalTest {

    @Test
    void anUnknownEventIsNotSkipped(@TempDir Path dataDir) throws Exception {
        try (TestServer cp = TestServer.start(dataDir, "")) {
            long before = cp.configMap("before").resourceVersion();
            byte[] payload = EventCodec.encode(new Recorded<>(
                    new EventMeta(1, new Caller("u", ""), "c", "", "", 0, 0), new ResourceEvent.Removed("u")));
            JournalAccess.insert(dataDir, "Future|thing", 1, "x.unknown/9", payload);
            until(() -> cp.server.notReady().isPresent());
            assertThat(cp.server.notReady().orElseThrow())
                    .contains("x.unknown/9")
                    .contains("Future|thing");
            assertThat(cp.server.catalog().resourceVersion()).isEqualTo(before);
            assertThat(cp.server.catalog().get(Kinds.CONFIG_MAP, "default", "before"))
                    .isPresent();
            assertThat(refused(cp.sendConfigMap("default", "after", "v")
                                    .toCompletableFuture()
                                    .join())
                            .code())
                    .isEqualTo(503);
            assertThatThrownBy(() ->
                            cp.server.currentCatalog().toCompletableFuture().join())
                    .isInstanceOf(CompletionException.class)
                    .hasCauseInstanceOf(ControlPlane.Unavailable.class);
        }
        assertThatThrownBy(() -> TestServer.start(dataDir, "")).hasMessageContaining("x.unknown/9");
    }

    @Test
    void withoutTheDatabaseWritesAreRefusedAndOldReadsGoOn(@TempDir Path dataDir) {
        DatabaseSettings database = JournalAccess.postgres();
        String name = database.url().substring(database.url().lastIndexOf('/') + 1);
        try (TestServer cp = TestServer.start(database, dataDir)) {
            long before = cp.configMap("before").resourceVersion();
            assertThat(cp.server.notReady()).isEmpty();

            JournalAccess.execute("ALTER DATABASE " + name + " ALLOW_CONNECTIONS false");
            JournalAccess.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + name + "'");
            until(() -> cp.server.notReady().isPresent());
            assertThat(cp.server.notReady().orElseThrow()).startsWith("journal: ");
            assertThat(refused(cp.sendConfigMap("default", "during", "v")
                                    .toCompletableFuture()
                                    .join())
                            .code())
                    .isEqualTo(503);
            assertThat(cp.server.catalog().get(Kinds.CONFIG_MAP, "default", "before"))
                    .isPresent();
            assertThat(cp.server.watch(WatchSelection.all(Kinds.CONFIG_MAP), before))
                    .isPresent();

            JournalAccess.execute("ALTER DATABASE " + name + " ALLOW_CONNECTIONS true");
            until(() -> cp.server.notReady().isEmpty());
            assertThat(stored(cp.sendConfigMap("default", "after", "v")
                                    .toCompletableFuture()
                                    .join())
                            .resourceVersion())
                    .isGreaterThan(before);
        }
    }
}
