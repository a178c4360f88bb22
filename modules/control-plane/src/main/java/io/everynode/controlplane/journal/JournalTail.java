package io.everynode.controlplane.journal;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.ToIntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the journal: one thread, one query in flight, every row handed to one sink in order and once. It reads when a
 * {@link #barrier} waits, on a {@link #hint}, and at every poll interval.
 *
 * <p>The rows of one atomic persist reach the sink in one batch, so that what the sink holds after each batch is a
 * state that the journal was in.
 *
 * <p>If the database fails, waiting barriers fail, the tail stays where it is and tries again. If an event cannot be
 * read or the sink throws, nothing more is delivered ever: whatever comes after would be built on a gap.
 */
public final class JournalTail implements AutoCloseable {
    /** Takes rows over; called by the tail's thread only. An exception stops the tail for good. */
    @FunctionalInterface
    public interface Sink {
        /**
         * Applies rows, at least one, in order.
         *
         * @throws UnreadableEvent to name the event that cannot be applied; for other exceptions the first of the batch
         *     is named
         */
        void apply(List<JournalRow> rows);
    }

    private static final Logger log = LoggerFactory.getLogger(JournalTail.class);

    /** How long close() waits for a delivery. */
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(2);

    private final JournalReader reader;
    private final Sink sink;
    private final AtomicGroups groups;
    private final TailSettings settings;
    private final Clock clock;
    private final Thread thread;

    private final Barriers barriers = new Barriers();

    /** Written by {@link #report} only. */
    private volatile TailHealth health;

    // Of the tail's thread alone:
    /** The last row read; beyond {@code applied} while rows are held back. */
    private long cursor;

    private long applied;

    /**
     * Makes a tail; {@link #start} starts it.
     *
     * @param following says of a row how many rows of the same entity follow it in the same persist; an exception means
     *     that the event cannot be read
     * @param from the ordering after which to begin, where no persist is open: 0, or what a sink had applied
     */
    public JournalTail(
            JournalReader reader, ToIntFunction<JournalRow> following, Sink sink, long from, TailSettings settings) {
        this(reader, following, sink, from, settings, Clock.systemUTC());
    }

    /** As the other, with the clock that dates {@link TailHealth#lastRead}. */
    public JournalTail(
            JournalReader reader,
            ToIntFunction<JournalRow> following,
            Sink sink,
            long from,
            TailSettings settings,
            Clock clock) {
        this.reader = reader;
        this.sink = sink;
        this.groups = new AtomicGroups(following);
        this.settings = settings;
        this.clock = clock;
        this.cursor = from;
        this.applied = from;
        this.health = new TailHealth(TailHealth.State.STARTING, from, Optional.empty(), "not read yet");
        this.thread = new Thread(this::run, "journal-tail");
        thread.setDaemon(true);
    }

    /** Begins to read; call it once. */
    public JournalTail start() {
        thread.start();
        return this;
    }

    /**
     * Completes with the applied ordering once the sink has got all that was committed before this call. It makes the
     * tail read at once; those who ask while a read is in flight share the next one.
     *
     * <p>It fails with {@link JournalUnavailable} if the database does, or if the tail is stuck or closed. A database
     * that hangs can keep it for a minute: callers have a deadline of their own. It completes on the tail's thread:
     * stages that depend on it must be short, or be async.
     */
    public CompletionStage<Long> barrier() {
        return barriers.ask();
    }

    /** Says that there may be something to read: many hints lead to one read. */
    public void hint() {
        barriers.hint();
    }

    /** The ordering up to which the sink has got everything. */
    public long applied() {
        return health.applied();
    }

    public TailHealth health() {
        return health;
    }

    /**
     * Ends the tail; barriers fail. No delivery begins after this returns. It waits for one that is going on, at most 2
     * s; a query in flight is left alone (an interrupt would make H2 close its file).
     */
    @Override
    public void close() {
        end(TailHealth.State.CLOSED, health.applied(), "closed", null);
        if (Thread.currentThread() != thread) {
            try {
                thread.join(CLOSE_PATIENCE.toMillis());
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Whether its thread has ended, so that the sink is called no more. */
    public boolean ended() {
        return !thread.isAlive();
    }

    private void run() {
        try {
            // Reading begins at once. While the database is away only barriers hurry: hints would make a busy loop.
            Duration pause = Duration.ZERO;
            while (barriers.awaitWork(pause.toNanos(), health.state() != TailHealth.State.UNAVAILABLE)) {
                pause = read();
            }
        } catch (Throwable fault) {
            // Without this a fault of our own would leave barriers waiting for ever.
            stuck(cursor, fault);
        }
    }

    /** Reads and delivers one page; returns how long to wait before the next. */
    private Duration read() {
        JournalReader.Page page;
        try {
            page = reader.page(cursor, settings.pageRows(), settings.pageBytes());
            if (!page.complete() && barriers.anyUnbounded()) {
                // Writers may be faster than we for long: a barrier must not wait for the journal's end to stand still.
                barriers.bound(reader.maxOrdering());
            }
        } catch (RuntimeException failure) {
            return unavailable(failure);
        }
        if (!deliver(page.rows())) {
            return Duration.ZERO;
        }
        if (page.complete() && groups.anyOpen()) {
            // A read sees all of a transaction or nothing, so the rest is missing; read it all again, in case.
            return unavailable(
                    new JournalUnavailable("the journal holds a part of a persist: " + groups.whatIsOpen(), null));
        }
        running();
        if (page.complete()) {
            barriers.passAll(applied);
            return settings.pollInterval();
        }
        barriers.passReached(applied);
        return Duration.ZERO;
    }

    /** Hands on what is whole, also what is before an event that cannot be read; false if that is the end. */
    private boolean deliver(List<JournalRow> rows) {
        UnreadableEvent unreadable = null;
        for (JournalRow row : rows) {
            try {
                groups.add(row);
                cursor = row.ordering();
            } catch (UnreadableEvent stop) {
                unreadable = stop;
                break;
            }
        }
        List<JournalRow> whole = groups.takeWhole();
        if (health.state().isEnd()) {
            return false;
        }
        if (!whole.isEmpty()) {
            try {
                sink.apply(whole);
            } catch (UnreadableEvent stop) {
                return stuck(stop.ordering(), stop);
            } catch (RuntimeException | StackOverflowError stop) {
                return stuck(whole.get(0).ordering(), stop);
            }
            applied = whole.get(whole.size() - 1).ordering();
        }
        return unreadable == null || stuck(unreadable.ordering(), unreadable);
    }

    private void running() {
        TailHealth.State before = health.state();
        Optional<Instant> now = Optional.of(clock.instant());
        if (report(new TailHealth(TailHealth.State.RUNNING, applied, now, "")) && before != TailHealth.State.RUNNING) {
            log.info("The journal is read: {} -> RUNNING, applied {}", before, applied);
        }
    }

    private Duration unavailable(RuntimeException failure) {
        JournalUnavailable why = failure instanceof JournalUnavailable known
                ? known
                : new JournalUnavailable("the journal cannot be read: " + failure.getMessage(), failure);
        groups.clear();
        cursor = applied;
        TailHealth before = health;
        if (report(new TailHealth(TailHealth.State.UNAVAILABLE, applied, before.lastRead(), why.getMessage()))
                && before.state() != TailHealth.State.UNAVAILABLE) {
            log.warn("The journal is not read: {} -> UNAVAILABLE, applied {}", before.state(), applied, why);
        }
        barriers.fail(why);
        return settings.retryInterval();
    }

    /** Ends the tail at an event; always false. */
    private boolean stuck(long ordering, Throwable cause) {
        String message = "stuck at ordering " + ordering + ": " + cause.getMessage();
        if (end(TailHealth.State.STUCK, applied, message, cause)) {
            log.error("The journal is not read: -> STUCK, applied {}: {}", applied, message, cause);
        }
        return false;
    }

    private boolean end(TailHealth.State state, long reached, String message, Throwable cause) {
        boolean first = report(new TailHealth(state, reached, health.lastRead(), message));
        if (first) {
            barriers.end(new JournalUnavailable("the journal's tail is " + message, cause));
        }
        return first;
    }

    /** Changes the health unless the tail has ended, whatever else goes on meanwhile. */
    private synchronized boolean report(TailHealth now) {
        if (health.state().isEnd()) {
            return false;
        }
        health = now;
        return true;
    }
}
