package io.everynode.controlplane.entity;

import io.everynode.controlplane.catalog.EntityIds;
import io.everynode.controlplane.journal.PersistenceIds;
import io.everynode.core.event.Caller;
import io.everynode.core.event.CommandMeta;
import io.everynode.core.event.Decision;
import io.everynode.core.event.EventMeta;
import io.everynode.core.event.Recorded;
import io.everynode.core.node.NodeCommand;
import io.everynode.core.node.ReserveReply;
import io.everynode.core.object.WriteReply;
import io.everynode.core.placement.PodRequirements;
import io.everynode.core.pod.NodeClaim;
import io.everynode.core.pod.PodCommand;
import io.everynode.core.pod.PodEvent;
import io.everynode.core.pod.PodState;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityRef;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.RecoveryCompleted;
import org.apache.pekko.persistence.typed.javadsl.Effect;
import org.apache.pekko.persistence.typed.javadsl.SignalHandler;

/** One ordinary Pod's name. Decides by {@link PodState}; asks and releases nodes until they answer. */
public final class PodEntity extends AggregateEntity<PodEntity.Message, PodEvent, PodState> {

    public static final EntityTypeKey<Message> KEY = EntityTypeKey.create(Message.class, EntityIds.POD);

    /** A node that has not answered is asked again after this long. */
    private static final Duration NODE_PATIENCE = Duration.ofSeconds(3);

    private static final Caller CALLER = Caller.controller("pod-binder");

    /** What a Pod is sent. */
    public sealed interface Message extends WireMessage {}

    public record Write(PodCommand.Write command, ActorRef<WriteReply> replyTo) implements Message {}

    public record Propose(PodCommand.Propose command) implements Message {}

    public record MarkUnschedulable(PodCommand.MarkUnschedulable command) implements Message {}

    private record NodeAnswered(PodCommand.NodeAnswered command) implements Message {}

    private record NodeReleased(PodCommand.NodeReleased command) implements Message {}

    /** Look after what is unsettled; also wakes the entity after a restart. */
    public enum Settle implements Message {
        INSTANCE
    }

    private final String namespace;
    private final String name;
    private final ClusterSharding sharding;
    private final TimerScheduler<Message> timers;

    /** Until when a node may still reserve for what was asked of it, by Pod UID; soft state. */
    private final Map<String, Instant> askedUntil = new HashMap<>();

    private Instant recoveredAt = Instant.EPOCH;

    private PodEntity(
            String entityId, ActorContext<Message> context, TimerScheduler<Message> timers, EntityServices services) {
        super(PersistenceId.of(EntityIds.POD, entityId), context, services, PodState.ABSENT);
        List<String> parts = PersistenceIds.decodeEntityId(entityId);
        this.namespace = parts.get(0);
        this.name = parts.get(1);
        this.sharding = ClusterSharding.get(context.getSystem());
        this.timers = timers;
    }

    public static Behavior<Message> create(String entityId, EntityServices services) {
        return Behaviors.setup(
                context -> Behaviors.withTimers(timers -> new PodEntity(entityId, context, timers, services)));
    }

    @Override
    PodState evolve(PodState state, EventMeta meta, PodEvent event, long sequence) {
        return state.evolve(meta, event, sequence);
    }

    @Override
    public SignalHandler<Held<PodState>> signalHandler() {
        return newSignalHandlerBuilder()
                .onSignal(RecoveryCompleted.instance(), held -> {
                    recoveredAt = now();
                    persisted(held.state());
                })
                .build();
    }

    @Override
    Effect<Recorded<PodEvent>, Held<PodState>> on(Held<PodState> held, Message message) {
        PodState state = held.state();
        if (message instanceof Write write) {
            return write(
                    held, write.command().meta(), write.replyTo(), () -> state.decide(name, write.command(), now()));
        }
        if (message instanceof Propose propose) {
            return quietly(held, propose.command(), state.decide(propose.command()));
        }
        if (message instanceof MarkUnschedulable mark) {
            return quietly(held, mark.command(), state.decide(mark.command(), now()));
        }
        if (message instanceof NodeAnswered answered) {
            return quietly(held, answered.command(), state.decide(answered.command(), now()));
        }
        if (message instanceof NodeReleased released) {
            return quietly(held, released.command(), state.decide(released.command()));
        }
        persisted(state);
        return Effect().none();
    }

    private Effect<Recorded<PodEvent>, Held<PodState>> quietly(
            Held<PodState> held, PodCommand command, Decision<PodEvent, String> decision) {
        return perform(held, command.meta(), decision, sequence -> {});
    }

    /** Asks and releases nodes; again after a while, for as long as something is unsettled. */
    @Override
    void persisted(PodState state) {
        List<NodeClaim> unsettled = state.unsettled();
        if (unsettled.isEmpty()) {
            askedUntil.values().removeIf(late -> now().isAfter(late));
            timers.cancel(Settle.INSTANCE);
            return;
        }
        for (NodeClaim claim : unsettled) {
            CommandMeta meta = new CommandMeta(
                    claim.podUid() + "/" + claim.attempt() + "/" + claim.stage(),
                    CALLER,
                    id(),
                    now().plus(NODE_PATIENCE).toEpochMilli(),
                    0);
            EntityRef<NodeEntity.Message> node = sharding.entityRefFor(NodeEntity.KEY, EntityIds.node(claim.node()));
            if (claim.stage() == NodeClaim.Stage.PROPOSED) {
                PodRequirements requirements =
                        PodRequirements.ofPod(state.object().tree());
                askedUntil.put(claim.podUid(), now().plus(NODE_PATIENCE));
                NodeCommand.Reserve reserve =
                        new NodeCommand.Reserve(meta, claim.podUid(), namespace, name, claim.attempt(), requirements);
                context()
                        .ask(
                                ReserveReply.class,
                                node,
                                NODE_PATIENCE,
                                (ActorRef<ReserveReply> replyTo) -> new NodeEntity.Reserve(reserve, replyTo),
                                (reply, failure) -> failure != null
                                        ? Settle.INSTANCE
                                        : new NodeAnswered(new PodCommand.NodeAnswered(
                                                meta, claim.podUid(), claim.node(), claim.attempt(), reply.refusal())));
            } else {
                Instant late = askedUntil.getOrDefault(claim.podUid(), recoveredAt.plus(NODE_PATIENCE));
                if (!now().isAfter(late)) {
                    // A release must not overtake the question: the node would reserve afterwards, and nobody would
                    // release that.
                    timers.startSingleTimer(
                            claim.podUid(),
                            Settle.INSTANCE,
                            Duration.between(now(), late).plusMillis(1));
                    continue;
                }
                NodeCommand.Release release = new NodeCommand.Release(meta, claim.podUid(), claim.attempt());
                context()
                        .ask(
                                ReserveReply.class,
                                node,
                                NODE_PATIENCE,
                                (ActorRef<ReserveReply> replyTo) -> new NodeEntity.Release(release, replyTo),
                                (reply, failure) -> failure != null
                                        ? Settle.INSTANCE
                                        : new NodeReleased(new PodCommand.NodeReleased(
                                                meta, claim.podUid(), claim.node(), claim.attempt())));
            }
        }
    }
}
