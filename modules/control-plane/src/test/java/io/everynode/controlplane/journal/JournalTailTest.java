package io.everynode.controlplane.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class JournalTailTest {
    /** So long that what a test sees was read for a barrier or a hint. */
    private static final TailSettings LAZY = new TailSettings(Duration.ofHours(1), Duration.ofHours(1), 1000, 1 << 20);

    private static final Instant NOW = Instant.parse("2026-11-21T00:00:00Z");

    private final FakeJournal journal = new FakeJournal();
    private final List<List<Long>> batches = new CopyOnWriteArrayList<>();
    private JournalTail tail;

    private JournalTail start(long from, TailSettings settings) {
        return start(from, settings, rows -> {});
    }

    private JournalTail start(long from, TailSettings settings, JournalTail.Sink sink) {
        tail = new JournalTail(
                journal,
                FakeJournal::following,
                rows -> {
                    sink.apply(rows);
                    batches.add(rows.stream().map(JournalRow::ordering).toList());
                },
                from,
                settings,
                Clock.fixed(NOW, ZoneOffset.UTC));
        // A sink may ask for the tail, so the field is set before the first delivery.
        tail.start();
        return tail;
    }

    private static TailSettings pages(int rows) {
        return new TailSettings(Duration.ofHours(1), Duration.ofHours(1), rows, 1 << 20);
    }

    private static long passed(CompletionStage<Long> barrier) throws Exception {
        return barrier.toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private static void assertFailed(CompletionStage<Long> barrier, String message) {
        assertThatThrownBy(() -> passed(barrier))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(JournalUnavailable.class)
                .hasMessageContaining(message);
    }

    @AfterEach
    void closePromptly() {
        journal.gated = false;
        journal.gate.release(1_000);
        long before = System.nanoTime();
        tail.close();
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(1));
    }

    @Test
    void aBarrierSeesWhatWasCommittedBeforeIt() throws Exception {
        start(0, LAZY);
        assertThat(passed(tail.barrier())).isZero();
        journal.commit("a:0", "b:0");
        assertThat(passed(tail.barrier())).isEqualTo(2);
        assertThat(batches).containsExactly(List.of(1L, 2L));
        assertThat(tail.applied()).isEqualTo(2);
        assertThat(tail.health().lastRead()).contains(NOW);
        assertThat(tail.health().ready()).isTrue();
    }

    @Test
    void beginsAfterItsCursor() throws Exception {
        journal.commit("a:0", "b:0", "c:0");
        start(2, LAZY);
        assertThat(passed(tail.barrier())).isEqualTo(3);
        assertThat(batches).containsExactly(List.of(3L));
    }

    @Test
    void aReadThatBeganBeforeTheBarrierDoesNotPassIt() throws Exception {
        journal.gated = true;
        start(0, LAZY);
        journal.begun.acquire();
        // The read in flight took its rows before this commit.
        journal.commit("a:0");
        CompletableFuture<Long> barrier = tail.barrier().toCompletableFuture();
        journal.gate.release();
        journal.begun.acquire();
        assertThat(barrier).isNotDone();
        journal.gate.release();
        assertThat(passed(barrier)).isEqualTo(1);
    }

    @Test
    void oneReadServesAllWhoWait() throws Exception {
        journal.gated = true;
        start(0, LAZY);
        journal.begun.acquire();
        journal.commit("a:0");
        List<CompletionStage<Long>> barriers = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            barriers.add(tail.barrier());
            tail.hint();
        }
        journal.gate.release(2);
        for (CompletionStage<Long> barrier : barriers) {
            assertThat(passed(barrier)).isEqualTo(1);
        }
        assertThat(journal.pages).hasValue(2);
    }

    @Test
    void aHintLeadsToARead() {
        start(0, LAZY);
        await().until(() -> journal.pages.get() == 1);
        journal.commit("a:0");
        tail.hint();
        await().until(() -> tail.applied() == 1);
    }

    @Test
    void pollsWithoutBeingAsked() {
        start(0, new TailSettings(Duration.ofMillis(5), Duration.ofHours(1), 10, 1 << 20));
        await().until(() -> journal.pages.get() > 1);
        journal.commit("a:0");
        await().until(() -> tail.applied() == 1);
    }

    @Test
    void aBarrierGoesThroughAllPages() throws Exception {
        for (int i = 0; i < 10; i++) {
            journal.commit("a:0");
        }
        start(0, pages(3));
        assertThat(passed(tail.barrier())).isEqualTo(10);
        assertThat(batches)
                .containsExactly(List.of(1L, 2L, 3L), List.of(4L, 5L, 6L), List.of(7L, 8L, 9L), List.of(10L));
    }

    @Test
    void aPageEndsAtItsBytes() throws Exception {
        journal.commit("a:0", "a:0", "a:0");
        start(0, new TailSettings(Duration.ofHours(1), Duration.ofHours(1), 1000, 11));
        assertThat(passed(tail.barrier())).isEqualTo(3);
        assertThat(batches).containsExactly(List.of(1L, 2L), List.of(3L));
    }

    @Test
    void aBarrierPassesThoughWritersNeverStop() throws Exception {
        journal.commit("a:0", "a:0", "a:0", "a:0");
        // Every read finds more behind it, for ever.
        journal.afterPage = () -> journal.commit("a:0", "a:0");
        start(0, pages(2));
        for (int i = 0; i < 20; i++) {
            assertThat(passed(tail.barrier())).isPositive();
        }
        assertThat(journal.maxima).hasPositiveValue();
        journal.afterPage = () -> {};
    }

    @Test
    void rowsOfOnePersistComeTogetherAcrossPages() throws Exception {
        // Persists a(1,2,3) and c(5,6) with other rows between, cut by pages of two rows.
        journal.commit("a:2", "b:0", "a:1", "c:1", "a:0", "c:0", "d:0");
        start(0, pages(2));
        assertThat(passed(tail.barrier())).isEqualTo(7);
        assertThat(batches).containsExactly(List.of(1L, 2L, 3L, 4L, 5L, 6L), List.of(7L));
    }

    @Test
    void everyCutOfRandomTransactionsIsHealed() throws Exception {
        java.util.Random random = new java.util.Random(7);
        for (int transaction = 0; transaction < 200; transaction++) {
            List<String> rows = new ArrayList<>();
            for (int id = 0; id < 1 + random.nextInt(4); id++) {
                int size = 1 + random.nextInt(5);
                int at = 0;
                for (int left = size - 1; left >= 0; left--) {
                    at += random.nextInt(rows.size() - at + 1);
                    rows.add(at++, "e" + id + ":" + left);
                }
            }
            journal.commit(rows.toArray(String[]::new));
        }
        List<JournalRow> seen = new ArrayList<>();
        start(0, pages(7), rows -> {
            java.util.Map<String, Integer> open = new java.util.HashMap<>();
            rows.forEach(row -> open.put(row.persistenceId(), FakeJournal.following(row)));
            assertThat(open.values()).containsOnly(0);
            seen.addAll(rows);
        });
        long end = passed(tail.barrier());
        assertThat(tail.health().message()).isEmpty();
        assertThat(end).isEqualTo(journal.maxOrdering());
        assertThat(seen)
                .extracting(JournalRow::ordering)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, end).boxed().toList());
    }

    @Test
    void aPersistWithoutItsEndIsNotDeliveredAndSaysSo() throws Exception {
        journal.commit("a:0", "a:1");
        start(0, LAZY);
        assertFailed(tail.barrier(), "part of a persist: a");
        assertThat(tail.health().state()).isEqualTo(TailHealth.State.UNAVAILABLE);
        assertThat(batches).containsExactly(List.of(1L));
        journal.commit("a:0");
        assertThat(passed(tail.barrier())).isEqualTo(3);
        assertThat(batches).containsExactly(List.of(1L), List.of(2L, 3L));
    }

    @Test
    void countsThatContradictEachOtherStopTheTail() {
        journal.commit("b:0", "a:2", "a:2");
        start(0, LAZY);
        await().until(() -> tail.health().state() == TailHealth.State.STUCK);
        assertThat(tail.health().message()).startsWith("stuck at ordering 3: a event 2 does not continue");
        assertThat(batches).containsExactly(List.of(1L));
    }

    @Test
    void aFailingDatabaseFailsBarriersAndIsTriedAgain() throws Exception {
        start(0, new TailSettings(Duration.ofHours(1), Duration.ofMillis(5), 1000, 1 << 20));
        assertThat(passed(tail.barrier())).isZero();
        journal.failure = new JournalUnavailable("the journal cannot be read: connection refused", null);
        assertFailed(tail.barrier(), "connection refused");
        assertThat(tail.health())
                .isEqualTo(new TailHealth(
                        TailHealth.State.UNAVAILABLE,
                        0,
                        java.util.Optional.of(NOW),
                        "the journal cannot be read: connection refused"));
        assertFailed(tail.barrier(), "connection refused");
        journal.commit("a:0");
        journal.failure = null;
        await().until(() -> tail.health().state() == TailHealth.State.RUNNING);
        assertThat(batches).containsExactly(List.of(1L));
    }

    @Test
    void anyFailureOfTheReaderIsOfTheDatabase() throws Exception {
        journal.failure = new IllegalStateException("pool is shut");
        start(0, LAZY);
        assertFailed(tail.barrier(), "pool is shut");
        journal.failure = null;
        assertThat(passed(tail.barrier())).isZero();
    }

    @Test
    void aSinkThatThrowsStopsTheTailForGood() throws Exception {
        start(0, LAZY, rows -> {
            if (rows.get(0).ordering() > 1) {
                throw new IllegalStateException("cannot fold this");
            }
        });
        journal.commit("a:0");
        assertThat(passed(tail.barrier())).isEqualTo(1);
        journal.commit("a:0", "a:0");
        assertFailed(tail.barrier(), "stuck at ordering 2: cannot fold this");
        assertThat(tail.health().state()).isEqualTo(TailHealth.State.STUCK);
        assertThat(tail.applied()).isEqualTo(1);
        int pages = journal.pages.get();
        journal.commit("a:0");
        assertFailed(tail.barrier(), "stuck at ordering 2: cannot fold this");
        assertThat(journal.pages).hasValue(pages);
        assertThat(batches).containsExactly(List.of(1L));
    }

    @Test
    void anUnreadableEventIsNamedAndWhatIsBeforeItIsDelivered() {
        journal.commit("a:0", "b:0", "c:1", "c:0");
        tail = new JournalTail(
                        journal,
                        row -> {
                            if (row.ordering() == 4) {
                                throw new IllegalArgumentException("event format 9");
                            }
                            return FakeJournal.following(row);
                        },
                        rows -> batches.add(
                                rows.stream().map(JournalRow::ordering).toList()),
                        0,
                        LAZY)
                .start();
        await().until(() -> tail.health().state() == TailHealth.State.STUCK);
        assertThat(tail.health().message()).isEqualTo("stuck at ordering 4: event format 9");
        assertThat(tail.applied()).isEqualTo(2);
        assertThat(batches).containsExactly(List.of(1L, 2L));
    }

    @Test
    void aSinkMayNameTheEvent() {
        journal.commit("a:0", "b:0", "c:0");
        start(0, LAZY, rows -> {
            throw new UnreadableEvent(3, "no such kind", null);
        });
        await().until(() -> tail.health().state() == TailHealth.State.STUCK);
        assertThat(tail.health().message()).isEqualTo("stuck at ordering 3: no such kind");
        assertThat(tail.applied()).isZero();
    }

    @Test
    void anErrorInTheSinkLeavesNobodyWaiting() {
        journal.commit("a:0");
        start(0, LAZY, rows -> {
            throw new AssertionError("a fault of ours");
        });
        await().until(() -> tail.health().state() == TailHealth.State.STUCK);
        assertFailed(tail.barrier(), "a fault of ours");
    }

    @Test
    void closeFailsBarriersThoughAReadHangsAndNothingIsDeliveredAfterIt() throws Exception {
        journal.commit("a:0");
        journal.gated = true;
        start(0, LAZY);
        journal.begun.acquire();
        CompletionStage<Long> waiting = tail.barrier();
        Semaphore closed = new Semaphore(0);
        Thread closer = new Thread(() -> {
            tail.close();
            closed.release();
        });
        closer.start();
        assertFailed(waiting, "tail is closed");
        assertFailed(tail.barrier(), "tail is closed");
        journal.gate.release();
        closed.acquire();
        assertThat(batches).isEmpty();
        assertThat(tail.health().state()).isEqualTo(TailHealth.State.CLOSED);
    }

    @Test
    void mayBeClosedFromItsSinkAndBeforeItStarts() {
        journal.commit("a:0", "b:0");
        start(0, LAZY, rows -> tail.close());
        await().until(() -> tail.health().state() == TailHealth.State.CLOSED);
        JournalTail never = new JournalTail(journal, FakeJournal::following, rows -> {}, 0, LAZY);
        CompletionStage<Long> barrier = never.barrier();
        never.close();
        assertFailed(barrier, "tail is closed");
    }
}
