package io.everynode.core.daemonset;

import io.everynode.core.daemonset.NodeAssessment.Candidate;
import io.everynode.core.placement.NodeFacts;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What one incarnation of a DaemonSet sees of all nodes: an assessment of each, kept up to date node by node, with the
 * sums and sorted candidate sets that a rollout is planned from. Mutable and confined to one actor; without a clock:
 * the same updates give the same plan.
 *
 * <p>An update costs O(log nodes); only a change of the spec or of the current template looks at all nodes. Candidates
 * are in the order of their node's name.
 */
public final class FleetView {

    private final Map<String, FleetEntry> entries = new HashMap<>();
    private final Map<Candidate, NavigableSet<String>> candidates = new EnumMap<>(Candidate.class);
    private final NodeDeadlines deadlines = new NodeDeadlines();
    private final NavigableSet<String> changed = new TreeSet<>();
    private final NavigableSet<String> spentGrants = new TreeSet<>();

    /** What grants are given for that are not persisted yet. */
    private final Map<String, Candidate> granting = new HashMap<>();

    private final Blockers blockers = new Blockers();
    private FleetCounters counters = new FleetCounters();

    private Incarnation incarnation;
    private DaemonSetSpec spec;
    private int grantsHeld;

    public FleetView() {
        for (Candidate candidate : Candidate.values()) {
            candidates.put(candidate, new TreeSet<>());
        }
    }

    /**
     * Follows the DaemonSet's state; to be called after each of its events. Another UID starts without Pods.
     *
     * @param next null when there is no DaemonSet
     */
    public void bind(Incarnation next, Instant now) {
        if (next == incarnation) {
            return;
        }
        Incarnation before = incarnation;
        boolean sameUid = before != null && next != null && before.uid().equals(next.uid());
        DaemonSetSpec specBefore = spec;
        incarnation = next;
        spec = next == null ? null : next.spec();
        if (!sameUid) {
            restart(now);
        } else if (!spec.equals(specBefore)
                || !next.currentRevision().equals(before.currentRevision())
                || next.generation() != before.generation()) {
            entries.values().forEach(entry -> assessUnlessSame(entry, now));
        }
        if (next != null && (!sameUid || next.grants() != before.grants())) {
            followGrants(sameUid ? before.grants() : Map.of(), next.grants(), now);
        }
    }

    private void restart(Instant now) {
        counters = new FleetCounters();
        candidates.values().forEach(NavigableSet::clear);
        deadlines.clear();
        spentGrants.clear();
        blockers.clear();
        grantsHeld = 0;
        List<FleetEntry> all = new ArrayList<>(entries.values());
        for (FleetEntry entry : all) {
            entry.pods = List.of();
            entry.claims = List.of();
            entry.grant = null;
            entry.blocker = null;
            entry.counted = false;
            entry.deadline = Long.MAX_VALUE;
            assess(entry, now);
        }
    }

    private void followGrants(Map<String, Long> before, Map<String, Long> after, Instant now) {
        for (String node : before.keySet()) {
            if (!after.containsKey(node)) {
                setGrant(node, null, now);
            }
        }
        after.forEach((node, generation) -> {
            if (!generation.equals(before.get(node))) {
                setGrant(node, new FleetEntry.Grant(generation, now.toEpochMilli(), granting.get(node)), now);
            }
        });
    }

    /** These get grants next, each for what it waits for now. */
    void granting(List<String> nodes) {
        granting.clear();
        for (String node : nodes) {
            granting.put(node, entries.get(node).assessment.candidate());
        }
    }

    private void setGrant(String node, FleetEntry.Grant grant, Instant now) {
        FleetEntry entry = entries.computeIfAbsent(node, FleetEntry::new);
        uncount(entry);
        entry.grant = grant;
        spentGrants.remove(node);
        assess(entry, now);
    }

