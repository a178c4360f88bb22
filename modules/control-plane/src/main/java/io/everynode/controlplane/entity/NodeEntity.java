package io.everynode.controlplane.entity;

import io.everynode.controlplane.catalog.EntityIds;
import io.everynode.controlplane.journal.PersistenceIds;
import io.everynode.core.event.CommandMeta;
import io.everynode.core.event.Decision;
import io.everynode.core.event.EventMeta;
import io.everynode.core.event.Recorded;
import io.everynode.core.node.ContactDecisions;
import io.everynode.core.node.Converge;
import io.everynode.core.node.ConvergeReply;
import io.everynode.core.node.NodeCommand;
import io.everynode.core.node.NodeDecisions;
import io.everynode.core.node.NodeEvent;
import io.everynode.core.node.NodeState;
import io.everynode.core.node.Ownership;
import io.everynode.core.node.ReserveReply;
import io.everynode.core.node.SlotDecisions;
import io.everynode.core.node.SpokenGenerations;
import io.everynode.core.node.TakeOverReply;
import io.everynode.core.object.WriteReply;
import java.time.Duration;
import java.time.Instant;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.javadsl.Effect;

/**
 * One Node: the only writer of its object and of its slots (invariant I1). Decides by {@link NodeDecisions},
 * {@link SlotDecisions} and {@link ContactDecisions}.
 */
public final class NodeEntity extends AggregateEntity<NodeEntity.Message, NodeEvent, NodeState> {

    public static final EntityTypeKey<Message> KEY = EntityTypeKey.create(Message.class, EntityIds.NODE);

    /** What a Node is sent. */
    public sealed interface Message extends WireMessage {}

    /** See {@link AggregateEntity.StopMessage}. */
    public enum Stop implements Message, StopMessage {
        INSTANCE
    }

    public record Write(NodeCommand.Write command, ActorRef<WriteReply> replyTo) implements Message {}

    public record WritePod(NodeCommand.WritePod command, ActorRef<WriteReply> replyTo) implements Message {}

    public record ConvergeNode(Converge converge, ActorRef<Converged> replyTo) implements Message {}

    public record Reserve(NodeCommand.Reserve command, ActorRef<ReserveReply> replyTo) implements Message {}

    public record Nominate(NodeCommand.Nominate command) implements Message {}

    public record Release(NodeCommand.Release command, ActorRef<ReserveReply> replyTo) implements Message {}

    public record TakeOver(NodeCommand.TakeOver command, ActorRef<TakeOverReply> replyTo) implements Message {}

    public record LostContact(NodeCommand.LostContact command, ActorRef<ContactAnswer> replyTo) implements Message {}

    public record SetEvictingTaint(NodeCommand.SetEvictingTaint command, ActorRef<ContactAnswer> replyTo)
            implements Message {}

    /** @param refusal why nothing was done, or "" */
    public record ContactAnswer(String refusal) implements WireMessage {}

    /** The answer to {@link ConvergeNode}, with what it answers. */
    public record Converged(String node, String daemonSetUid, String commandId, ConvergeReply reply)
            implements WireMessage {}

    private final String name;

    private final SpokenGenerations spoken = new SpokenGenerations();

    /** When the node's status was written last, journaled or not; soft state. Null before the first time. */
    private Instant heardAt;

    private NodeEntity(String entityId, ActorContext<Message> context, EntityServices services) {
        super(PersistenceId.of(EntityIds.NODE, entityId), context, services, NodeState.ABSENT);
        this.name = PersistenceIds.decodeEntityId(entityId).get(0);
    }

    public static Behavior<Message> create(String entityId, EntityServices services) {
        return Behaviors.setup(context -> new NodeEntity(entityId, context, services));
    }

    @Override
    NodeState evolve(NodeState state, EventMeta meta, NodeEvent event, long sequence) {
        return state.evolve(meta, event, sequence);
    }

    @Override
    Effect<Recorded<NodeEvent>, Held<NodeState>> on(Held<NodeState> held, Message message) {
        NodeState state = held.state();
        if (message instanceof ConvergeNode converge) {
            return converge(held, converge);
        }
        if (message instanceof WritePod write) {
            return write(
                    held,
                    write.command().meta(),
                    write.replyTo(),
                    () -> NodeDecisions.writePod(state, name, write.command(), now()));
        }
        if (message instanceof Write write) {
            return write(held, write.command().meta(), write.replyTo(), () -> {
                Decision<NodeEvent, WriteReply> decision = NodeDecisions.write(state, name, write.command(), now());
                if (write.command().write().ofStatus() && decision.reply() instanceof WriteReply.Done) {
                    heardAt = now();
                }
                return decision;
            });
        }
        if (message instanceof Reserve reserve) {
            Decision<NodeEvent, ReserveReply> decision = NodeDecisions.reserve(state, reserve.command(), now());
            return perform(
                    held,
                    reserve.command().meta(),
                    decision,
                    sequence -> reserve.replyTo().tell(decision.reply()));
        }
        if (message instanceof TakeOver take) {
            Decision<NodeEvent, TakeOverReply> decision = Ownership.takeOver(state, take.command(), now());
            return perform(
                    held,
                    take.command().meta(),
                    decision,
                    sequence -> take.replyTo().tell(decision.reply()));
        }
        if (message instanceof LostContact lost) {
            long heardAgo = heardAt == null
                    ? Long.MAX_VALUE
                    : Duration.between(heardAt, now()).toMillis();
            return contact(
                    held,
                    lost.command().meta(),
                    lost.replyTo(),
                    ContactDecisions.lostContact(state, lost.command(), heardAgo, now()));
        }
        if (message instanceof SetEvictingTaint set) {
            return contact(
                    held,
                    set.command().meta(),
                    set.replyTo(),
                    ContactDecisions.setEvictingTaint(state, set.command(), now()));
        }
        if (message instanceof Nominate nominate) {
            return perform(
                    held,
                    nominate.command().meta(),
                    NodeDecisions.nominate(state, nominate.command(), now()),
                    sequence -> {});
        }
        Release release = (Release) message;
        Decision<NodeEvent, ReserveReply> decision = NodeDecisions.release(state, release.command());
        return perform(
                held,
                release.command().meta(),
                decision,
                sequence -> release.replyTo().tell(decision.reply()));
    }

    private Effect<Recorded<NodeEvent>, Held<NodeState>> contact(
            Held<NodeState> held,
            CommandMeta meta,
            ActorRef<ContactAnswer> replyTo,
            Decision<NodeEvent, String> decision) {
        return perform(held, meta, decision, sequence -> replyTo.tell(new ContactAnswer(decision.reply())));
    }

    private Effect<Recorded<NodeEvent>, Held<NodeState>> converge(Held<NodeState> held, ConvergeNode message) {
        Converge converge = message.converge();
        if (spoken.overtaken(converge)) {
            answer(message, SpokenGenerations.refusal(converge));
            return Effect().none();
        }
        Decision<NodeEvent, ConvergeReply> decision =
                SlotDecisions.decide(held.state(), converge, held.sequence(), now());
        spoken.heard(converge, held.state(), decision.events());
        return perform(
                held,
                converge.meta(),
                decision,
                sequence -> answer(
                        message,
                        decision.reply() instanceof ConvergeReply.Applied
                                ? new ConvergeReply.Applied(sequence)
                                : decision.reply()));
    }

    private void answer(ConvergeNode message, ConvergeReply reply) {
        Converge converge = message.converge();
        message.replyTo()
                .tell(new Converged(
                        name, converge.daemonSetUid(), converge.meta().id(), reply));
    }
}
