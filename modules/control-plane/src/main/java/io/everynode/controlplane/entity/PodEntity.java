package io.everynode.controlplane.entity;

import io.everynode.controlplane.catalog.EntityIds;
import io.everynode.controlplane.journal.PersistenceIds;
import io.everynode.core.event.CommandMeta;
import io.everynode.core.event.Decision;
import io.everynode.core.event.EventMeta;
import io.everynode.core.event.Recorded;
import io.everynode.core.node.Converge;
import io.everynode.core.node.ConvergeReply;
import io.everynode.core.node.ReserveReply;
import io.everynode.core.node.TakeOverReply;
import io.everynode.core.object.ObjectWrite;
import io.everynode.core.object.WriteAdmission;
import io.everynode.core.object.WriteReply;
import io.everynode.core.pod.PodBinding;
import io.everynode.core.pod.PodCommand;
import io.everynode.core.pod.PodEvent;
import io.everynode.core.pod.PodSettler;
import io.everynode.core.pod.PodState;
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

/** One ordinary Pod's name. Decides by {@link PodState}; {@link PodSettler} says which nodes are asked and released. */
public final class PodEntity extends AggregateEntity<PodEntity.Message, PodEvent, PodState> {

    public static final EntityTypeKey<Message> KEY = EntityTypeKey.create(Message.class, EntityIds.POD);

    /** What a Pod is sent. */
    public sealed interface Message extends WireMessage {}

    /** See {@link AggregateEntity.StopMessage}. */
    public enum Stop implements Message, StopMessage {
        INSTANCE
    }

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

    private final String name;
    private final ClusterSharding sharding;
    private final TimerScheduler<Message> timers;

    private final PodSettler settler;

    /** Who waits for the node's answer to a binding, by Pod UID; soft state, as clients ask again. */
    private final Map<String, ActorRef<WriteReply>> binders = new HashMap<>();

    private PodEntity(
            String entityId, ActorContext<Message> context, TimerScheduler<Message> timers, EntityServices services) {
        super(PersistenceId.of(EntityIds.POD, entityId), context, services, PodState.ABSENT);
        List<String> parts = PersistenceIds.decodeEntityId(entityId);
        this.name = parts.get(1);
        this.settler = new PodSettler(id(), parts.get(0), name);
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
        return signals()
                .onSignal(RecoveryCompleted.instance(), held -> {
                    settler.started(now());
                    persisted(held.state());
                })
                .build();
    }

    @Override
    Effect<Recorded<PodEvent>, Held<PodState>> on(Held<PodState> held, Message message) {
        PodState state = held.state();
        if (message instanceof Write write && write.command().write() instanceof ObjectWrite.Bind bind) {
            return bind(held, write, bind);
        }
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
            PodCommand.NodeAnswered command = answered.command();
            Decision<PodEvent, String> decision = state.decide(command, now());
            return perform(held, command.meta(), decision, sequence -> {
                ActorRef<WriteReply> binder = command.refusal().isEmpty() ? null : binders.remove(command.podUid());
                if (binder != null) {
                    binder.tell(PodBinding.refusal(name, "node " + command.node() + ": " + command.refusal()));
                }
            });
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
        PodCommand.HandOverAgain again = settler.overdue(state, now());
        if (again != null) {
            return quietly(held, again, state.decide(again));
        }
        persisted(state);
        return Effect().none();
    }

    private Effect<Recorded<PodEvent>, Held<PodState>> handOver(Held<PodState> held, HandOver message) {
        Converge converge = message.converge();
        PodCommand.HandOver command =
                new PodCommand.HandOver(converge.meta(), message.podUid(), message.node(), converge.daemonSetUid());
        Decision<PodEvent, String> decision = held.state().decide(command, now());
        return perform(held, converge.meta(), decision, sequence -> {
            ConvergeReply reply = decision.reply().isEmpty()
                    ? new ConvergeReply.Applied(sequence)
                    : new ConvergeReply.Refused(decision.reply());
            message.replyTo()
                    .tell(new NodeEntity.Converged(
                            message.node(),
                            converge.daemonSetUid(),
                            converge.meta().id(),
                            reply));
        });
    }