    /**
     * What the catalog shows of one node.
     *
     * @param facts null when there is no such node
     * @param pods of this incarnation on the node, terminating ones included
     */
    public void update(String node, NodeFacts facts, List<DaemonPodView> pods, Instant now) {
        FleetEntry entry = entries.computeIfAbsent(node, FleetEntry::new);
        if (Objects.equals(entry.facts, facts) && entry.pods.equals(pods) && entry.counted) {
            return;
        }
        uncount(entry);
        entry.facts = facts;
        entry.pods = List.copyOf(pods);
        assess(entry, now);
    }

    /** As {@link #update} with the Pods known so far. */
    public void updateFacts(String node, NodeFacts facts, Instant now) {
        FleetEntry entry = entries.get(node);
        update(node, facts, entry == null ? List.of() : entry.pods, now);
    }

    /** As {@link #update} with the facts known so far. */
    public void updatePods(String node, List<DaemonPodView> pods, Instant now) {
        FleetEntry entry = entries.get(node);
        update(node, entry == null ? null : entry.facts, pods, now);
    }

    /** @param claims what is to be settled about whose Pods on the node are, in any order */
    public void updateClaims(String node, List<PodClaim> claims, Instant now) {
        FleetEntry entry = entries.get(node);
        List<PodClaim> sorted =
                claims.size() < 2 ? claims : claims.stream().sorted().toList();
        if (entry != null && !entry.claims.equals(sorted)) {
            uncount(entry);
            entry.claims = sorted;
            assess(entry, now);
        }
    }

    /** A message that uses the node's grant was sent: until it is late, the grant holds. */
    void touched(String node, Instant now) {
        FleetEntry entry = entries.get(node);
        if (entry != null && entry.grant != null) {
            entry.grant.touch(now);
        }
    }

    /** Assesses anew the nodes for which time alone has changed something. */
    public void advance(Instant now) {
        for (String node = deadlines.due(now); node != null; node = deadlines.due(now)) {
            assess(entries.get(node), now);
        }
    }

    /**
     * The earliest time when something becomes true by itself, in epoch milliseconds: minReadySeconds are over, or a
     * back-off.
     */
    public OptionalLong nextDeadline() {
        return deadlines.earliest();
    }

    private void uncount(FleetEntry entry) {
        if (!entry.counted) {
            return;
        }
        counters.count(entry.assessment, entry.heldGrant(), entry.pods, -1);
        grantsHeld -= entry.grantHeld() ? 1 : 0;
        candidates.get(entry.assessment.candidate()).remove(entry.node);
        blockers.remove(entry.node, entry.blocker);
        deadlines.remove(entry.node, entry.deadline);
        entry.deadline = Long.MAX_VALUE;
        entry.counted = false;
    }

    /** Most changes of a spec leave most nodes as they are. */
    private void assessUnlessSame(FleetEntry entry, Instant now) {
        if (entry.grant != null || !entry.counted) {
            assess(entry, now);
            return;
        }
        NodeAssessment assessment = look(entry, now);
        if (!assessment.equals(entry.assessment) || !Objects.equals(blocker(entry, assessment, now), entry.blocker)) {
            assess(entry, now);
        }
    }

    private Blocker blocker(FleetEntry entry, NodeAssessment assessment, Instant now) {
        return spec == null
                ? null
                : Blocker.of(
                        spec, incarnation.currentRevision(), assessment, entry.facts, entry.pods, now.toEpochMilli());
    }

    private NodeAssessment look(FleetEntry entry, Instant now) {
        return spec == null
                ? NodeAssessment.UNKNOWN
                : NodeAssessor.assess(
                        spec,
                        incarnation.currentRevision(),
                        incarnation.generation(),
                        entry.facts,
                        entry.pods,
                        entry.claims,
                        now.toEpochMilli());
    }

