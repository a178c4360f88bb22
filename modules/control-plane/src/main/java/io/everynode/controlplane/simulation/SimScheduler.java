package io.everynode.controlplane.simulation;

import io.everynode.controlplane.catalog.CatalogSchedulerView;
import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.catalog.EntityIds;
import io.everynode.controlplane.catalog.Touched;
import io.everynode.controlplane.journal.PersistenceIds;
import io.everynode.core.event.Caller;
import io.everynode.core.event.CommandMeta;
import io.everynode.core.node.NodeState;
import io.everynode.core.pod.PodCommand;
import io.everynode.core.scheduling.NodeView;
import io.everynode.core.scheduling.PodName;
import io.everynode.core.scheduling.Scheduler;
import io.everynode.core.scheduling.SchedulerStep;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The scheduler, driven as SchedulerActor is; one start on one JVM. */
final class SimScheduler {

    private static final long PROPOSAL_PATIENCE = 1_000;
    private static final long COMMAND_LIFE = 10_000;
    private static final Caller CALLER = Caller.controller("scheduler");

    private final Cluster cluster;
    private final int jvm;
    private final Scheduler scheduler = new Scheduler();
    private final Set<String> nodesTouched = new LinkedHashSet<>();
    private final Set<PodName> podsTouched = new LinkedHashSet<>();
    private boolean woken;
    private boolean ready;
    private boolean ended;
    private long timer;

    SimScheduler(Cluster cluster, int jvm) {
        this.cluster = cluster;
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
        CatalogSchedulerView view = view();
        scheduler.nodesTouched(nodesTouched);
        scheduler.podsTouched(view, podsTouched);
        nodesTouched.clear();
        podsTouched.clear();
        perform(view, scheduler.run(view));
    }

    private void begin() {
        ready = true;
        if (ended) {
            return;
        }
        CatalogSchedulerView view = view();
        view.introduceTo(scheduler);
        perform(view, scheduler.run(view));
    }

    private CatalogSchedulerView view() {
        return new CatalogSchedulerView(cluster.jvm(jvm).current());
    }

    private void perform(CatalogSchedulerView view, List<SchedulerStep> steps) {
        steps.forEach(step -> send(view, step));
        if (scheduler.hasMore() && !woken) {
            wakeIn(0);
        }
        if (scheduler.awaitsAnswers()) {
            long mine = ++timer;
            cluster.queue.in(PROPOSAL_PATIENCE, () -> {
                if (mine == timer && !ended) {
                    CatalogSchedulerView later = view();
                    perform(later, scheduler.lookAgain(later));
                }
            });
        }
    }

    private void send(CatalogSchedulerView view, SchedulerStep step) {
        CommandMeta meta = new CommandMeta(
                step.podUid() + "/" + view.version(),
                CALLER,
                "journal " + view.version(),
                cluster.queue.millis() + COMMAND_LIFE,
                view.version());
        String id = PersistenceIds.encode(
                EntityIds.POD, step.pod().namespace(), step.pod().name());
        if (step instanceof SchedulerStep.Propose propose) {
            PodCommand.Propose command = new PodCommand.Propose(meta, step.podUid(), propose.node());
            cluster.tell(id, entity -> ((SimPod) entity).propose(command));
        } else {
            PodCommand.MarkUnschedulable command = new PodCommand.MarkUnschedulable(
                    meta, step.podUid(), ((SchedulerStep.Unschedulable) step).message());
            cluster.tell(id, entity -> ((SimPod) entity).markUnschedulable(command));
        }
    }

    static Map<String, NodeView> views(CatalogVersion version) {
        Map<String, NodeView> views = new HashMap<>();
        for (Map.Entry<String, NodeState> node : version.nodes().entrySet()) {
            NodeState state = node.getValue();
            if (state.exists()) {
                views.put(
                        node.getKey(),
                        new NodeView(state.facts(), state.requested(), state.podCount(), state.usedPorts()));
            }
        }
        return views;
    }
}
