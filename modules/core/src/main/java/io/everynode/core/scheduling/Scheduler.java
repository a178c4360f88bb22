package io.everynode.core.scheduling;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.pod.NodeClaim;
import io.everynode.core.pod.PodState;
import io.everynode.core.scheduling.NodeTable.Changed;
import io.everynode.objects.Json;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The scheduler's queue and its decisions for ordinary Pods, without clock, messages or threads: it is told what
 * changed, reads the catalog, and says what shall be done. The actor and the simulator both drive it.
 *
 * <p>It is told of every touched node and ordinary Pod, so it never walks the catalog, and a burst of daemon Pods costs
 * it one set entry per node until a Pod has to be placed. A Pod that fits nowhere is tried again when something changed
 * that could help it: a node that would now take it as far as that node alone decides, the Pod itself, and where Pods
 * on other nodes were in its way, also these and the nodes' labels. Nothing is polled but proposals that came to
 * nothing ({@link #lookAgain}).
 *
 * <p>A Pod that fits nowhere has Pods of lower priority ended where that helps, and keeps the room that comes free from
 * others of lower priority; so does a daemon Pod that waits on its node ({@link DaemonWaiters}).
 *
 * <p>Pods are tried by priority, highest first, then by age, then by name (plugins/queuesort). A proposed Pod takes its
 * room at once. Mutable, for one thread.
 */
public final class Scheduler {

    /** Nodes looked at before others get the thread; a single Pod's look is never cut. */
    private static final int NODES_PER_RUN = 1_000_000;

    private static final Comparator<PodFacts> ORDER = Comparator.comparingInt(PodFacts::priority)
            .reversed()
            .thenComparing(PodFacts::createdAt)
            .thenComparing(PodFacts::name);

    /**
     * A Pod that found no node.
     *
     * @param message as it was told
     * @param help what Pods elsewhere can do for it; null for nothing
     * @param stamp of the help when it was refused
     * @param nominated where room is being made for it; "" for nowhere
     */
    private record Waiting(PodFacts pod, String message, Help help, long stamp, String nominated) {

        /** Whether the Pod says what it was told. */
        boolean isShown(ObjectNode tree) {
            return shown(tree).equals(message)
                    && Json.text(tree, "status", "nominatedNodeName").equals(nominated);
        }

        SchedulerStep told() {
            return new SchedulerStep.Unschedulable(pod.name(), pod.uid(), message, nominated);
        }
    }

    private final NodeTable nodes = new NodeTable();
    private final PlacedPods placed = new PlacedPods();
    private final TopologyIndex index = new TopologyIndex();
    private final Holds holds = new Holds();
    private final DaemonWaiters daemons = new DaemonWaiters(holds);
    private final StaleNominations stale = new StaleNominations(holds);
    private final Victims victims = new Victims(nodes, placed, index);

    /** To be told to nodes with the next steps. */
    private final List<SchedulerStep> withdrawals = new ArrayList<>();

    private final TreeSet<PodFacts> queue = new TreeSet<>(ORDER);
    private final Map<PodName, PodFacts> queued = new HashMap<>();
    private final TreeMap<PodName, Waiting> waiting = new TreeMap<>();

    /** Nodes that were proposed and of which the Pod's state says nothing yet. */
    private final TreeMap<PodName, String> proposed = new TreeMap<>();

    /** Waiting Pods that do not show yet what they were told. */
    private final TreeSet<PodName> untold = new TreeSet<>();

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
                read(name, state);
            }
        }
    }

    private void forget(PodName name) {
        Waiting known = waiting.get(name);
        PodFacts pod = known == null ? queued.get(name) : known.pod();
        dequeue(name);
        settle(name);
        proposed.remove(name);
        nodes.touch(placed.remove(name));
        if (pod != null) {
            withdraw(pod.uid());
        }
    }

    /** No room is held for the Pod any more, and its node hears of it. */
    private void withdraw(String uid) {
        Holds.Hold hold = holds.remove(uid);
        if (hold != null) {
            withdrawals.add(new SchedulerStep.Nominate(
                    hold.node(), uid, hold.requests(), hold.ports(), hold.priority(), false));
            nodes.touch(hold.node());
            victims.spare(uid);
        }
    }

    private void settle(PodName name) {
        waiting.remove(name);
        untold.remove(name);
    }

    private void read(PodName name, PodState state) {
        ObjectNode tree = state.object().tree();
        PodFacts pod = PodFacts.of(tree);
        NodeClaim claim = state.claims().get(pod.uid());
        if (claim != null || !pod.waits()) {
            proposed.remove(name);
            Holds.Hold hold = holds.of(pod.uid());
            if (hold != null && claim != null && claim.node().equals(hold.node())) {
                // The node forgets by itself what it kept for the Pod, once it takes it.
                holds.remove(pod.uid());
            } else {
                withdraw(pod.uid());
            }
        }
        String node = pod.terminal() ? "" : !pod.node().isEmpty() ? pod.node() : claimed(claim);
        place(pod, node.isEmpty() ? proposed.getOrDefault(name, "") : node);
        if (claim != null || !pod.waits()) {
            dequeue(name);
            settle(name);
        } else if (!proposed.containsKey(name)) {
            Waiting known = waiting.get(name);
            if (known == null || !known.pod().equals(pod)) {
                String nominated = Json.text(tree, "status", "nominatedNodeName");
                if (known == null && !nominated.isEmpty() && holds.of(pod.uid()) == null) {
                    // As an earlier scheduler left it.
                    hold(pod, nominated);
                }
                enqueue(pod);
            } else if (known.isShown(tree)) {
                untold.remove(name);
            }
        }
    }

    private static String shown(ObjectNode pod) {
        for (JsonNode condition : Json.at(pod, "status", "conditions")) {
            if (Json.text(condition, "type").equals("PodScheduled")) {
                return Json.text(condition, "message");
            }
        }
        return "";
    }

    /** A node that is being released has refused, or is about to let go. */
    private static String claimed(NodeClaim claim) {
        return claim == null || claim.stage() == NodeClaim.Stage.RELEASING ? "" : claim.node();
    }

    private void place(PodFacts pod, String node) {
        String before = placed.place(pod, node);
        if (!before.equals(node)) {
            nodes.touch(before);
        }
        nodes.touch(node);
    }

    private void enqueue(PodFacts pod) {
        dequeue(pod.name());
        settle(pod.name());
        queue.add(pod);
        queued.put(pod.name(), pod);
    }

    private void dequeue(PodName name) {
        PodFacts before = queued.remove(name);
        if (before != null) {
            queue.remove(before);
        }
    }

    /** Whether {@link #run} has Pods left to try. */
    public boolean hasMore() {
        return !queue.isEmpty() || daemons.hasMore();
    }

    /** Tries Pods; takes a bounded time, so that it may have to be called again ({@link #hasMore}). */
    public List<SchedulerStep> run(SchedulerView view) {
        List<SchedulerStep> steps = new ArrayList<>();
        int left = NODES_PER_RUN;
        while (left > 0 && daemons.hasMore()) {
            left--;
            stale.touched(daemons.first());
            steps.addAll(daemons.next(view, placed, index.existing()));
        }
        while (left > 0) {
            wake(view);
            PodFacts pod = queue.pollFirst();
            if (pod == null) {
                break;
            }
            queued.remove(pod.name());
            left -= 1 + nodes.views().size();
            steps.addAll(tryOn(view, pod));
        }
        if (!hasMore()) {
            stale.look(view);
        }
        steps.addAll(withdrawals);
        withdrawals.clear();
        for (SchedulerStep step : steps) {
            if (step instanceof SchedulerStep.Preempt preempt) {
                victims.add(preempt);
            }
        }
        return steps;
    }

    /** Reads what was touched, and queues the Pods that it may help. */
    private void wake(SchedulerView view) {
        // What was held for a Pod counts beside that Pod while it is on its way; only later is the node as free as it
        // is.
        Set<String> freed = holds.takeFreed();
        nodes.touch(freed);
        if (queue.isEmpty() && waiting.isEmpty()) {
            return;
        }
        List<Changed> changed = nodes.refresh(view, placed, index);
        changed.forEach(one -> stale.touched(one.name()));
        if (changed.isEmpty() || waiting.isEmpty()) {
            return;
        }
        List<Changed> helpful = changed.stream()
                .filter(one -> one.mayHelp()
                        || one.now() != null && freed.contains(one.now().node().name()))
                .toList();
        boolean sameNodes = changed.stream().allMatch(Changed::sameFacts);
        // Pods of one owner ask for the same.
        Map<Wish, Boolean> known = new HashMap<>();
        for (Waiting one : List.copyOf(waiting.values())) {
            boolean others = one.help() != null
                    && (!sameNodes || one.stamp() != one.help().stamp(index));
            if (others
                    || !helpful.isEmpty()
                            && known.computeIfAbsent(
                                    new Wish(one.pod().requirements(), one.pod().preempts()),
                                    wish -> wish.helpedByAny(helpful))) {
                enqueue(one.pod());
            }
        }
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
            Holds.Hold hold = holds.of(pod.uid());
            if (hold != null && !hold.node().equals(node)) {
                withdraw(pod.uid());
            }
            proposed.put(pod.name(), node);
            place(pod, node);
            return List.of(new SchedulerStep.Propose(pod.name(), pod.uid(), node));
        }
        Help help = others.help();
        long stamp = help == null ? 0 : help.stamp(index);
        List<SchedulerStep> steps = new ArrayList<>();
        String more = preempt(view, pod, others, problems, steps);
        Holds.Hold hold = holds.of(pod.uid());
        Waiting now = new Waiting(
                pod, problems.message(nodes.views().size()) + more, help, stamp, hold == null ? "" : hold.node());
        waiting.put(pod.name(), now);
        untold.add(pod.name());
        steps.add(now.told());
        return steps;
    }

    /** Chooses victims, if that helps; says what is to be said about it. */
    private String preempt(
            SchedulerView view,
            PodFacts pod,
            CrossNodeFilters others,
            ProblemCounts problems,
            List<SchedulerStep> steps) {
        if (!pod.preempts()) {
            return " preemption: not eligible due to preemptionPolicy=Never.";
        }
        Holds.Hold hold = holds.of(pod.uid());
        if (hold != null && victims.leave(view, pod, hold.node())) {
            return " preemption: not eligible due to a terminating pod on the nominated node.";
        }
        Preemption.Choice best = victims.choose(view, pod, others, problems.resolvable());
        if (best == null) {
            withdraw(pod.uid());
            return problems.noVictims(nodes.views().size());
        }
        nominate(pod, best, steps);
        return "";
    }

    private void nominate(PodFacts pod, Preemption.Choice choice, List<SchedulerStep> steps) {
        Holds.Hold before = holds.of(pod.uid());
        if (before != null && !before.node().equals(choice.node())) {
            withdraw(pod.uid());
        }
        for (Holds.Hold other : holds.on(choice.node())) {
            Waiting lower = waiting.values().stream()
                    .filter(one -> one.pod().uid().equals(other.uid()))
                    .findFirst()
                    .orElse(null);
            if (lower != null && other.priority() < pod.priority()) {
                // It looks for room anew; this one comes first.
                withdraw(other.uid());
                enqueue(lower.pod());
            }
        }
        hold(pod, choice.node());
        Holds.Hold hold = holds.of(pod.uid());
        steps.add(new SchedulerStep.Nominate(
                hold.node(), pod.uid(), hold.requests(), hold.ports(), hold.priority(), true));
        for (Victim victim : choice.victims()) {
            steps.add(new SchedulerStep.Preempt(victim.pod(), victim.uid(), choice.node(), pod.uid()));
        }
    }

    private void hold(PodFacts pod, String node) {
        holds.put(new Holds.Hold(
                pod.uid(),
                node,
                pod.requirements().requests(),
                pod.requirements().ports(),
                pod.priority()));
    }

    /** Whether something was asked for of which nothing is visible yet, so that {@link #lookAgain} is needed. */
    public boolean awaitsAnswers() {
        return !proposed.isEmpty() || !untold.isEmpty() || victims.awaited() || stale.suspected();
    }

    /** Repeats what came to nothing for a while: a proposal or a word to a Pod may have been lost. */
    public List<SchedulerStep> lookAgain(SchedulerView view) {
        for (PodName name : List.copyOf(proposed.keySet())) {
            proposed.remove(name);
            nodes.touch(placed.remove(name));
            podsTouched(view, List.of(name));
        }
        List<SchedulerStep> steps = new ArrayList<>();
        for (PodName name : List.copyOf(untold)) {
            Waiting one = waiting.get(name);
            PodState state = view.pod(name);
            if (state != null
                    && state.object() != null
                    && one.isShown(state.object().tree())) {
                // It said so already, so that nothing changed when it was told.
                untold.remove(name);
            } else {
                steps.add(one.told());
            }
        }
        for (SchedulerStep.Preempt victim : victims.unheard(view)) {
            Holds.Hold hold = holds.of(victim.forUid());
            if (hold != null) {
                steps.add(new SchedulerStep.Nominate(
                        hold.node(), hold.uid(), hold.requests(), hold.ports(), hold.priority(), true));
            }
            steps.add(victim);
        }
        steps.addAll(stale.withdrawals(view));
        steps.addAll(run(view));
        return steps;
    }
}