    private void assess(FleetEntry entry, Instant now) {
        uncount(entry);
        changed.add(entry.node);
        if (entry.facts == null && entry.pods.isEmpty() && entry.grant == null) {
            entries.remove(entry.node);
            return;
        }
        entry.assessment = look(entry, now);
        if (entry.grant != null) {
            entry.grant.usable = incarnation != null
                    && entry.grant.generation >= incarnation.surgeSince()
                    && entry.grant.isFor(entry.assessment.candidate());
        }
        entry.blocker = blocker(entry, entry.assessment, now);
        blockers.add(entry.node, entry.blocker);
        boolean grantHeld = entry.grantHeld();
        entry.deadline = Math.min(entry.assessment.deadline(), entry.settle(now.toEpochMilli()));
        if (grantHeld && !entry.grantHeld()) {
            spentGrants.add(entry.node);
        }
        if (entry.blocker != null) {
            entry.deadline = Math.min(entry.deadline, entry.blocker.until());
        }
        entry.counted = true;
        counters.count(entry.assessment, entry.heldGrant(), entry.pods, 1);
        grantsHeld += entry.grantHeld() ? 1 : 0;
        if (!entry.grantHeld() && entry.assessment.candidate() != Candidate.NONE) {
            candidates.get(entry.assessment.candidate()).add(entry.node);
        }
        deadlines.add(entry.node, entry.deadline);
    }

    /** Null when there is no DaemonSet. */
    DaemonSetSpec spec() {
        return spec;
    }

    FleetCounters counters() {
        return counters;
    }

    /** Nodes that are waited for, and why. */
    Blockers blockers() {
        return blockers;
    }

    /** How many nodes wait for their turn to be updated. */
    int waitingForTurn() {
        return candidates.get(Candidate.REPLACE).size()
                + candidates.get(Candidate.SURGE).size();
    }

    /** Nodes that wait for a grant of this kind, by name. */
    NavigableSet<String> candidates(Candidate candidate) {
        return candidates.get(candidate);
    }

    /** Nodes whose persisted grant the catalog has shown to be used up, by name. */
    NavigableSet<String> spentGrants() {
        return spentGrants;
    }

    /** Persisted grants whose use has not been seen. */
    int grantsHeld() {
        return grantsHeld;
    }

    /** Nodes assessed since the last call, by name. */
    List<String> takeChanged() {
        List<String> nodes = List.copyOf(changed);
        changed.clear();
        return nodes;
    }

    /** The nodes that have Pods of this incarnation, with them. */
    Map<String, List<DaemonPodView>> pods() {
        Map<String, List<DaemonPodView>> result = new TreeMap<>();
        for (FleetEntry entry : entries.values()) {
            if (!entry.pods.isEmpty()) {
                result.put(entry.node, entry.pods);
            }
        }
        return result;
    }

    NodeAction action(String node) {
        FleetEntry entry = entries.get(node);
        return entry == null ? null : entry.action();
    }

    int rank(String node) {
        FleetEntry entry = entries.get(node);
        return entry == null || entry.assessment.action() == null
                ? NodeAssessment.AVAILABLE_LAST
                : entry.assessment.rank();
    }

    /** What is wanted of this node, and why; answers "why is there no Pod on this node". */
    public NodePlan explain(String node) {
        FleetEntry entry = entries.get(node);
        if (entry == null || spec == null) {
            return new NodePlan(
                    node, Optional.empty(), entry == null ? "there is no such node" : "there is no such DaemonSet");
        }
        return entry.plan();
    }

    /** The whole plan, by node; looks at every node, for people and tests. */
    public List<NodePlan> plan() {
        return new TreeSet<>(entries.keySet()).stream().map(this::explain).toList();
    }

    /** Everything decisions depend on, for comparing two views in tests. */
    String fingerprint() {
        StringBuilder text = new StringBuilder(counters.toString());
        candidates.forEach((kind, nodes) -> text.append('\n').append(kind).append(nodes));
        text.append('\n')
                .append(blockers)
                .append('\n')
                .append(deadlines)
                .append('\n')
                .append(plan());
        return text.append('\n').append(spentGrants).append(grantsHeld).toString();
    }
}