    /** Answers once the node has; one that is asked for again with the same command only waits. */
    private Effect<Recorded<PodEvent>, Held<PodState>> bind(Held<PodState> held, Write write, ObjectWrite.Bind bind) {
        CommandMeta meta = write.command().meta();
        WriteReply known = WriteAdmission.withoutDecision(id(), held.recent(), meta, now().toEpochMilli());
        if (known instanceof WriteReply.Done) {
            await(held.state(), held.state().uid(), write.replyTo());
            return Effect().none();
        }
        Decision<PodEvent, WriteReply> decision = known != null
                ? Decision.none(known)
                : PodBinding.decide(held.state(), name, bind, write.command().dryRun());
        if (decision.events().isEmpty()) {
            write.replyTo().tell(decision.reply());
            return Effect().none();
        }
        String podUid = held.state().uid();
        return perform(held, meta, decision, sequence -> binders.put(podUid, write.replyTo()));
    }

    private void await(PodState state, String podUid, ActorRef<WriteReply> replyTo) {
        WriteReply outcome = PodBinding.outcome(state, id(), name, podUid);
        if (outcome == null) {
            binders.put(podUid, replyTo);
        } else {
            replyTo.tell(outcome);
        }
    }

    private Effect<Recorded<PodEvent>, Held<PodState>> quietly(
            Held<PodState> held, PodCommand command, Decision<PodEvent, String> decision) {
        return perform(held, command.meta(), decision, sequence -> {});
    }

    /** Asks and releases nodes; again after a while, for as long as something is unsettled. */
    @Override
    void persisted(PodState state) {
        Map.copyOf(binders).forEach((podUid, replyTo) -> {
            binders.remove(podUid);
            await(state, podUid, replyTo);
        });
        List<PodSettler.Step> steps = settler.steps(state, now());
        if (steps.isEmpty()) {
            timers.cancel(Settle.INSTANCE);
        }
        steps.forEach(this::take);
    }

    private void take(PodSettler.Step step) {
        if (step instanceof PodSettler.Ask ask) {
            context()
                    .ask(
                            ReserveReply.class,
                            node(ask.claim().node()),
                            PodSettler.NODE_PATIENCE,
                            (ActorRef<ReserveReply> replyTo) -> new NodeEntity.Reserve(ask.command(), replyTo),
                            (reply, failure) -> failure != null
                                    ? Settle.INSTANCE
                                    : new NodeAnswered(ask.answered(reply.refusal())));
        } else if (step instanceof PodSettler.GiveUp giveUp) {
            context()
                    .ask(
                            ReserveReply.class,
                            node(giveUp.claim().node()),
                            PodSettler.NODE_PATIENCE,
                            (ActorRef<ReserveReply> replyTo) -> new NodeEntity.Release(giveUp.command(), replyTo),
                            (reply, failure) ->
                                    failure != null ? Settle.INSTANCE : new NodeReleased(giveUp.released()));
        } else if (step instanceof PodSettler.HandOver handOver) {
            context()
                    .ask(
                            TakeOverReply.class,
                            node(handOver.claim().node()),
                            handOver.patience(),
                            (ActorRef<TakeOverReply> replyTo) -> new NodeEntity.TakeOver(handOver.command(), replyTo),
                            (reply, failure) -> failure != null || !reply.taken()
                                    ? Settle.INSTANCE
                                    : new NodeTookOver(handOver.taken()));
        } else if (step instanceof PodSettler.Wait wait) {
            timers.startSingleTimer(wait.claim().podUid(), Settle.INSTANCE, wait.duration());
        }
    }

    private EntityRef<NodeEntity.Message> node(String name) {
        return sharding.entityRefFor(NodeEntity.KEY, EntityIds.node(name));
    }
}
