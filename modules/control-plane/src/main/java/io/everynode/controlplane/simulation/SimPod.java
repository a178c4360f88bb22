package io.everynode.controlplane.simulation;

import io.everynode.core.event.Caller;
import io.everynode.core.event.CommandMeta;
import io.everynode.core.event.Decision;
import io.everynode.core.event.EventMeta;
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
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** One ordinary Pod's name, driven as PodEntity drives it. */
final class SimPod extends SimEntity<PodEvent, PodState> {

    private static final long NODE_PATIENCE = 3_000;
    private static final Caller CALLER = Caller.controller("pod-binder");

    private final Map<String, Long> askedUntil = new HashMap<>();
    private long recoveredAt;
    private final String namespace;
    private final String name;

    SimPod(Cluster cluster, String id, int jvm, String namespace, String name) {
        super(cluster, id, jvm);
        this.namespace = namespace;
        this.name = name;
    }

    @Override
    PodState empty() {
        return PodState.ABSENT;
    }

    @Override
    PodState evolve(PodState from, EventMeta meta, PodEvent event, long sequence) {
        return from.evolve(meta, event, sequence);
    }

    @Override
    void recovered() {
        recoveredAt = cluster.queue.millis();
        persisted();
    }

    @Override
    void thawed() {
        persisted();
    }

    void write(PodCommand.Write command, Consumer<WriteReply> replyTo) {
        write(command.meta(), replyTo, () -> state.decide(name, command, cluster.queue.now()));
    }

    void propose(PodCommand.Propose command) {
        PodState seen = cluster.decisions.podState(state);
        quietly(command, twice(() -> seen.decide(command)));
    }

    void markUnschedulable(PodCommand.MarkUnschedulable command) {
        quietly(command, twice(() -> state.decide(command, cluster.queue.now())));
    }

    private void quietly(PodCommand command, Decision<PodEvent, String> decision) {
        perform(command.meta(), decision.events(), decision.reason(), sequence -> {});
    }

    /** A DaemonSet wants to own this Pod; what the planner hears of it is the catalog's news. */
    void handOver(Converge converge, String podUid, String node, Consumer<ConvergeReply> replyTo) {
        PodCommand.HandOver command = new PodCommand.HandOver(converge.meta(), podUid, node, converge.daemonSetUid());
        boolean late = cluster.queue.millis() > converge.meta().deadlineMillis();
        Decision<PodEvent, String> decision = late ? Decision.none("late") : twice(() -> state.decide(command));
        perform(converge.meta(), decision.events(), decision.reason(), sequence -> {
            boolean applied = decision.reply().isEmpty() || state.handingOver();
            replyTo.accept(applied ? new ConvergeReply.Applied(sequence) : new ConvergeReply.Refused(decision.reply()));
        });
    }

    private void settle() {
        for (NodeClaim claim : state.unsettled()) {
            if (claim.stage() == NodeClaim.Stage.HANDING_OVER && cluster.queue.millis() > claim.takenUntil()) {
                PodCommand.HandOverAgain again = new PodCommand.HandOverAgain(meta(claim), claim.podUid());
                quietly(again, twice(() -> state.decide(again)));
                return;
            }
        }
        persisted();
    }

    private CommandMeta meta(NodeClaim claim) {
        return new CommandMeta(
                claim.podUid() + "/" + claim.attempt() + "/" + claim.stage(),
                CALLER,
                id,
                claim.stage() == NodeClaim.Stage.HANDING_OVER
                        ? claim.takenUntil()
                        : cluster.queue.millis() + NODE_PATIENCE,
                0);
    }

    /** Asks and releases nodes; again after a while, for as long as something is unsettled. */
    @Override
    void persisted() {
        for (NodeClaim claim : state.unsettled()) {
            CommandMeta meta = meta(claim);
            if (claim.stage() == NodeClaim.Stage.HANDING_OVER) {
                askToTakeOver(claim, meta);
            } else if (claim.stage() == NodeClaim.Stage.PROPOSED) {
                PodRequirements requirements =
                        PodRequirements.ofPod(state.object().tree());
                askedUntil.put(claim.podUid(), cluster.queue.millis() + NODE_PATIENCE);
                NodeCommand.Reserve reserve =
                        new NodeCommand.Reserve(meta, claim.podUid(), namespace, name, claim.attempt(), requirements);
                this.<ReserveReply>ask(
                        claim.node(), NODE_PATIENCE, (node, replyTo) -> node.reserve(reserve, replyTo), reply -> {
                            PodCommand.NodeAnswered answered = new PodCommand.NodeAnswered(
                                    meta, claim.podUid(), claim.node(), claim.attempt(), reply.refusal());
                            quietly(answered, twice(() -> state.decide(answered, cluster.queue.now())));
                        });
            } else {
                long late = askedUntil.getOrDefault(claim.podUid(), recoveredAt + NODE_PATIENCE);
                if (cluster.queue.millis() <= late) {
                    later(late - cluster.queue.millis() + 1, this::persisted);
                    continue;
                }
                NodeCommand.Release release = new NodeCommand.Release(meta, claim.podUid(), claim.attempt());
                this.<ReserveReply>ask(
                        claim.node(), NODE_PATIENCE, (node, replyTo) -> node.release(release, replyTo), reply -> {
                            PodCommand.NodeReleased released =
                                    new PodCommand.NodeReleased(meta, claim.podUid(), claim.node(), claim.attempt());
                            quietly(released, twice(() -> state.decide(released)));
                        });
            }
        }
    }

    private void askToTakeOver(NodeClaim claim, CommandMeta meta) {
        long left = claim.takenUntil() - cluster.queue.millis();
        if (left <= 0) {
            later(1, this::settle);
            return;
        }
        askedUntil.put(claim.podUid(), claim.takenUntil());
        NodeCommand.TakeOver takeOver =
                new NodeCommand.TakeOver(meta, claim.podUid(), namespace, name, claim.attempt(), state.object());
        this.<TakeOverReply>ask(claim.node(), left + 1, (node, replyTo) -> node.takeOver(takeOver, replyTo), reply -> {
            if (reply.taken()) {
                PodCommand.NodeTookOver taken =
                        new PodCommand.NodeTookOver(meta, claim.podUid(), claim.node(), claim.attempt());
                quietly(taken, twice(() -> state.decide(taken)));
            } else {
                settle();
            }
        });
    }

    private <R> void ask(String node, long patience, BiConsumer<SimNode, Consumer<R>> question, Consumer<R> answer) {
        boolean[] over = {false};
        Consumer<R> once = reply -> cluster.reply(() -> {
            if (!over[0] && running()) {
                over[0] = true;
                answer.accept(reply);
            }
        });
        cluster.tellNode(node, target -> question.accept(target, once));
        later(patience, () -> {
            if (!over[0]) {
                over[0] = true;
                settle();
            }
        });
    }
}
