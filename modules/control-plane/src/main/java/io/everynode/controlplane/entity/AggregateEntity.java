package io.everynode.controlplane.entity;

import io.everynode.controlplane.event.EventTypes;
import io.everynode.core.event.CommandMeta;
import io.everynode.core.event.Decision;
import io.everynode.core.event.Envelopes;
import io.everynode.core.event.Event;
import io.everynode.core.event.EventMeta;
import io.everynode.core.event.RecentCommands;
import io.everynode.core.event.Recorded;
import io.everynode.core.object.WriteAdmission;
import io.everynode.core.object.WriteReply;
import io.everynode.objects.ApiStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.persistence.typed.JournalPersistFailed;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.SnapshotSelectionCriteria;
import org.apache.pekko.persistence.typed.javadsl.CommandHandler;
import org.apache.pekko.persistence.typed.javadsl.Effect;
import org.apache.pekko.persistence.typed.javadsl.EventHandler;
import org.apache.pekko.persistence.typed.javadsl.EventSourcedBehavior;
import org.apache.pekko.persistence.typed.javadsl.Recovery;
import org.apache.pekko.persistence.typed.javadsl.SignalHandler;
import org.apache.pekko.persistence.typed.javadsl.SignalHandlerBuilder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What all entities share: it has a decision made, persists its events in one atomic write with their envelopes and
 * replies once they are durable. Commands that are repeated are answered again and not done again, late ones are
 * refused. It decides nothing about the domain.
 *
 * @param <M> messages
 * @param <E> events
 * @param <S> the aggregate's state
 */
