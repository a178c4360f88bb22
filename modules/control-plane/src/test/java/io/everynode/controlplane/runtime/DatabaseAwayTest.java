package io.everynode.controlplane.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.everynode.controlplane.ControlPlane;
import io.everynode.controlplane.WriteResult;
import io.everynode.controlplane.catalog.Change;
import io.everynode.controlplane.catalog.WatchCursor;
import io.everynode.controlplane.catalog.WatchSelection;
import io.everynode.controlplane.journal.OwnPostgres;
import io.everynode.objects.Kinds;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** PostgreSQL is killed, frozen, out of connections and full under one control plane, which lives on. */
@Timeout(120)
class DatabaseAwayTest {

    /** Far below the 30 s after which an answer is none; measured it is some seconds, on a busy machine. */
    private static final Duration SOON = Duration.ofSeconds(12);

    /** The bar is 5 s on a machine that does nothing else. */
    private static final Duration BACK = Duration.ofSeconds(15);

    private static OwnPostgres postgres;
    private static TestServer cp;
    private int next;

    @BeforeAll
    static void start(@TempDir Path directory) throws Exception {
        postgres = new OwnPostgres(directory.resolve("postgres"));
        cp = TestServer.start(postgres.settings(), directory);
    }

    @AfterAll
    static void stop() throws Exception {
        try {
            cp.close();
        } finally {
            postgres.close();
        }
    }

    @Test
    void killedAndRestarted() throws Exception {
        withoutTheDatabase("killed", postgres::kill, postgres::restart);
    }

    @Test
    void frozen() throws Exception {
        withoutTheDatabase("frozen", postgres::freeze, postgres::thaw);
    }

    @Test
    void outOfConnections() throws Exception {
        withoutTheDatabase("connections", postgres::takeConnections, postgres::giveConnections);
    }

    /** Reads go on; only what is written is refused. */
    @Test
    void diskFull() throws Exception {
        cp.configMap("full-before");
        postgres.executeInJournal("""
                CREATE FUNCTION disk_full() RETURNS trigger LANGUAGE plpgsql AS
                  $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$;
                CREATE TRIGGER disk_full BEFORE INSERT ON event_journal
                  FOR EACH STATEMENT EXECUTE FUNCTION disk_full();""");
        assertThat(write("full-during").get(SOON.toSeconds(), TimeUnit.SECONDS)).isEqualTo(503);
        assertThat(cp.server.notReady()).isEmpty();
        cp.server.currentCatalog().toCompletableFuture().get(SOON.toSeconds(), TimeUnit.SECONDS);
        postgres.executeInJournal("DROP TRIGGER disk_full ON event_journal; DROP FUNCTION disk_full");
        worksAgain("full-during");
    }

    private interface Fault {
        void run() throws Exception;
    }

    private void withoutTheDatabase(String name, Fault fault, Fault repair) throws Exception {
        long before = cp.configMap(name + "-before").resourceVersion();
        WatchCursor watch =
                cp.server.watch(WatchSelection.all(Kinds.CONFIG_MAP), before).orElseThrow();

        fault.run();
        List<CompletableFuture<Integer>> underWay = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            underWay.add(write(name + "-" + i));
        }
        for (CompletableFuture<Integer> write : underWay) {
            assertThat(write.get(SOON.toSeconds(), TimeUnit.SECONDS)).isIn(503, 504);
        }
        assertThatThrownBy(
                        () -> cp.server.currentCatalog().toCompletableFuture().get(SOON.toSeconds(), TimeUnit.SECONDS))
                .hasCauseInstanceOf(ControlPlane.Unavailable.class);
        assertThat(cp.server.notReady().orElse("ready")).startsWith("journal: ");
        assertThat(cp.server.notServing()).isEmpty();
        assertThat(cp.server.catalog().get(Kinds.CONFIG_MAP, "default", name + "-before"))
                .isPresent();
        assertThat(write(name + "-late").get(1, TimeUnit.SECONDS))
                .as("refused at once")
                .isEqualTo(503);

        repair.run();
        worksAgain(name + "-3");
        // What became of the writes that were refused is open; each was done once or not at all.
        CompletableFuture<List<Change>> told = watch.next().toCompletableFuture();
        assertThat(told.get(SOON.toSeconds(), TimeUnit.SECONDS))
                .allMatch(change -> change.version() > before)
                .extracting(change -> change.object().name())
                .doesNotHaveDuplicates();
        assertThat(cp.server.notReady()).isEmpty();
    }

    /** The write that was refused can be done, or was done. */
    private void worksAgain(String name) {
        long began = System.nanoTime();
        await().atMost(BACK)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> Set.of(201, 409).contains(write(name).get(SOON.toSeconds(), TimeUnit.SECONDS)));
        await().atMost(BACK)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> write("fresh-" + next++).get(SOON.toSeconds(), TimeUnit.SECONDS) == 201);
        System.out.println(name + ": writes again after " + (System.nanoTime() - began) / 1_000_000 + " ms");
    }

    private static CompletableFuture<Integer> write(String name) {
        return cp.sendConfigMap("default", name, "v")
                .thenApply(result -> result instanceof WriteResult.Refused refused
                        ? refused.status().code()
                        : 201)
                .toCompletableFuture();
    }
}
