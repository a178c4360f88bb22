package io.everynode.controlplane.simulation;

import io.everynode.controlplane.invariants.BrokenInvariant;
import io.everynode.core.event.CommandMeta;
import io.everynode.core.event.Decision;
import io.everynode.core.event.Envelopes;
import io.everynode.core.event.Event;
import io.everynode.core.event.EventMeta;
import io.everynode.core.event.RecentCommands;
import io.everynode.core.event.Recorded;
import io.everynode.core.object.WriteAdmission;
import io.everynode.core.object.WriteReply;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/**
 * One start of one entity on one virtual JVM: its live state beside its rows in the journal. Does what AggregateEntity
 * does. A start ends when a persist fails (then it may go on in place, with the soft state its actor keeps), when its
 * shard moves, or when it finds that it no longer owns its name.
 */
abstract class SimEntity<E extends Event, S> {

    final Cluster cluster;
    final String id;
    final int jvm;
    S state;
    private RecentCommands recent;
    private long sequence;
    private long committedBefore = -1;
    private boolean up;
    private boolean dead;
    private boolean frozen;
    private Consumer<SimEntity<?, ?>> lastMessage;
    /** While a persist is on its way everything else waits here, also through a restart when it fails. */
    private final Deque<Runnable> stash = new ArrayDeque<>();

    private SimWriter.Persist persisting;
    private Runnable onThaw;

    SimEntity(Cluster cluster, String id, int jvm) {
        this.cluster = cluster;
        this.id = id;
        this.jvm = jvm;
    }

    abstract S empty();

    abstract S evolve(S from, EventMeta meta, E event, long eventSequence);

    /** After recovery. */
    void recovered() {}

    /** After each persist. */
    void persisted() {}

    /** A frozen owner's JVM runs again. */
    void thawed() {}

    void ended() {}

    @SuppressWarnings("unchecked")
    final void recover() {
        if (dead) {
            return;
        }
        state = empty();
        recent = RecentCommands.NONE;
        sequence = 0;
        for (SimJournal.Row row : cluster.journal.rowsOf(id)) {
            apply((Recorded<E>) row.recorded(), row.sequence());
        }
        up = true;
        if (committedBefore < 0) {
            committedBefore = cluster.journal.maxOrdering();
        }
        recovered();
        unstash();
    }

    private void unstash() {
        while (persisting == null && running() && !stash.isEmpty()) {
            stash.poll().run();
        }
    }

    private void apply(Recorded<E> row, long rowSequence) {
        state = evolve(state, row.meta(), row.event(), rowSequence);
        recent = recent.evolve(row.meta(), rowSequence);
        sequence = rowSequence;
    }

    final boolean running() {
        return up && !dead && !frozen;
    }

    /** {@code max(ordering)} when this start had recovered. */
    final long committedBefore() {
        return committedBefore;
    }

    final boolean isDead() {
        return dead;
    }

    final RecentCommands recent() {
        return recent;
    }

    final long sequence() {
        return sequence;
    }

    final void accept(Consumer<SimEntity<?, ?>> message) {
        lastMessage = message;
        take(() -> message.accept(this));
    }

    /** One message of any kind: it waits for a persist that is on its way, and is lost when this start has ended. */
    final void take(Runnable message) {
        if (!running()) {
            return;
        }
        if (persisting == null) {
            message.run();
        } else {
            stash.add(message);
        }
    }

    /** Something told to itself: it is lost with this start. */
    final void later(long delayMillis, Runnable action) {
        cluster.queue.in(delayMillis, () -> take(action));
    }

    /** What was handed to the journal may be stored all the same. */
    final void end() {
        if (!dead) {
            dead = true;
            if (persisting != null && cluster.chance.oneIn(2)) {
                cluster.jvm(jvm).writer().withdraw(persisting);
            }
            ended();
        }
    }

    /** Its JVM stands still, others take its shards over, and it does not know. */
    final void freeze() {
        frozen = true;
        if (persisting != null && cluster.chance.oneIn(2)) {
            SimWriter.Persist late = persisting;
            cluster.jvm(jvm).writer().withdraw(late);
            onThaw = () -> cluster.jvm(jvm).writer().write(late);
        }
    }

    final void thaw() {
        frozen = false;
        if (running()) {
            cluster.trace.line(id, "thaw", "a former owner on jvm-" + jvm + " runs again");
            if (onThaw != null) {
                onThaw.run();
                onThaw = null;
            }
            take(this::thawed);
            if (lastMessage != null) {
                accept(lastMessage);
            }
        }
    }

    /** A client's write: deadline and repetition first, then the decision. */
    final void write(CommandMeta meta, Consumer<WriteReply> replyTo, Supplier<Decision<E, WriteReply>> decide) {
        RecentCommands remembered = cluster.decisions.commandsAreRemembered() ? recent : RecentCommands.NONE;
        WriteReply known = WriteAdmission.withoutDecision(id, remembered, meta, cluster.queue.millis());
        if (known != null) {
            replyTo.accept(known);
            return;
        }
        Decision<E, WriteReply> decision = twice(decide);
        perform(
                meta,
                decision.events(),
                decision.reason(),
                last -> replyTo.accept(WriteAdmission.durable(id, decision.reply(), last)));
    }

    /** Invariant I9: the same question has the same answer. */
    final <R> R twice(Supplier<R> decide) {
        R once = decide.get();
        R again = decide.get();
        BrokenInvariant.require(once.equals(again), "I9", "%s decides %s, then %s", id, once, again);
        return once;
    }

    final void perform(CommandMeta meta, List<E> decided, String reason, LongConsumer afterwards) {
        List<E> events = cluster.decisions.persisted(decided);
        if (events.isEmpty()) {
            afterwards.accept(sequence);
            return;
        }
        List<Recorded<E>> rows = Envelopes.of(meta, events, reason, cluster.queue.millis());
        persisting = new SimWriter.Persist(
                new SimJournal.Write(id, sequence + 1, rows), this, reason, outcome -> done(outcome, rows, afterwards));
        cluster.jvm(jvm).writer().write(persisting);
    }

    private void done(SimWriter.Outcome outcome, List<Recorded<E>> rows, LongConsumer afterwards) {
        if (frozen && !dead) {
            onThaw = () -> done(outcome, rows, afterwards);
            return;
        }
        if (dead) {
            return;
        }
        persisting = null;
        if (outcome != SimWriter.Outcome.STORED) {
            crashed();
            return;
        }
        for (Recorded<E> row : rows) {
            apply(row, sequence + 1);
        }
        cluster.compare(this);
        afterwards.accept(sequence);
        persisted();
        unstash();
    }

    private void crashed() {
        up = false;
        if (!cluster.owns(this)) {
            end();
            return;
        }
        if (cluster.chance.oneIn(2)) {
            cluster.queue.in(cluster.chance.between(200, 2_000), this::recover);
        } else {
            cluster.move(id, false);
        }
    }
}