abstract class AggregateEntity<M, E extends Event, S>
        extends EventSourcedBehavior<M, Recorded<E>, AggregateEntity.Held<S>> {

    /**
     * What sharding tells an entity whose shard goes to another member. Pekko's own message for that is forgotten when
     * it comes during a persist that fails or while the entity waits for its restart, and the shard then waits for the
     * entity until handoff-timeout; a message of the entity's own is kept like every other.
     */
    interface StopMessage {}

    /** State with what the shell needs beside it. */
    record Held<S>(S state, RecentCommands recent, long sequence) {}

    private static final int RETRY_AFTER_SECONDS = 1;

    /** After a persist that failed; doubled while it goes on. */
    private static final Duration FIRST_RESTART = Duration.ofMillis(200);

    /** So soon after the database is back an entity is, too. */
    private static final Duration LATEST_RESTART = Duration.ofSeconds(2);

    private static final Logger log = LoggerFactory.getLogger(AggregateEntity.class);
    private static final Logger CHANGES = LoggerFactory.getLogger("io.everynode.change");

    private final ActorContext<M> context;
    private final EntityServices services;
    private final S empty;

    /** Whose write is being persisted; null when it is nobody's. Of the actor's thread alone. */
    private ActorRef<WriteReply> persistedFor;

    AggregateEntity(PersistenceId id, ActorContext<M> context, EntityServices services, S empty) {
        super(id, SupervisorStrategy.restartWithBackoff(FIRST_RESTART, LATEST_RESTART, 0.2));
        this.context = context;
        this.services = services;
        this.empty = empty;
    }

    /** The aggregate's own evolve. */
    abstract S evolve(S state, EventMeta meta, E event, long sequence);

    /** Maps a message to a decision and performs it. */
    abstract Effect<Recorded<E>, Held<S>> on(Held<S> held, M message);

    @Override
    public final Held<S> emptyState() {
        return new Held<>(empty, RecentCommands.NONE, 0);
    }

    /** Nobody writes snapshots: a look for one would be half of what the start of a new entity costs the database. */
    @Override
    public final Recovery recovery() {
        return Recovery.withSnapshotSelectionCriteria(SnapshotSelectionCriteria.none());
    }

    @Override
    public final CommandHandler<M, Recorded<E>, Held<S>> commandHandler() {
        return (held, message) -> message instanceof StopMessage ? Effect().stop() : on(held, message);
    }

    @Override
    public final EventHandler<Held<S>, Recorded<E>> eventHandler() {
        return (held, recorded) -> {
            long sequence = held.sequence() + 1;
            return new Held<>(
                    evolve(held.state(), recorded.meta(), recorded.event(), sequence),
                    held.recent().evolve(recorded.meta(), sequence),
                    sequence);
        };
    }

    final Instant now() {
        return services.clock().instant();
    }

    final ActorContext<M> context() {
        return context;
    }

    final String id() {
        return persistenceId().id();
    }

    /** A client's write: deadline and repetition first, then the decision. */
    final Effect<Recorded<E>, Held<S>> write(
            Held<S> held, CommandMeta meta, ActorRef<WriteReply> replyTo, Supplier<Decision<E, WriteReply>> decide) {
        WriteReply known = WriteAdmission.withoutDecision(id(), held.recent(), meta, now().toEpochMilli());
        if (known != null) {
            replyTo.tell(known);
            return Effect().none();
        }
        Decision<E, WriteReply> decision;
        try {
            decision = decide.get();
        } catch (RuntimeException e) {
            // A defect of ours must not cost the entity and leave the client waiting.
            log.error("{} cannot decide command {} of {}", id(), meta.id(), meta.caller(), e);
            replyTo.tell(new WriteReply.Rejected(ApiStatus.internal("the write cannot be decided")));
            return Effect().none();
        }
        if (!mayWrite(decision.events())) {
            replyTo.tell(new WriteReply.Rejected(ApiStatus.unavailable(
                    "not all members of the cluster can read what this write makes, an upgrade is under way",
                    RETRY_AFTER_SECONDS)));
            return Effect().none();
        }
        persistedFor = decision.events().isEmpty() ? null : replyTo;
        return perform(held, meta, decision, sequence -> {
            persistedFor = null;
            replyTo.tell(WriteAdmission.durable(id(), decision.reply(), sequence));
        });
    }

    @Override
    public SignalHandler<Held<S>> signalHandler() {
        return signals().build();
    }

    /** What subclasses add their own signals to. */
    final SignalHandlerBuilder<Held<S>> signals() {
        return newSignalHandlerBuilder()
                .onSignal(JournalPersistFailed.class, (held, failed) -> persistFailed(failed.failure()));
    }

    /**
     * The client is told at once, as the database may be away for long. Whether the events were stored is not known; a
     * repetition under the same id would be recognised.
     */
    private void persistFailed(Throwable failure) {
        if (persistedFor != null) {
            String why = failure.getMessage() == null ? failure.toString() : failure.getMessage();
            persistedFor.tell(new WriteReply.Rejected(ApiStatus.unavailable(
                    "the journal takes no writes now: "
                            + why.lines().findFirst().orElse(""),
                    RETRY_AFTER_SECONDS)));
            persistedFor = null;
        }
    }

    /** Persists a decision's events and replies; the reply is told the sequence number the entity has then. */
    final Effect<Recorded<E>, Held<S>> perform(
            Held<S> held, CommandMeta meta, Decision<E, ?> decision, LongConsumer reply) {
        return perform(held, meta, decision.events(), decision.reason(), reply);
    }

    /** Events that some member cannot read yet are not persisted and not replied to: who asked asks again. */
    final Effect<Recorded<E>, Held<S>> perform(
            Held<S> held, CommandMeta meta, List<E> events, String reason, LongConsumer afterwards) {
        if (!mayWrite(events)) {
            return Effect().none();
        }
        if (events.isEmpty()) {
            afterwards.accept(held.sequence());
            return Effect().none();
        }
        Instant now = now();
        List<Recorded<E>> rows = Envelopes.of(meta, events, reason, now.toEpochMilli());
        return Effect().persist(rows).thenRun(after -> {
            services.journalGrew().run();
            if (CHANGES.isDebugEnabled()) {
                log(events, meta, reason, after.sequence(), now);
            }
            afterwards.accept(after.sequence());
            persisted(after.state());
        });
    }

    /** Whether all members can read these events. */
    final boolean mayWrite(List<E> events) {
        for (E event : events) {
            EventTypes.EventType type = EventTypes.of(event);
            if (!services.gate().mayWrite(type.format())) {
                CHANGES.warn(
                        "{} of {} is not written: not all members can read event format {}",
                        type.manifest(),
                        id(),
                        type.format());
                return false;
            }
        }
        return true;
    }

    private void log(List<E> events, CommandMeta meta, String reason, long sequence, Instant began) {
        for (int i = 0; i < events.size(); i++) {
            CHANGES.debug(
                    "{} {}#{} by={} reason=\"{}\" command={} cause=\"{}\" ms={}",
                    EventTypes.of(events.get(i)).manifest(),
                    id(),
                    sequence - (events.size() - 1 - i),
                    meta.caller().user(),
                    reason,
                    meta.id(),
                    meta.cause(),
                    Duration.between(began, now()).toMillis());
        }
    }

    /** Called after each persist with the new state, for obligations that follow from it. */
    void persisted(S state) {}
}
