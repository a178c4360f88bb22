package io.everynode.controlplane.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.object.JsonBytes;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class CatalogStoreTest {

    private static final List<String> NAMES = List.of("p", "q", "r");
    private static final List<String> NAMESPACES = List.of("a", "b");
    private static final List<String> NODES = List.of("", "n1", "n2", "n3");

    /** Deliveries wait here until the test lets them run. */
    private final Deque<Runnable> deliveries = new ArrayDeque<>();

    private final List<Change> published = new ArrayList<>();
    private final Map<String, StoredObject> newest = new HashMap<>();
    private CatalogStore store = new CatalogStore(CatalogVersion.EMPTY, 10_000, deliveries::add);
    private long version;

    private static CatalogVersion at(long version) {
        CatalogVersion e = CatalogVersion.EMPTY;
        return new CatalogVersion(
                version,
                e.objects(),
                e.podsByNode(),
                e.nodes(),
                e.pods(),
                e.daemonSets(),
                e.templates(),
                CatalogVersion.EMPTY.hiddenPods(),
                CatalogVersion.EMPTY.unclaimed(),
                CatalogVersion.EMPTY.orphans(),
                CatalogVersion.EMPTY.owners(),
                CatalogVersion.EMPTY.endedPods(),
                CatalogVersion.EMPTY.quotas(),
                CatalogVersion.EMPTY.budgets());
    }

    private Change change(Kind kind, String namespace, String name, String node) {
        version += 2;
        ObjectNode tree = Json.object();
        tree.putObject("metadata").put("name", name).put("namespace", namespace);
        tree.putObject("spec").put("nodeName", node);
        StoredObject object = StoredJson.of(kind, JsonBytes.of(tree), version, "pid", version);
        StoredObject previous = newest.put(kind + namespace + name, object);
        return new Change(version, previous == null ? Change.Type.ADDED : Change.Type.MODIFIED, object, previous);
    }

    private Change randomChange(Random random) {
        Kind kind = random.nextInt(3) == 0 ? Kinds.CONFIG_MAP : Kinds.POD;
        return change(
                kind,
                NAMESPACES.get(random.nextInt(2)),
                NAMES.get(random.nextInt(3)),
                kind == Kinds.POD ? NODES.get(random.nextInt(4)) : "");
    }

    private void publish(Change... changes) {
        published.addAll(List.of(changes));
        store.publish(at(version), List.of(changes), 0);
    }

    private void deliver() {
        while (!deliveries.isEmpty()) {
            deliveries.poll().run();
        }
    }

    private static boolean selects(WatchSelection s, Change c) {
        StoredObject o = c.object();
        return o.kind().equals(s.kind())
                && (s.namespace().isEmpty() || s.namespace().equals(o.namespace()))
                && (s.name().isEmpty() || s.name().equals(o.name()))
                && (s.node().isEmpty()
                        || s.node().equals(CatalogVersion.nodeOf(o))
                        || s.node().equals(CatalogVersion.nodeOf(c.previous())));
    }

    /** A watcher as the API server is one: asks, waits, takes, asks again. */
    private final class Watcher {
        final WatchSelection selection;
        final long after;
        final WatchCursor cursor;
        final List<Change> seen = new ArrayList<>();
        private CompletableFuture<List<Change>> waiting;

        Watcher(WatchSelection selection, long after) {
            this.selection = selection;
            this.after = after;
            this.cursor = store.watch(selection, after).orElseThrow();
        }

        /** Goes one step; false when nothing has come. */
        boolean step() {
            if (waiting == null) {
                waiting = cursor.next().toCompletableFuture();
            }
            if (!waiting.isDone()) {
                return false;
            }
            List<Change> come = waiting.join();
            assertThat(come).isNotEmpty().hasSizeLessThanOrEqualTo(CatalogStore.MAX_CHANGES_AT_ONCE);
            seen.addAll(come);
            waiting = null;
            return true;
        }

        List<Change> selected() {
            return published.stream()
                    .filter(c -> c.version() > after && selects(selection, c))
                    .toList();
        }

        /** A client that goes on after what a bookmark says loses nothing. */
        void checkPosition() {
            long position = cursor.position();
            List<Change> got = new ArrayList<>(seen);
            if (waiting != null && waiting.isDone()) {
                got.addAll(waiting.join());
            }
            assertThat(got)
                    .as("%s at position %s", selection, position)
                    .containsAll(selected().stream()
                            .filter(c -> c.version() <= position)
                            .toList());
        }
    }

    private WatchSelection randomSelection(Random random) {
        Kind kind = random.nextInt(3) == 0 ? Kinds.CONFIG_MAP : Kinds.POD;
        return new WatchSelection(
                kind,
                random.nextBoolean() ? "" : NAMESPACES.get(random.nextInt(2)),
                random.nextBoolean() ? "" : NAMES.get(random.nextInt(3)),
                kind == Kinds.CONFIG_MAP || random.nextBoolean() ? "" : NODES.get(1 + random.nextInt(3)));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void everyCursorSeesWhatItSelectsOnceAndInOrder(long seed) {
        Random random = new Random(seed);
        List<Watcher> watchers = new ArrayList<>();
        for (int step = 0; step < 800; step++) {
            switch (random.nextInt(6)) {
                case 0, 1 -> {
                    Change[] batch = new Change[random.nextInt(4)];
                    for (int i = 0; i < batch.length; i++) {
                        batch[i] = randomChange(random);
                    }
                    publish(batch);
                }
                case 2 -> {
                    if (!deliveries.isEmpty()) {
                        deliveries.poll().run();
                    }
                }
                case 3 -> {
                    if (watchers.size() < 60) {
                        // Between two versions, and ahead of this JVM, is a place too.
                        watchers.add(new Watcher(randomSelection(random), random.nextLong(version + 6)));
                    }
                }
                default -> {
                    if (!watchers.isEmpty()) {
                        Watcher watcher = watchers.get(random.nextInt(watchers.size()));
                        watcher.step();
                        watcher.checkPosition();
                    }
                }
            }
            if (step % 20 == 0) {
                watchers.forEach(Watcher::checkPosition);
            }
        }
        deliver();
        for (Watcher watcher : watchers) {
            while (watcher.step()) {
                deliver();
            }
            assertThat(watcher.seen).isEqualTo(watcher.selected());
            assertThat(watcher.cursor.position()).isEqualTo(Math.max(version, watcher.after));
        }
    }

    /** The moment between the publishing of a change and its delivery. */
    @Test
    void aPositionDoesNotPassAChangeThatIsOnItsWay() {
        publish(change(Kinds.POD, "a", "p", "n1"));
        WatchCursor cursor = store.watch(WatchSelection.all(Kinds.POD), version).orElseThrow();
        var next = cursor.next().toCompletableFuture();
        long before = version;
        assertThat(cursor.position()).isEqualTo(before);
        publish(change(Kinds.POD, "a", "p", "n1"));
        assertThat(next).isNotDone();
        assertThat(cursor.position()).isEqualTo(before);
        deliver();
        assertThat(next.join()).hasSize(1);
        assertThat(cursor.position()).isEqualTo(version);
    }

    @Test
    void onlyWatchesOfAChangesKeysAreLookedAt() {
        List<Watcher> watchers = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            watchers.add(new Watcher(new WatchSelection(Kinds.POD, "", "", "node-" + i), 0));
            watchers.add(new Watcher(new WatchSelection(Kinds.POD, "a", "name-" + i, ""), 0));
            watchers.add(new Watcher(new WatchSelection(Kinds.POD, "namespace-" + i, "", ""), 0));
        }
        watchers.forEach(Watcher::step);
        publish(change(Kinds.POD, "x", "y", "node-5"));
        assertThat(deliveries).as("one node's").hasSize(1);
        deliver();
        askAgain(watchers);
        publish(change(Kinds.POD, "x", "y", "node-6"));
        assertThat(deliveries).as("the old and the new node's").hasSize(2);
        deliver();
        askAgain(watchers);
        publish(change(Kinds.CONFIG_MAP, "a", "name-1", ""));
        assertThat(deliveries).as("another kind's").isEmpty();
        publish(change(Kinds.POD, "a", "name-1", ""));
        assertThat(deliveries).hasSize(1);
        deliver();
        publish(change(Kinds.POD, "namespace-3", "z", ""));
        assertThat(deliveries).hasSize(1);
    }

    private void askAgain(List<Watcher> watchers) {
        watchers.stream().filter(Watcher::step).forEach(Watcher::step);
    }

    @Test
    void aSlowWatchExpiresAndAnIdleOneDoesNot() {
        store = new CatalogStore(CatalogVersion.EMPTY, 10, deliveries::add);
        publish(change(Kinds.POD, "a", "p", "n1"));
        Watcher idle = new Watcher(new WatchSelection(Kinds.POD, "", "", "n9"), version);
        idle.step();
        WatchCursor slow =
                store.watch(WatchSelection.all(Kinds.CONFIG_MAP), version).orElseThrow();
        long start = version;
        for (int i = 0; i < 11; i++) {
            publish(change(Kinds.CONFIG_MAP, "a", "p", ""));
        }
        assertThatThrownBy(() -> slow.next().toCompletableFuture().join())
                .hasCauseInstanceOf(WatchCursor.Expired.class)
                .hasMessageContaining("" + start);
        assertThat(store.watch(WatchSelection.all(Kinds.POD), start)).isEmpty();
        assertThat(store.watch(WatchSelection.all(Kinds.POD), store.current().resourceVersion()))
                .isPresent();
        publish(change(Kinds.POD, "a", "p", "n9"));
        deliver();
        assertThat(idle.step()).isTrue();
        assertThat(idle.seen).hasSize(1);
    }

    /** As after a start with a checkpoint at 100: what was before it is told in two parts. */
    @Test
    void watchesAndReadsWaitForThePast() {
        store = new CatalogStore(at(100), 100, deliveries::add);
        version = 0;
        List<Change> oldest = new ArrayList<>();
        List<Change> older = new ArrayList<>();
        while (version < 100) {
            (version < 50 ? oldest : older).add(change(Kinds.POD, "a", "p", "n1"));
        }
        assertThat(store.watch(WatchSelection.all(Kinds.POD), 99)).isEmpty();
        store.pastComes();
        assertThat(store.pastAwaited()).isFalse();
        Watcher near = new Watcher(WatchSelection.all(Kinds.POD), 60);
        Watcher far = new Watcher(WatchSelection.all(Kinds.POD), 20);
        Watcher gone = new Watcher(WatchSelection.all(Kinds.POD), 20);
        assertThat(near.step()).isFalse();
        assertThat(far.step()).isFalse();
        assertThat(gone.step()).isFalse();
        CompletableFuture<Void> reader = store.pastAfter(30).toCompletableFuture();
        assertThat(store.pastAfter(100).toCompletableFuture()).isCompleted();
        assertThat(store.pastAwaited()).isTrue();
        Change live = change(Kinds.POD, "a", "p", "n1");
        store.publish(at(version), List.of(live), 0);
        assertThat(near.cursor.position()).isEqualTo(60);
        gone.cursor.close();

        assertThat(store.past(older, 50, 100, 0)).isTrue();
        deliver();
        assertThat(near.step()).isTrue();
        assertThat(near.seen).hasSize(21).endsWith(live);
        assertThat(far.step()).isFalse();
        assertThat(reader).isNotDone();

        assertThat(store.past(oldest.subList(10, oldest.size()), 20, 50, 0)).isTrue();
        deliver();
        assertThat(far.step()).isTrue();
        assertThat(far.seen).hasSize(41).endsWith(live);
        assertThat(reader).isCompleted();
        assertThat(store.past(30)).isPresent();
        assertThat(store.past(30).orElseThrow().resourceVersion()).isEqualTo(30);

        Watcher never = new Watcher(WatchSelection.all(Kinds.POD), 10);
        assertThat(never.step()).isFalse();
        CompletableFuture<Void> unanswered = store.pastAfter(10).toCompletableFuture();
        store.pastEnds();
        deliver();
        assertThatThrownBy(never::step).hasCauseInstanceOf(WatchCursor.Expired.class);
        assertThat(unanswered).isCompleted();
        assertThat(store.past(10)).isEmpty();
        assertThat(store.watch(WatchSelection.all(Kinds.POD), 10)).isEmpty();
        assertThat(store.watch(WatchSelection.all(Kinds.POD), 20)).isPresent();
    }

    /** Watches of Events begin no earlier than where Events were dropped, also in the past. */
    @Test
    void thePastKnowsWhereEventsWereDropped() {
        store = new CatalogStore(at(100), 100, deliveries::add);
        store.pastComes();
        Watcher events = new Watcher(WatchSelection.all(Kinds.EVENT), 60);
        Watcher pods = new Watcher(WatchSelection.all(Kinds.POD), 60);
        events.step();
        pods.step();
        version = 78;
        store.past(List.of(change(Kinds.POD, "a", "p", "n1")), 50, 100, 70);
        deliver();
        assertThatThrownBy(events::step).hasCauseInstanceOf(WatchCursor.Expired.class);
        assertThat(pods.step()).isTrue();
        assertThat(store.watch(WatchSelection.all(Kinds.EVENT), 70)).isPresent();
    }

    @Test
    void watchesOfEventsEndWhenEventsAreDropped() {
        Watcher open = new Watcher(WatchSelection.all(Kinds.EVENT), 0);
        Watcher pods = new Watcher(WatchSelection.all(Kinds.POD), 0);
        open.step();
        pods.step();
        publish(change(Kinds.EVENT, "a", "e", ""));
        deliver();
        assertThat(open.step()).isTrue();
        open.step();
        Change last = change(Kinds.EVENT, "a", "f", "");
        store.publish(at(version), List.of(last), version);
        deliver();
        assertThatThrownBy(open::step).hasCauseInstanceOf(WatchCursor.Expired.class);
        assertThat(store.watch(WatchSelection.all(Kinds.EVENT), version - 1)).isEmpty();
        assertThat(store.watch(WatchSelection.all(Kinds.EVENT), version)).isPresent();
        assertThat(store.watch(WatchSelection.all(Kinds.POD), version - 1)).isPresent();
        publish(change(Kinds.POD, "a", "p", ""));
        deliver();
        assertThat(pods.step()).isTrue();
    }

    @Test
    void aClosedCursorEndsItsWaitAndIsNotWoken() {
        Watcher watcher = new Watcher(WatchSelection.all(Kinds.POD), 0);
        var next = watcher.cursor.next().toCompletableFuture();
        assertThatIllegalStateException().isThrownBy(watcher.cursor::next);
        watcher.cursor.close();
        assertThat(next.join()).isEmpty();
        publish(change(Kinds.POD, "a", "p", ""));
        assertThat(deliveries).isEmpty();
        assertThat(watcher.cursor.next().toCompletableFuture().join()).isEmpty();
        watcher.cursor.close();
    }

    @Test
    void aCursorClosedBetweenChangeAndDeliveryGetsNothing() {
        Watcher watcher = new Watcher(WatchSelection.all(Kinds.POD), 0);
        var next = watcher.cursor.next().toCompletableFuture();
        publish(change(Kinds.POD, "a", "p", ""));
        watcher.cursor.close();
        deliver();
        assertThat(next.join()).isEmpty();
    }

    @Test
    void heldVersionsAreFoundUntilThereAreTooMany() {
        publish(change(Kinds.POD, "a", "p", ""));
        Catalog first = store.current();
        store.hold(first);
        for (int i = 0; i < CatalogStore.MAX_HELD_VERSIONS - 1; i++) {
            publish(change(Kinds.POD, "a", "p", ""));
            store.hold(store.current());
        }
        assertThat(store.held(first.resourceVersion())).containsSame(first);
        publish(change(Kinds.POD, "a", "p", ""));
        assertThat(store.held(version)).as("the newest needs no holding").containsSame(store.current());
        store.hold(store.current());
        assertThat(store.held(first.resourceVersion())).isEmpty();
        assertThat(store.held(1)).isEmpty();
    }

    @Test
    void aChangeIsFoundAsOfItsEntitysEvent() {
        publish(change(Kinds.POD, "a", "p", "n1"));
        long first = version;
        publish(change(Kinds.POD, "a", "p", "n2"), change(Kinds.POD, "b", "p", "n2"));
        assertThat(store.changeAsOf(Kinds.POD, "a", "p", "pid", first).version())
                .isEqualTo(first);
        assertThat(store.changeAsOf(Kinds.POD, "a", "p", "pid", first + 1).version())
                .isEqualTo(first);
        assertThat(store.changeAsOf(Kinds.POD, "a", "p", "pid", version).version())
                .isEqualTo(first + 2);
        assertThat(store.changeAsOf(Kinds.POD, "a", "p", "other", version)).isNull();
        assertThat(store.changeAsOf(Kinds.POD, "a", "p", "pid", first - 1)).isNull();
    }

    @Test
    void manyThreadsSeeTheSameOrder() throws Exception {
        int changes = 5_000;
        ExecutorService threads = Executors.newFixedThreadPool(6);
        try {
            store = new CatalogStore(CatalogVersion.EMPTY, changes, threads);
            List<CompletableFuture<List<Change>>> results = new ArrayList<>();
            for (WatchSelection selection : List.of(
                    WatchSelection.all(Kinds.POD),
                    new WatchSelection(Kinds.POD, "", "", "n1"),
                    new WatchSelection(Kinds.POD, "a", "", ""),
                    new WatchSelection(Kinds.CONFIG_MAP, "", "p", ""))) {
                List<Change> seen = new ArrayList<>();
                CompletableFuture<List<Change>> result = new CompletableFuture<>();
                results.add(result);
                follow(store.watch(selection, 0).orElseThrow(), seen, result);
            }
            Random random = new Random(9);
            for (int i = 0; i < changes; i++) {
                publish(randomChange(random));
                if (i % 100 == 0) {
                    // Cursors come and go meanwhile.
                    WatchCursor passing =
                            store.watch(WatchSelection.all(Kinds.POD), version).orElseThrow();
                    passing.next();
                    threads.execute(passing::close);
                }
            }
            // The end, which all of them select.
            publish(change(Kinds.POD, "a", "end", "n1"), change(Kinds.CONFIG_MAP, "a", "p", "end"));
            int i = 0;
            for (WatchSelection selection : List.of(
                    WatchSelection.all(Kinds.POD),
                    new WatchSelection(Kinds.POD, "", "", "n1"),
                    new WatchSelection(Kinds.POD, "a", "", ""),
                    new WatchSelection(Kinds.CONFIG_MAP, "", "p", ""))) {
                assertThat(results.get(i++).get(20, TimeUnit.SECONDS))
                        .isEqualTo(published.stream()
                                .filter(c -> selects(selection, c))
                                .toList());
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private void follow(WatchCursor cursor, List<Change> seen, CompletableFuture<List<Change>> result) {
        cursor.next().whenComplete((come, failure) -> {
            if (failure != null) {
                result.completeExceptionally(failure);
                return;
            }
            seen.addAll(come);
            StoredObject last = come.get(come.size() - 1).object();
            if (last.name().equals("end")
                    || last.tree().path("spec").path("nodeName").asText().equals("end")) {
                result.complete(seen);
            } else {
                follow(cursor, seen, result);
            }
        });
    }
}
