package io.everynode.core.scheduling;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.pod.NodeClaim;
import io.everynode.core.pod.PodState;
import io.everynode.core.scheduling.NodeTable.Changed;
import io.everynode.objects.Json;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/**
 * The scheduler's decisions for ordinary Pods, without clock, messages or threads: it is told what changed, reads the
 * catalog, and says what shall be done. The actor and the simulator both drive it.
 *
 * <p>It is told of every touched node and ordinary Pod, so it never walks the catalog, and a burst of daemon Pods costs
 * it one set entry per node until a Pod has to be placed. A Pod that fits nowhere is tried again when something changed
 * that could help it ({@link Wakeups}). Nothing is polled but what came to nothing ({@link #lookAgain}).
 *
 * <p>A Pod that fits nowhere has Pods of lower priority ended where that helps, and keeps the room that comes free from
 * others of lower priority ({@link PodPreemption}); so does a daemon Pod that waits on its node
 * ({@link DaemonWaiters}). Who may count on which room says {@link Room}.
 *
 * <p>A proposed Pod takes its room at once. Mutable, for one thread.
 */
public final class Scheduler {

    /** Nodes looked at before others get the thread; a single Pod's look is never cut. */
    private static final int NODES_PER_RUN = 1_000_000;

    private final NodeTable nodes = new NodeTable();
    private final PlacedPods placed = new PlacedPods();
    private final TopologyIndex index = new TopologyIndex();
    private final Holds holds = new Holds();
    private final Victims victims = new Victims(holds);
    private final Room room = new Room(placed, index, holds, victims);
    private final PodPreemption preemption = new PodPreemption(nodes, room, holds, victims);
    private final DaemonWaiters daemons = new DaemonWaiters(room, holds, victims);
    private final NodeNominations nominations = new NodeNominations(holds, placed);
    private final Wakeups wakeups = new Wakeups(room, holds, index);
    private final PodQueue pods = new PodQueue();

    /** Nodes that were proposed and of which the Pod's state says nothing yet. */
    private final TreeMap<PodName, String> proposed = new TreeMap<>();

    /** Nodes where other room is held than when the waiting Pods were last asked. */
    private final Set<String> heldOtherwise = new HashSet<>();

    private boolean cut;

    /** These nodes may be other than they were, in any respect. */
    public void nodesTouched(Collection<String> names) {
        nodes.touch(names);
        daemons.touched(names);
    }

    /** On these nodes daemon Pods wait for room. */
    public void daemonPodsWait(Collection<String> names) {
        daemons.waitOn(names);
    }

    /** These ordinary Pods may be other than they were. */
    public void podsTouched(SchedulerView view, Collection<PodName> names) {
        for (PodName name : names) {
            PodState state = view.pod(name);
            if (state == null || state.object() == null) {
                forget(name);
            } else {
                read(view, name, state);
            }
        }
    }

    private void forget(PodName name) {
        PodFacts pod = pods.remove(name);
        proposed.remove(name);
        touch(placed.remove(name));
        if (pod != null) {
            holds.release(pod.uid());
        }
    }

    /** Its predecessor of the same name went, and nobody said so. */
    private static boolean isAnother(PodFacts pod, PodFacts before) {
        return before != null && !before.uid().equals(pod.uid());
    }

    private void read(SchedulerView view, PodName name, PodState state) {
        ObjectNode tree = state.object().tree();
        PodFacts pod = PodFacts.of(tree);
        if (isAnother(pod, pods.known(name)) || isAnother(pod, placed.pod(name))) {
            forget(name);
        }
        NodeClaim claim = state.claims().get(pod.uid());
        boolean waits = claim == null && pod.waits();
        if (!waits) {
            proposed.remove(name);
            preemption.goes(pod.uid(), claim == null ? "" : claim.node());
        }
        String node = pod.terminal() ? "" : !pod.node().isEmpty() ? pod.node() : claimed(claim);
        place(pod, node.isEmpty() ? proposed.getOrDefault(name, "") : node);
        if (!waits) {
            pods.remove(name);
        } else if (!proposed.containsKey(name)) {
            PodQueue.Waiting known = pods.waiting(name);
            if (known == null || !known.pod().equals(pod)) {
                String nominated = Json.text(tree, "status", "nominatedNodeName");
                if (known == null
                        && holds.of(pod.uid()) == null
                        && !nominated.isEmpty()
                        && view.node(nominated).exists()) {
                    // As an earlier scheduler left it, or as it was before a node refused the Pod.
                    holds.restore(Holds.Hold.of(pod, nominated));
                }
                pods.add(pod);
            } else {
                pods.shows(name, tree);
            }
        }
    }

