package io.everynode.controlplane.entity;

import io.everynode.controlplane.catalog.EntityIds;
import io.everynode.controlplane.journal.PersistenceIds;
import io.everynode.core.event.Caller;
import io.everynode.core.event.CommandMeta;
import io.everynode.core.event.Decision;
import io.everynode.core.event.EventMeta;
import io.everynode.core.event.Recorded;
import io.everynode.core.node.Converge;
import io.everynode.core.node.ConvergeReply;
import io.everynode.core.node.NodeCommand;
import io.everynode.core.node.ReserveReply;
import io.everynode.core.node.TakeOverReply;
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

    /** A DaemonSet wants to own this Pod; answered as a Node answers. */
    public record HandOver(Converge converge, String podUid, String node, ActorRef<NodeEntity.Converged> replyTo)
            implements Message {}

    private record NodeTookOver(PodCommand.NodeTookOver command) implements Message {}

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
        if (message instanceof HandOver handOver) {
            return handOver(held, handOver);
        }
        if (message instanceof NodeTookOver taken) {
            return quietly(held, taken.command(), state.decide(taken.command()));
        }
        for (NodeClaim claim : state.unsettled()) {
            if (claim.stage() == NodeClaim.Stage.HANDING_OVER && now().toEpochMilli() > claim.takenUntil()) {
                PodCommand.HandOverAgain again = new PodCommand.HandOverAgain(meta(claim), claim.podUid());
                return quietly(held, again, state.decide(again));
            }
        }
        persisted(state);
        return Effect().none();
    }

    private Effect<Recorded<PodEvent>, Held<PodState>> handOver(Held<PodState> held, HandOver message) {
        Converge converge = message.converge();
        boolean late = now().toEpochMilli() > converge.meta().deadlineMillis();
        Decision<PodEvent, String> decision = late
                ? Decision.none("the command came after its deadline")
                : held.state()
                        .decide(new PodCommand.HandOver(
                                converge.meta(), message.podUid(), message.node(), converge.daemonSetUid()));
        return perform(held, converge.meta(), decision, sequence -> {
            String refusal = decision.reply();
            ConvergeReply reply = refusal.isEmpty() || held.state().handingOver()
                    ? new ConvergeReply.Applied(sequence)
                    : new ConvergeReply.Refused(refusal);
            message.replyTo()
                    .tell(new NodeEntity.Converged(
                            message.node(),
                            converge.daemonSetUid(),
                            converge.meta().id(),
                            reply));
        });
    }

    private CommandMeta meta(NodeClaim claim) {
        return new CommandMeta(
                claim.podUid() + "/" + claim.attempt() + "/" + claim.stage(),
                CALLER,
                id(),
                claim.stage() == NodeClaim.Stage.HANDING_OVER
                        ? claim.takenUntil()
                        : now().plus(NODE_PATIENCE).toEpochMilli(),
                0);
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
            CommandMeta meta = meta(claim);
            EntityRef<NodeEntity.Message> node = sharding.entityRefFor(NodeEntity.KEY, EntityIds.node(claim.node()));
            if (claim.stage() == NodeClaim.Stage.HANDING_OVER) {
                askToTakeOver(state, claim, meta, node);
            } else if (claim.stage() == NodeClaim.Stage.PROPOSED) {
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

    /** The question is journaled; after its time it is journaled again, by {@link Settle}. */
    private void askToTakeOver(PodState state, NodeClaim claim, CommandMeta meta, EntityRef<NodeEntity.Message> node) {
        Duration left = Duration.between(now(), Instant.ofEpochMilli(claim.takenUntil()));
        if (left.isNegative() || left.isZero()) {
            context().getSelf().tell(Settle.INSTANCE);
            return;
        }
        askedUntil.put(claim.podUid(), Instant.ofEpochMilli(claim.takenUntil()));
        NodeCommand.TakeOver takeOver =
                new NodeCommand.TakeOver(meta, claim.podUid(), namespace, name, claim.attempt(), state.object());
        context()
                .ask(
                        TakeOverReply.class,
                        node,
                        left.plusMillis(1),
                        (ActorRef<TakeOverReply> replyTo) -> new NodeEntity.TakeOver(takeOver, replyTo),
                        (reply, failure) -> failure != null || !reply.taken()
                                ? Settle.INSTANCE
                                : new NodeTookOver(new PodCommand.NodeTookOver(
                                        meta, claim.podUid(), claim.node(), claim.attempt())));
    }
}
