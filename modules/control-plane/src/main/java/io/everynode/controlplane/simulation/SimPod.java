package io.everynode.controlplane.simulation;

import io.everynode.core.event.Decision;
import io.everynode.core.event.EventMeta;
import io.everynode.core.node.Converge;
import io.everynode.core.node.ConvergeReply;
import io.everynode.core.node.ReserveReply;
import io.everynode.core.node.TakeOverReply;
import io.everynode.core.object.WriteReply;
import io.everynode.core.pod.PodCommand;
import io.everynode.core.pod.PodEvent;
import io.everynode.core.pod.PodSettler;
import io.everynode.core.pod.PodState;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** One ordinary Pod's name, driven as PodEntity drives it. */
final class SimPod extends SimEntity<PodEvent, PodState> {

    private final PodSettler settler;
    private final String name;

    SimPod(Cluster cluster, String id, int jvm, String namespace, String name) {
        super(cluster, id, jvm);
        this.name = name;
        this.settler = new PodSettler(id, namespace, name);
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
        settler.started(cluster.queue.now());
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

    void handOver(Converge converge, String podUid, String node, Consumer<ConvergeReply> replyTo) {
        PodCommand.HandOver command = new PodCommand.HandOver(converge.meta(), podUid, node, converge.daemonSetUid());
        Decision<PodEvent, String> decision = twice(() -> state.decide(command, cluster.queue.now()));
        perform(
                converge.meta(),
                decision.events(),
                decision.reason(),
                sequence -> replyTo.accept(
                        decision.reply().isEmpty()
                                ? new ConvergeReply.Applied(sequence)
                                : new ConvergeReply.Refused(decision.reply())));
    }

    private void settle() {
        PodCommand.HandOverAgain again = settler.overdue(state, cluster.queue.now());
        if (again != null) {
            quietly(again, twice(() -> state.decide(again)));
        } else {
            persisted();
        }
    }

    /** Asks and releases nodes; again after a while, for as long as something is unsettled. */
    @Override
    void persisted() {
        for (PodSettler.Step step : settler.steps(state, cluster.queue.now())) {
            if (step instanceof PodSettler.Ask asked) {
                this.<ReserveReply>ask(
                        asked.claim().node(), (node, replyTo) -> node.reserve(asked.command(), replyTo), reply -> {
                            PodCommand.NodeAnswered answered = asked.answered(reply.refusal());
                            quietly(answered, twice(() -> state.decide(answered, cluster.queue.now())));
                        });
            } else if (step instanceof PodSettler.GiveUp giveUp) {
                this.<ReserveReply>ask(
                        giveUp.claim().node(), (node, replyTo) -> node.release(giveUp.command(), replyTo), reply -> {
                            PodCommand.NodeReleased released = giveUp.released();
                            quietly(released, twice(() -> state.decide(released)));
                        });
            } else if (step instanceof PodSettler.HandOver handOver) {
                this.<TakeOverReply>ask(
                        handOver.claim().node(),
                        (node, replyTo) -> node.takeOver(handOver.command(), replyTo),
                        reply -> {
                            if (reply.taken()) {
                                PodCommand.NodeTookOver taken = handOver.taken();
                                quietly(taken, twice(() -> state.decide(taken)));
                            } else {
                                settle();
                            }
                        });
            } else if (step instanceof PodSettler.Wait wait) {
                later(wait.duration().toMillis(), this::settle);
            }
        }
    }

    private <R> void ask(String node, BiConsumer<SimNode, Consumer<R>> question, Consumer<R> answer) {
        boolean[] over = {false};
        Consumer<R> once = reply -> cluster.reply(() -> take(() -> {
            if (!over[0]) {
                over[0] = true;
                answer.accept(reply);
            }
        }));
        cluster.tellNode(node, target -> question.accept(target, once));
        later(PodSettler.NODE_PATIENCE.toMillis(), () -> {
            if (!over[0]) {
                over[0] = true;
                settle();
            }
        });
    }
}
