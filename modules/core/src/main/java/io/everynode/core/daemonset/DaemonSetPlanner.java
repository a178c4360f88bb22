package io.everynode.core.daemonset;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.node.Converge;
import io.everynode.core.node.ConvergeReply;
import io.everynode.core.object.JsonBytes;
import io.everynode.core.placement.NodeFacts;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * Plans for one DaemonSet name: which Nodes are asked for what, which grants, status and history events are due. It
 * holds the soft state of planning (the view of the fleet, the window of unanswered messages); everything that must
 * survive is in {@link DaemonSetState}.
 *
 * <p>Mutable and confined to one actor; without clock and randomness: the same calls give the same steps. The actor's
 * whole part:
 *
 * <ol>
 *   <li>after recovery, wait until the catalog has reached {@code max(ordering)}, then make a planner and report every
 *       node and every daemon Pod of this name's UIDs with {@link #observeNode} and {@link #observePods};
 *   <li>call {@link #step} then, after every change reported, every answer, every event persisted, and at
 *       {@link Step#wakeAt};
 *   <li>persist a step's events in one atomic persist, evolve the state with them, and only then send its messages;
 *       then step again.
 * </ol>
 *
 * A step takes time for the nodes that changed and the messages sent, not for all nodes; only a change of the spec or
 * the template looks at all.
 */
public final class DaemonSetPlanner {

    /** A Node refuses a message that is older; longer than the longest silence before a repetition. */
    public static final Duration MESSAGE_LIFE = Duration.ofSeconds(10);

    /**
     * One message for the entity of {@code node}, or for that of the ordinary Pod there that {@link Converge.HandOver}
     * names. Its answer belongs to {@link DaemonSetPlanner#answered}.
     */
    public record Send(String node, Converge message) {}

    /**
     * @param events to persist atomically, maybe none
     * @param reason for their envelopes
     * @param sends to be sent once the events are durable
     * @param wakeAt when to step again though nothing happens; at once after events
     */
    public record Step(List<DaemonSetEvent> events, String reason, List<Send> sends, Optional<Instant> wakeAt) {}

    private final PlannerSettings settings;
    private final FleetView fleet = new FleetView();
    private final Map<String, RetiringFleet> retiring = new TreeMap<>();
    private final ConvergeWindow window;
    private final RolloutConditions conditions = new RolloutConditions();
    private final HistoryUpkeep history = new HistoryUpkeep();
    private String uid = "";
    private boolean othersDone = true;

    /** What Pods are made of instead of the template without priority; null until it is told. */
    private AdmittedTemplate admitted;

    private Instant statusWrittenAt = Instant.EPOCH;

    /** @param state as recovered */
    public DaemonSetPlanner(PlannerSettings settings, DaemonSetState state, Instant now) {
        this.settings = settings;
        this.window = new ConvergeWindow(settings.outstanding());
        // Grants are looked at only once all Pods were reported: before, each would seem to be used up.
        follow(state.withoutGrants(), now);
    }

    /** What the catalog shows of a node; {@code facts} null when it is gone. */
    public void observeNode(String node, NodeFacts facts, Instant now) {
        fleet.updateFacts(node, facts, now);
    }

    /**
     * All daemon Pods of one DaemonSet UID on one node, maybe none. UIDs that are neither current nor retiring are
     * ignored.
     */
    public void observePods(String daemonSetUid, String node, List<DaemonPodView> pods, Instant now) {
        RetiringFleet leaving = retiring.get(daemonSetUid);
        if (leaving != null) {
            leaving.update(node, pods);
        } else if (daemonSetUid.equals(uid)) {
            fleet.updatePods(node, pods, now);
        }
    }

    /** @param done while the DaemonSet is deleted: whether it need not wait for dependents other than its Pods */
    public void observeOtherDependents(boolean done) {
        othersDone = done;
    }

    /** What is to be settled about whose Pods on one node are, by the current DaemonSet's selector; in any order. */
    public void observeClaims(String daemonSetUid, String node, List<PodClaim> claims, Instant now) {
        if (daemonSetUid.equals(uid)) {
            fleet.updateClaims(node, claims, now);
        }
    }

    /** A Node has answered {@code message}. No answer needs no call: silence is followed by the message again. */
    public void answered(String node, Converge message, ConvergeReply reply, Instant now) {
        answered(node, message.daemonSetUid(), message.meta().id(), reply, now);
    }

    /** As the other, by what names the message. */
    public void answered(String node, String daemonSetUid, String messageId, ConvergeReply reply, Instant now) {
        window.answered(new ConvergeWindow.Target(daemonSetUid, node), messageId, reply, now);
    }

    /** Messages that are not answered yet; never more than {@link PlannerSettings#outstanding}. */
    public int outstanding() {
        return window.outstanding();
    }

    /** What is wanted of this node by the current DaemonSet, and why. */
    public NodePlan explain(String node) {
        return fleet.explain(node);
    }

    /**
     * The template that Run messages name; it must be durable before they are sent. Empty when there is no DaemonSet.
     */
    public Optional<AdmittedTemplate> template() {
        return Optional.ofNullable(fleet.spec()).map(DaemonSetSpec::template);
    }

    /** The template of the current spec with all that admission adds; for the Run messages from now on. */
    public void admit(AdmittedTemplate template) {
        admitted = template;
    }

    /** What was withheld may be sent: the next step sends again all that is not answered. */
    public void askAgain(Instant now) {
        window.askAgain(now);
    }

    /** @param catalogVersion resourceVersion that the observations are from */
    public Step step(DaemonSetState state, long catalogVersion, Instant now) {
        follow(state, now);
        fleet.advance(now);
        List<DaemonSetEvent> events = new ArrayList<>();
        List<String> reasons = new ArrayList<>();
        OptionalLong statusDue = OptionalLong.empty();
        if (state.current() != null && !fleet.spec().deleting()) {
            planRollout(state.current(), events, reasons);
            boolean turns = !events.isEmpty();
            int others = events.size();
            HistoryUpkeep.restore(state, events, reasons, now);
            HistoryUpkeep.trim(state.current(), fleet.spec(), fleet.counters()::carries, events, reasons);
            boolean historyStays = others == events.size();
            statusDue = writeStatus(state.current(), turns, events, reasons, now);
            if (historyStays && !events.isEmpty()) {
                history.merge(state.current(), events, reasons);
            }
        } else if (state.current() != null && dependentsAreDone()) {
            events.addAll(state.dependentsDone());
            reasons.add("no Pod of the deleted DaemonSet is left");
        }
        OptionalLong retirementDue = finishRetirements(state, events, reasons, now);
        updateWindow();
        List<Send> sends = new ArrayList<>();
        AdmittedTemplate template =
                admitted == null && fleet.spec() != null ? fleet.spec().template() : admitted;
        for (ConvergeWindow.Due due : window.takeDue(now)) {
            sends.add(ConvergeMessages.message(state, fleet.spec(), template, due, catalogVersion, now));
            if (!(due.action() instanceof NodeAction.Retire)) {
                fleet.touched(due.target().node(), now);
            }
        }
        Optional<Instant> wakeAt = events.isEmpty()
                ? earliest(fleet.nextDeadline(), window.nextDeadline(), statusDue, retirementDue)
                : Optional.of(now);
        return new Step(List.copyOf(events), String.join(", ", reasons), sends, wakeAt);
    }

    /**
     * Follows the state: the incarnation that is current, and those that retire. To be called before what the catalog
     * shows for a new incarnation is reported; {@link #step} does it too.
     */
    public void follow(DaemonSetState state, Instant now) {
        String next = state.current() == null ? "" : state.current().uid();
        Map<String, List<DaemonPodView>> left = next.equals(uid) ? Map.of() : fleet.pods();
        state.retiring().forEach((gone, retirement) -> {
            if (!retiring.containsKey(gone)) {
                retiring.put(gone, new RetiringFleet(gone.equals(uid) ? left : Map.of(), retirement.orphaning()));
            }
        });
        for (String known : List.copyOf(retiring.keySet())) {
            if (!state.retiring().containsKey(known)) {
                retiring.remove(known);
                window.withdrawAll(known);
            }
        }
        if (!next.equals(uid)) {
            window.withdrawAll(uid);
            uid = next;
            statusWrittenAt = Instant.EPOCH;
            conditions.restart();
        }
        fleet.bind(state.current(), now);
    }

    private boolean dependentsAreDone() {
        return othersDone
                && fleet.spec().deletion() != DaemonSetSpec.Deletion.HELD
                && fleet.counters().noPods();
    }

    private void planRollout(Incarnation current, List<DaemonSetEvent> events, List<String> reasons) {
        RolloutPlanner.Rollout rollout = RolloutPlanner.plan(fleet);
        fleet.granting(rollout.granted());
        if (!rollout.isEmpty()) {
            events.add(new DaemonSetEvent.Granted(
                    current.uid(), current.generation(), rollout.granted(), rollout.spent()));
            reasons.add("rolling update");
        }
    }

    /** @return when a status that is not written yet may be */
    private OptionalLong writeStatus(
            Incarnation current, boolean turns, List<DaemonSetEvent> events, List<String> reasons, Instant now) {
        Instant earliest = statusWrittenAt.plus(settings.statusInterval());
        if (now.isBefore(earliest)) {
            // Not even looked at: in a rollout each Pod is a step.
            return OptionalLong.of(earliest.toEpochMilli());
        }
        ObjectNode stored = current.status().tree();
        ObjectNode tree = fleet.counters().status().over(stored, current.generation());
        RolloutConditions.Result shown = conditions.next(fleet, current.generation(), turns, stored, now);
        tree.set("conditions", shown.conditions());
        JsonBytes status = JsonBytes.of(tree);
        if (status.equals(current.status()) || status.tree().equals(stored)) {
            return shown.due();
        }
        statusWrittenAt = now;
        conditions.written(stored, tree, now);
        events.add(new DaemonSetEvent.StatusChanged(current.uid(), status));
        reasons.add("status");
        return OptionalLong.empty();
    }

    /** @return when the next retirement may be finished */
    private OptionalLong finishRetirements(
            DaemonSetState state, List<DaemonSetEvent> events, List<String> reasons, Instant now) {
        OptionalLong next = OptionalLong.empty();
        for (var entry : state.retiring().entrySet()) {
            if (!retiring.get(entry.getKey()).isEmpty()) {
                continue;
            }
            long due = entry.getValue().removedAtMillis() + RetiringFleet.AT_LEAST.toMillis();
            if (due <= now.toEpochMilli()) {
                events.add(new DaemonSetEvent.RetirementFinished(entry.getKey()));
                reasons.add("no Pod is left");
            } else {
                next = OptionalLong.of(next.isEmpty() ? due : Math.min(due, next.getAsLong()));
            }
        }
        return next;
    }

    private void updateWindow() {
        for (String node : fleet.takeChanged()) {
            NodeAction action = uid.isEmpty() ? null : fleet.action(node);
            update(
                    new ConvergeWindow.Target(uid, node),
                    action,
                    fleet.rank(node),
                    () -> fleet.explain(node).reason());
        }
        retiring.forEach((gone, leaving) -> {
            for (String node : leaving.takeChanged()) {
                update(
                        new ConvergeWindow.Target(gone, node),
                        leaving.action(node),
                        NodeAssessment.AVAILABLE_LAST,
                        () -> "the DaemonSet was deleted");
            }
        });
    }

    private void update(
            ConvergeWindow.Target target, NodeAction action, int rank, java.util.function.Supplier<String> reason) {
        if (action == null) {
            window.withdraw(target);
        } else {
            window.want(target, action, rank, reason.get());
        }
    }

    private static Optional<Instant> earliest(OptionalLong... times) {
        return java.util.Arrays.stream(times)
                .filter(OptionalLong::isPresent)
                .map(OptionalLong::getAsLong)
                .min(Comparator.naturalOrder())
                .map(Instant::ofEpochMilli);
    }
}
