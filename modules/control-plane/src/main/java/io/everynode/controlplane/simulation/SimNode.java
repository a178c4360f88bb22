package io.everynode.controlplane.simulation;

import io.everynode.core.event.Decision;
import io.everynode.core.event.EventMeta;
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
import java.time.Instant;
import java.util.function.Consumer;

/** One Node, driven as NodeEntity drives it. */
final class SimNode extends SimEntity<NodeEvent, NodeState> {

    private final String name;
    private final SpokenGenerations spoken = new SpokenGenerations();

    SimNode(Cluster cluster, String id, int jvm, String name) {
        super(cluster, id, jvm);
        this.name = name;
    }

    @Override
    NodeState empty() {
        return NodeState.ABSENT;
    }

    @Override
    NodeState evolve(NodeState from, EventMeta meta, NodeEvent event, long sequence) {
        return from.evolve(meta, event, sequence);
    }

    private Instant now() {
        return cluster.queue.now();
    }

    void converge(Converge sent, Consumer<ConvergeReply> replyTo) {
        Converge message = cluster.decisions.received(sent);
        if (cluster.decisions.overtaken(spoken, message)) {
            replyTo.accept(SpokenGenerations.refusal(message));
            return;
        }
        NodeState seen = cluster.decisions.nodeState(state, message);
        long last = sequence();
        Instant now = now();
        Decision<NodeEvent, ConvergeReply> decision = twice(() -> SlotDecisions.decide(seen, message, last, now));
        spoken.heard(message, seen, decision.events());
        perform(message.meta(), decision.events(), decision.reason(), sequence -> {
            ConvergeReply reply = decision.reply() instanceof ConvergeReply.Applied
                    ? new ConvergeReply.Applied(sequence)
                    : decision.reply();
            replyTo.accept(reply);
        });
    }

    void write(NodeCommand.Write command, Consumer<WriteReply> replyTo) {
        write(command.meta(), replyTo, () -> NodeDecisions.write(state, name, command, now()));
    }

    void writePod(NodeCommand.WritePod command, Consumer<WriteReply> replyTo) {
        NodeState seen = cluster.decisions.nodeStateForWrites(state);
        write(command.meta(), replyTo, () -> NodeDecisions.writePod(seen, name, command, now()));
    }

    void reserve(NodeCommand.Reserve command, Consumer<ReserveReply> replyTo) {
        NodeState seen = cluster.decisions.nodeStateForPods(state);
        Instant now = now();
        Decision<NodeEvent, ReserveReply> decision = twice(() -> NodeDecisions.reserve(seen, command, now));
        perform(command.meta(), decision.events(), decision.reason(), sequence -> replyTo.accept(decision.reply()));
    }

    void nominate(NodeCommand.Nominate command) {
        Instant now = now();
        Decision<NodeEvent, String> decision = twice(() -> NodeDecisions.nominate(state, command, now));
        perform(command.meta(), decision.events(), decision.reason(), sequence -> {});
    }

    void release(NodeCommand.Release command, Consumer<ReserveReply> replyTo) {
        Decision<NodeEvent, ReserveReply> decision = twice(() -> NodeDecisions.release(state, command));
        perform(command.meta(), decision.events(), decision.reason(), sequence -> replyTo.accept(decision.reply()));
    }

    void takeOver(NodeCommand.TakeOver command, Consumer<TakeOverReply> replyTo) {
        Instant now = now();
        Decision<NodeEvent, TakeOverReply> decision = twice(() -> Ownership.takeOver(state, command, now));
        perform(command.meta(), decision.events(), decision.reason(), sequence -> replyTo.accept(decision.reply()));
    }

    void lostContact(NodeCommand.LostContact command, Consumer<String> replyTo) {
        // An entity that has just begun knows of no status.
        Decision<NodeEvent, String> decision =
                twice(() -> ContactDecisions.lostContact(state, command, Long.MAX_VALUE, now()));
        perform(command.meta(), decision.events(), decision.reason(), sequence -> replyTo.accept(decision.reply()));
    }

    void setEvictingTaint(NodeCommand.SetEvictingTaint command) {
        Decision<NodeEvent, String> decision = twice(() -> ContactDecisions.setEvictingTaint(state, command, now()));
        perform(command.meta(), decision.events(), decision.reason(), sequence -> {});
    }
}
