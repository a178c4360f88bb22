package io.everynode.controlplane.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.everynode.controlplane.catalog.CatalogFold;
import io.everynode.controlplane.catalog.CatalogState;
import io.everynode.controlplane.catalog.CatalogStore;
import io.everynode.controlplane.catalog.Change;
import io.everynode.controlplane.catalog.WatchCursor;
import io.everynode.controlplane.catalog.WatchSelection;
import io.everynode.controlplane.checkpoint.CheckpointWriter;
import io.everynode.controlplane.checkpoint.Checkpoints;
import io.everynode.controlplane.checkpoint.PastLoader;
import io.everynode.controlplane.event.EventCodec;
import io.everynode.controlplane.journal.AtomicGroups;
import io.everynode.controlplane.journal.JournalReader;
import io.everynode.controlplane.journal.JournalRow;
import io.everynode.controlplane.state.DeepText;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * JVMs that are killed anywhere in a simulated journal and start with what checkpoints there are: each has the catalog
 * of one that folds the whole journal, and in the end its watches resume from the same versions with the same changes.
 */
class CheckpointedStartTest {

    private static final int HELD = 300;

    @TempDir
    private Path dataDir;

    private static final Config LIMITS =
            ConfigFactory.parseString("checkpoints { enabled = true, every-events = 60 }, changes-held = " + HELD);

    private record Journal(List<JournalRow> rows) implements JournalReader {

        @Override
        public Page page(long ordering, int maxRows, long maxBytes) {
            List<JournalRow> found = rows.stream()
                    .filter(row -> row.ordering() > ordering)
                    .limit(maxRows)
                    .toList();
            return new Page(found, found.size() < maxRows);
        }

        @Override
        public long maxOrdering() {
            return rows.isEmpty() ? 0 : rows.get(rows.size() - 1).ordering();
        }
    }

    private static void apply(CatalogFold fold, JournalRow row) {
        fold.apply(
                row.ordering(),
                row.persistenceId(),
                row.sequenceNumber(),
                EventCodec.decode(row.manifest(), row.payload()));
    }

    /** Folds in batches that end where no persist is open; returns what it came to. */
    private static CatalogFold fold(
            CatalogState from, List<JournalRow> rows, CatalogStore store, CheckpointWriter writer, Random random) {
        CatalogFold fold = new CatalogFold(from);
        AtomicGroups groups = new AtomicGroups(row -> EventCodec.following(row.payload()));
        for (JournalRow row : rows) {
            groups.add(row);
            if (random.nextInt(20) == 0 || row == rows.get(rows.size() - 1)) {
                List<JournalRow> batch = groups.takeWhole();
                if (batch.isEmpty()) {
                    continue;
                }
                batch.forEach(one -> apply(fold, one));
                List<Change> changes = fold.takeChanges();
                store.publish(fold.version(), changes, fold.takeEventsExpired());
                fold.takeTouched();
                if (writer != null) {
                    writer.applied(batch, changes.size(), fold);
                }
            }
        }
        return fold;
    }

    /** Some seeds' clusters are quiet. */
    @Test
    void isAsAWholeFold() throws Exception {
        compareStarts(rows -> rows.size() >= 500);
    }

    /** Watches of Events cannot begin before that, wherever the batches of the fold ended. */
    @Test
    void isAsAWholeFoldWhereANamespaceEndedWithItsEvents() throws Exception {
        compareStarts(rows -> {
            CatalogFold fold = new CatalogFold(CatalogState.EMPTY);
            rows.forEach(row -> apply(fold, row));
            return fold.takeEventsExpired() > rows.get(0).ordering() + 100;
        });
    }