    /** A node that is being released has refused, or is about to let go. */
    private static String claimed(NodeClaim claim) {
        return claim == null || claim.stage() == NodeClaim.Stage.RELEASING ? "" : claim.node();
    }

    private void place(PodFacts pod, String node) {
        String before = placed.place(pod, node);
        if (!before.equals(node)) {
            touch(before);
        }
        touch(node);
    }

    /** @param node "" does nothing */
    private void touch(String node) {
        if (!node.isEmpty()) {
            nodesTouched(List.of(node));
        }
    }

    /** Whether {@link #run} has Pods left to try. */
    public boolean hasMore() {
        return cut || pods.hasMore() || daemons.hasMore();
    }

    /** Tries Pods; takes a bounded time, so that it may have to be called again ({@link #hasMore}). */
    public List<SchedulerStep> run(SchedulerView view) {
        List<SchedulerStep> steps = new ArrayList<>();
        int left = NODES_PER_RUN;
        cut = false;
        boolean more = true;
        while (more && left > 0) {
            touchHeld();
            if (daemons.hasMore()) {
                left--;
                nominations.touched(daemons.first());
                steps.addAll(daemons.next(view, placed));
                continue;
            }
            wake(view);
            PodFacts pod = pods.poll();
            more = pod != null;
            if (more) {
                left -= 1 + nodes.views().size();
                steps.addAll(tryOn(view, pod));
            }
        }
        cut = more;
        if (!hasMore()) {
            nominations.look(view);
        }
        // Before the victims end.
        steps.addAll(0, holds.takeNews());
        return steps;
    }

    private void touchHeld() {
        Set<String> changed = holds.takeChanged();
        heldOtherwise.addAll(changed);
        changed.forEach(nominations::touched);
        victims.heldOtherwise(changed);
        nodesTouched(changed);
    }

    /** Reads what was touched, and queues the Pods that it may help. */
    private void wake(SchedulerView view) {
        if (!pods.isEmpty()) {
            List<Changed> changed = nodes.refresh(view, placed, index);
            changed.forEach(one -> nominations.touched(one.name()));
            if (!changed.isEmpty()) {
                wakeups.woken(view, changed, heldOtherwise, pods.waiting()).forEach(pods::add);
            }
        }
        heldOtherwise.clear();
    }

    private List<SchedulerStep> tryOn(SchedulerView view, PodFacts pod) {
        PlacementContext context = new PlacementContext(view, nodes, placed, index);
        CrossNodeFilters others = CrossNodeFilters.of(pod, context);
        ProblemCounts problems = new ProblemCounts();
        List<NodeView> fitting =
                PodPlacement.fitting(pod.requirements(), pod.uid(), nodes.views(), holds, others, problems);
        if (!fitting.isEmpty()) {
            PodScores scores = PodScores.of(pod, context, fitting);
            String node = PodPlacement.best(pod.requirements(), pod.preferred(), fitting, scores);
            preemption.goes(pod.uid(), node);
            proposed.put(pod.name(), node);
            place(pod, node);
            return List.of(new SchedulerStep.Propose(pod.name(), pod.uid(), node));
        }
        List<SchedulerStep> steps = new ArrayList<>();
        String more = preemption.makeRoom(view, pod, others, problems, steps);
        Help help = others.help();
        Holds.Hold hold = holds.of(pod.uid());
        steps.add(pods.await(new PodQueue.Waiting(
                pod,
                problems.message(nodes.views().size()) + more,
                help,
                help == null ? 0 : help.stamp(index),
                hold == null ? "" : hold.node())));
        return steps;
    }

    /** Whether something was asked for of which nothing is visible yet, so that {@link #lookAgain} is needed. */
    public boolean awaitsAnswers() {
        return !proposed.isEmpty() || pods.anyUntold() || victims.awaited() || nominations.suspected();
    }

    /** Repeats what came to nothing for a while: a proposal or a word to a Pod may have been lost. */
    public List<SchedulerStep> lookAgain(SchedulerView view) {
        for (PodName name : List.copyOf(proposed.keySet())) {
            proposed.remove(name);
            touch(placed.remove(name));
            podsTouched(view, List.of(name));
        }
        List<SchedulerStep> steps = new ArrayList<>(pods.reminders(view));
        steps.addAll(nominations.corrections(view));
        steps.addAll(victims.unheard(view));
        steps.addAll(run(view));
        return steps;
    }
}
