package io.everynode.controlplane.simulation;

import io.everynode.controlplane.WriteRequest;
import io.everynode.controlplane.catalog.CatalogSchedulerView;
import io.everynode.controlplane.catalog.EntityIds;
import io.everynode.controlplane.catalog.Touched;
import io.everynode.controlplane.entity.SchedulerCommands;
import io.everynode.controlplane.journal.PersistenceIds;
import io.everynode.core.node.NodeCommand;
import io.everynode.core.pod.PodCommand;
import io.everynode.core.scheduling.PodName;
import io.everynode.core.scheduling.Scheduler;
import io.everynode.core.scheduling.SchedulerStep;
import io.everynode.core.scheduling.SchedulerView;
import io.everynode.objects.Kinds;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The scheduler, driven as SchedulerActor is; one start on one JVM. */
final class SimScheduler {

    private static final long PREEMPTION_LIFE = 10_000;

    private final Cluster cluster;
    private final SimGateway gateway;
    private final int jvm;
    private final Scheduler scheduler = new Scheduler();
    private final Set<String> nodesTouched = new LinkedHashSet<>();
    private final Set<PodName> podsTouched = new LinkedHashSet<>();
    private final Set<String> waiting = new LinkedHashSet<>();
    private boolean woken;
    private boolean ready;
    private boolean ended;
    private boolean looksAgain;

    SimScheduler(Cluster cluster, SimGateway gateway, int jvm) {
        this.cluster = cluster;
        this.gateway = gateway;
        this.jvm = jvm;
        cluster.jvm(jvm).caughtUp(this::begin);
    }

    void end() {
        ended = true;
    }

    void published(int where, Touched touched) {
        if (where != jvm || ended || !ready) {
            return;
        }
        nodesTouched.addAll(touched.nodes());
        podsTouched.addAll(touched.pods());
        waiting.addAll(touched.waiting());
        if (!woken && !touched.isEmpty()) {
            wakeIn(cluster.chance.between(0, 3));
        }
    }

    private void wakeIn(long delay) {
        woken = true;
        cluster.queue.in(delay, this::takeNews);
    }

    private void takeNews() {
        woken = false;
        if (ended) {
            return;
        }
        SchedulerView view = view();
        scheduler.nodesTouched(nodesTouched);
        scheduler.podsTouched(view, podsTouched);
        scheduler.daemonPodsWait(waiting);
        waiting.clear();
        nodesTouched.clear();
        podsTouched.clear();
        perform(view, scheduler.run(view));
    }

    private void begin() {
        ready = true;
        if (ended) {
            return;
        }
        new CatalogSchedulerView(cluster.jvm(jvm).current()).introduceTo(scheduler);
        SchedulerView view = view();
        perform(view, scheduler.run(view));
    }

    private SchedulerView view() {
        return cluster.decisions.schedulerView(
                new CatalogSchedulerView(cluster.jvm(jvm).current()));
    }

    private void perform(SchedulerView view, List<SchedulerStep> steps) {
        steps.forEach(step -> send(view, step));
        if (scheduler.hasMore() && !woken) {
            wakeIn(0);
        }
        if (scheduler.awaitsAnswers() && !looksAgain) {
            looksAgain = true;
            cluster.queue.in(SchedulerCommands.PATIENCE.toMillis(), () -> {
                looksAgain = false;
                if (!ended) {
                    SchedulerView later = view();
                    perform(later, scheduler.lookAgain(later));
                }
            });
        }
    }

    private void send(SchedulerView view, SchedulerStep step) {
        long version = view.version();
        Instant now = cluster.queue.now();
        if (step instanceof SchedulerStep.Propose propose) {
            PodCommand.Propose command = SchedulerCommands.propose(propose, version, now);
            cluster.tell(id(propose), entity -> ((SimPod) entity).propose(command));
        } else if (step instanceof SchedulerStep.Unschedulable told) {
            PodCommand.MarkUnschedulable command = SchedulerCommands.mark(told, version, now);
            cluster.tell(id(told), entity -> ((SimPod) entity).markUnschedulable(command));
        } else if (step instanceof SchedulerStep.Nominate nominate) {
            NodeCommand.Nominate command = SchedulerCommands.nominate(nominate, version, now);
            cluster.tellNode(nominate.node(), node -> node.nominate(command));
        } else if (step instanceof SchedulerStep.Preempt chosen) {
            SchedulerStep.Preempt preempt = cluster.decisions.victim(chosen, view.node(chosen.node()));
            WriteRequest end = new WriteRequest(
                    Kinds.POD,
                    preempt.pod().namespace(),
                    preempt.pod().name(),
                    SchedulerCommands.preempt(preempt),
                    0,
                    false,
                    SchedulerCommands.CALLER,
                    SchedulerCommands.cause(preempt),
                    now.plusMillis(PREEMPTION_LIFE));
            gateway.write(jvm, end, reply -> {});
        }
    }

    private static String id(SchedulerStep.OfPod step) {
        return PersistenceIds.encode(
                EntityIds.POD, step.pod().namespace(), step.pod().name());
    }
}
