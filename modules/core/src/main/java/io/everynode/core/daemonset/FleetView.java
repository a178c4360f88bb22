package io.everynode.core.daemonset;

import io.everynode.core.daemonset.NodeAssessment.Candidate;
import io.everynode.core.placement.NodeFacts;
import java.time.Duration;
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

    /**
     * How long a grant that is no longer wanted (its rollout was undone) goes on counting after its last message: until
     * the message is late ({@link DaemonSetPlanner#MESSAGE_LIFE}), and as long again for clocks that differ and a
     * catalog that lags.
     */
    static final Duration GRANT_SETTLES_AFTER = DaemonSetPlanner.MESSAGE_LIFE.multipliedBy(2);

    private static final class Entry {
        private final String node;
        private NodeFacts facts;
        private List<DaemonPodView> pods = List.of();
        private List<PodClaim> claims = List.of();
        private NodeAssessment assessment = NodeAssessment.UNKNOWN;
        private Blocker blocker;
        private long deadline = Long.MAX_VALUE;
        private Grant grant;
        private boolean counted;

        Entry(String node) {
            this.node = node;
        }

        boolean grantHeld() {
            return grant != null && !grant.spent;
        }

        NodeAction action() {
            return assessment.action() == null && grantUsable() ? assessment.granted() : assessment.action();
        }

        boolean grantUsable() {
            return grantHeld() && grant.usable;
        }
    }

    private static final class Grant {
        private final long generation;
        private long touchedAt;
        private boolean spent;
        /**
         * False once the way of updating is another one: a grant to add a Pod is none to take one, though both go on
         * counting.
         */
        private boolean usable = true;

        Grant(long generation, long touchedAt) {
            this.generation = generation;
            this.touchedAt = touchedAt;
        }
    }

    private record Deadline(long at, String node) implements Comparable<Deadline> {
        @Override
        public int compareTo(Deadline other) {
            int byTime = Long.compare(at, other.at);
            return byTime != 0 ? byTime : node.compareTo(other.node);
        }
    }

    private final Map<String, Entry> entries = new HashMap<>();
    private final Map<Candidate, NavigableSet<String>> candidates = new EnumMap<>(Candidate.class);
    private final NavigableSet<Deadline> deadlines = new TreeSet<>();
    private final NavigableSet<String> changed = new TreeSet<>();
    private final NavigableSet<String> spentGrants = new TreeSet<>();
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
        List<Entry> all = new ArrayList<>(entries.values());
        for (Entry entry : all) {
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
                setGrant(node, new Grant(generation, now.toEpochMilli()), now);
            }
        });
    }

    private void setGrant(String node, Grant grant, Instant now) {
        Entry entry = entries.computeIfAbsent(node, Entry::new);
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
        Entry entry = entries.computeIfAbsent(node, Entry::new);
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
        Entry entry = entries.get(node);
        update(node, facts, entry == null ? List.of() : entry.pods, now);
    }

    /** As {@link #update} with the facts known so far. */
    public void updatePods(String node, List<DaemonPodView> pods, Instant now) {
        Entry entry = entries.get(node);
        update(node, entry == null ? null : entry.facts, pods, now);
    }

    /** @param claims what is to be settled about whose Pods on the node are, in any order */
    public void updateClaims(String node, List<PodClaim> claims, Instant now) {
        Entry entry = entries.get(node);
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
        Entry entry = entries.get(node);
        if (entry != null && entry.grant != null) {
            entry.grant.touchedAt = now.toEpochMilli();
        }
    }

    /** Assesses anew the nodes for which time alone has changed something. */
    public void advance(Instant now) {
        while (!deadlines.isEmpty() && deadlines.first().at() <= now.toEpochMilli()) {
            assess(entries.get(deadlines.first().node()), now);
        }
    }

    /**
     * The earliest time when something becomes true by itself, in epoch milliseconds: minReadySeconds are over, or a
     * back-off.
     */
    public OptionalLong nextDeadline() {
        return deadlines.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(deadlines.first().at());
    }

    private void uncount(Entry entry) {
        if (!entry.counted) {
            return;
        }
        counters.count(entry.assessment, entry.grantHeld(), entry.pods, -1);
        grantsHeld -= entry.grantHeld() ? 1 : 0;
        candidates.get(entry.assessment.candidate()).remove(entry.node);
        blockers.remove(entry.node, entry.blocker);
        if (entry.deadline != Long.MAX_VALUE) {
            deadlines.remove(new Deadline(entry.deadline, entry.node));
            entry.deadline = Long.MAX_VALUE;
        }
        entry.counted = false;
    }

    /** Most changes of a spec leave most nodes as they are. */
    private void assessUnlessSame(Entry entry, Instant now) {
        if (entry.grant != null || !entry.counted) {
            assess(entry, now);
            return;
        }
        NodeAssessment assessment = look(entry, now);
        if (!assessment.equals(entry.assessment) || !Objects.equals(blocker(entry, assessment, now), entry.blocker)) {
            assess(entry, now);
        }
    }

    private Blocker blocker(Entry entry, NodeAssessment assessment, Instant now) {
        return spec == null
                ? null
                : Blocker.of(
                        spec, incarnation.currentRevision(), assessment, entry.facts, entry.pods, now.toEpochMilli());
    }

    private NodeAssessment look(Entry entry, Instant now) {
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

    private void assess(Entry entry, Instant now) {
        uncount(entry);
        changed.add(entry.node);
        if (entry.facts == null && entry.pods.isEmpty() && entry.grant == null) {
            entries.remove(entry.node);
            return;
        }
        long millis = now.toEpochMilli();
        entry.assessment = look(entry, now);
        if (entry.grant != null) {
            entry.grant.usable = incarnation != null && entry.grant.generation >= incarnation.surgeSince();
        }
        entry.blocker = blocker(entry, entry.assessment, now);
        blockers.add(entry.node, entry.blocker);
        entry.deadline = Math.min(entry.assessment.deadline(), settle(entry, millis));
        if (entry.blocker != null) {
            entry.deadline = Math.min(entry.deadline, entry.blocker.until());
        }
        entry.counted = true;
        counters.count(entry.assessment, entry.grantHeld(), entry.pods, 1);
        grantsHeld += entry.grantHeld() ? 1 : 0;
        if (!entry.grantHeld() && entry.assessment.candidate() != Candidate.NONE) {
            candidates.get(entry.assessment.candidate()).add(entry.node);
        }
        if (entry.deadline != Long.MAX_VALUE) {
            deadlines.add(new Deadline(entry.deadline, entry.node));
        }
    }

    /**
     * Finds out whether the node's grant is used up: the Pods it was given for, which were made before it, are no
     * longer live. Once seen it stays so.
     *
     * @return when to look again
     */
    private long settle(Entry entry, long now) {
        if (!entry.grantHeld()) {
            return Long.MAX_VALUE;
        }
        boolean older = false;
        for (DaemonPodView pod : entry.pods) {
            older |= pod.live() && pod.generation() < entry.grant.generation;
        }
        if (older && entry.action() != null) {
            return Long.MAX_VALUE;
        }
        long settled = entry.grant.touchedAt + GRANT_SETTLES_AFTER.toMillis();
        if (older && now < settled) {
            return settled;
        }
        entry.grant.spent = true;
        spentGrants.add(entry.node);
        return Long.MAX_VALUE;
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
        for (Entry entry : entries.values()) {
            if (!entry.pods.isEmpty()) {
                result.put(entry.node, entry.pods);
            }
        }
        return result;
    }

    NodeAction action(String node) {
        Entry entry = entries.get(node);
        return entry == null ? null : entry.action();
    }

    int rank(String node) {
        Entry entry = entries.get(node);
        return entry == null || entry.assessment.action() == null
                ? NodeAssessment.AVAILABLE_LAST
                : entry.assessment.rank();
    }

    /** What is wanted of this node, and why; answers "why is there no Pod on this node". */
    public NodePlan explain(String node) {
        Entry entry = entries.get(node);
        if (entry == null || spec == null) {
            return new NodePlan(
                    node, Optional.empty(), entry == null ? "there is no such node" : "there is no such DaemonSet");
        }
        String reason = entry.assessment.reason();
        if (entry.assessment.action() == null && entry.grantUsable() && entry.assessment.granted() != null) {
            reason = "updating to the current revision";
        }
        return new NodePlan(node, Optional.ofNullable(entry.action()), reason);
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