    private void compareStarts(Predicate<List<JournalRow>> wanted) throws Exception {
        long seed = ThreadLocalRandom.current().nextLong(1_000_000);
        List<JournalRow> all;
        do {
            seed++;
            all = Simulation.journal(seed, 3_000).stream()
                    .map(SimJournal.Row::bytes)
                    .limit(800)
                    .toList();
        } while (!wanted.test(all));
        System.out.println("checkpointed start: seed " + seed);
        Random random = new Random(seed);
        int begunWithCheckpoint = 0;
        int end = 0;
        int whole = all.size();
        while (EventCodec.following(all.get(whole - 1).payload()) > 0) {
            // The limit may have cut a persist.
            whole--;
        }
        all = all.subList(0, whole);
        while (end < all.size()) {
            end = Math.min(all.size(), end + all.size() / 5 + random.nextInt(all.size() / 2));
            while (end < all.size() && EventCodec.following(all.get(end - 1).payload()) > 0) {
                end++;
            }
            Journal journal = new Journal(all.subList(0, end));
            Checkpoints checkpoints = Checkpoints.of(LIMITS, dataDir);
            Checkpoints.Start start = checkpoints.start(journal);
            begunWithCheckpoint += start.isCheckpoint() ? 1 : 0;
            CatalogStore store = new CatalogStore(start.state().version(), HELD, Runnable::run);
            PastLoader past = new PastLoader(checkpoints, start.header(), journal, store);
            List<JournalRow> rest = journal.page(start.header().ordering(), Integer.MAX_VALUE, Long.MAX_VALUE)
                    .rows();
            CatalogFold resumed;
            try (CheckpointWriter writer = new CheckpointWriter(checkpoints, start.header(), journal)) {
                resumed = fold(start.state(), rest, store, writer, random);
            }
            CatalogStore wholeStore = new CatalogStore(CatalogState.EMPTY.version(), HELD, Runnable::run);
            CatalogFold wholeFold = fold(CatalogState.EMPTY, journal.rows(), wholeStore, null, random);
            assertThat(DeepText.of(resumed.state())).isEqualTo(DeepText.of(wholeFold.state()));
            past.start();
            // Every fourth JVM is killed before the past is told, some while it is.
            if (random.nextInt(4) > 0) {
                compareWatches(store, wholeStore, journal, random);
            }
            past.close();
            if (begunWithCheckpoint > 0 && random.nextInt(3) == 0) {
                damageOne(random);
            }
        }
        assertThat(begunWithCheckpoint).isPositive();
    }

    private static void compareWatches(CatalogStore store, CatalogStore whole, Journal journal, Random random) {
        for (int i = 0; i < 12; i++) {
            JournalRow row = journal.rows().get(random.nextInt(journal.rows().size()));
            Kind kind = List.of(Kinds.POD, Kinds.NODE, Kinds.DAEMON_SET, Kinds.EVENT)
                    .get(i % 4);
            WatchSelection selection = WatchSelection.all(kind);
            var expected = whole.watch(selection, row.ordering());
            // Whoever asks before the past is told waits; what it gets then is the same.
            var found = store.watch(selection, row.ordering());
            if (expected.isEmpty()) {
                found.ifPresent(cursor ->
                        assertThat(cursor.next().toCompletableFuture()).failsWithin(java.time.Duration.ofSeconds(30)));
            } else {
                assertThat(texts(found.orElseThrow(), store)).isEqualTo(texts(expected.get(), whole));
            }
            store.pastAfter(row.ordering()).toCompletableFuture().join();
            assertThat(store.past(row.ordering()).isPresent())
                    .isEqualTo(whole.past(row.ordering()).isPresent());
        }
        await().untilAsserted(() -> assertThat(store.pastRoom()).isEqualTo(whole.pastRoom()));
        store.pastAfter(0).toCompletableFuture().join();
        for (JournalRow row : journal.rows()) {
            for (Kind kind : List.of(Kinds.POD, Kinds.EVENT)) {
                WatchSelection selection = WatchSelection.all(kind);
                assertThat(store.watch(selection, row.ordering()).isPresent())
                        .as("%s from version %d", kind, row.ordering())
                        .isEqualTo(whole.watch(selection, row.ordering()).isPresent());
            }
        }
    }

    private static List<String> texts(WatchCursor cursor, CatalogStore of) {
        List<String> texts = new ArrayList<>();
        // Nothing comes when all that there is was before.
        while (cursor.position() < of.current().resourceVersion()) {
            var next = cursor.next().toCompletableFuture();
            await().until(() ->
                    next.isDone() || cursor.position() >= of.current().resourceVersion());
            if (!next.isDone()) {
                break;
            }
            next.join().forEach(change -> texts.add(DeepText.of(change)));
        }
        cursor.close();
        return texts;
    }

    private void damageOne(Random random) throws Exception {
        Path directory = dataDir.resolve("checkpoints");
        if (Files.isDirectory(directory)) {
            try (var files = Files.list(directory)) {
                List<Path> found = files.sorted().toList();
                if (!found.isEmpty()) {
                    Path one = found.get(random.nextInt(found.size()));
                    byte[] bytes = Files.readAllBytes(one);
                    bytes[random.nextInt(bytes.length)] ^= 0x55;
                    Files.write(one, bytes);
                }
            }
        }
    }
}
