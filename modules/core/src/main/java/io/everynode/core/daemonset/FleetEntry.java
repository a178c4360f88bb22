package io.everynode.core.daemonset;

import io.everynode.core.placement.NodeFacts;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** One node as a {@link FleetView} sees it: what the catalog shows, and what was made of it. For that view alone. */
final class FleetEntry {

    /**
     * How long a grant that is no longer wanted (its rollout was undone) goes on counting after its last message: until
     * the message is late ({@link DaemonSetPlanner#MESSAGE_LIFE}), and as long again for clocks that differ and a
     * catalog that lags.
     */
    static final Duration GRANT_SETTLES_AFTER = DaemonSetPlanner.MESSAGE_LIFE.multipliedBy(2);

    /** A persisted grant of this node. */
    static final class Grant {
        final long generation;
        /** What it was given for; null of one that was there before this view, as the journal does not say it. */
        final NodeAssessment.Candidate givenFor;

        private long touchedAt;
        private boolean spent;
        /**
         * False once the way of updating is another one, or the node waits for something else: a grant to add a Pod is
         * none to take one, though both go on counting.
         */
        boolean usable = true;

        Grant(long generation, long touchedAt, NodeAssessment.Candidate givenFor) {
            this.generation = generation;
            this.touchedAt = touchedAt;
            this.givenFor = givenFor;
        }

        /** Without a surge there is one thing only that it can be for. */
        boolean isFor(NodeAssessment.Candidate wanted) {
            return givenFor == wanted || givenFor == null && wanted == NodeAssessment.Candidate.REPLACE;
        }

        /** Whether it may take a Pod away. */
        boolean mayEnd() {
            return givenFor != NodeAssessment.Candidate.SURGE;
        }

        /** Whether it may add a Pod to the one that is there. */
        boolean mayAdd() {
            return givenFor != NodeAssessment.Candidate.LEAVE;
        }

        /** A message that uses it was sent. */
        void touch(Instant now) {
            touchedAt = now.toEpochMilli();
        }
    }

    final String node;
    NodeFacts facts;
    List<DaemonPodView> pods = List.of();
    List<PodClaim> claims = List.of();
    NodeAssessment assessment = NodeAssessment.UNKNOWN;
    Blocker blocker;

    /** When to look again; {@code Long.MAX_VALUE} for never. */
    long deadline = Long.MAX_VALUE;

    /** Null without. */
    Grant grant;

    /** Whether it is in the view's sums and sets. */
    boolean counted;

    FleetEntry(String node) {
        this.node = node;
    }

    boolean grantHeld() {
        return grant != null && !grant.spent;
    }

    /** Null when none counts. */
    Grant heldGrant() {
        return grantHeld() ? grant : null;
    }

    boolean grantUsable() {
        return grantHeld() && grant.usable;
    }

    NodeAction action() {
        return assessment.action() == null && grantUsable() ? assessment.granted() : assessment.action();
    }

    /** What is wanted of the node, and why. */
    NodePlan plan() {
        boolean granted = assessment.action() == null && grantUsable() && assessment.granted() != null;
        return new NodePlan(
                node,
                Optional.ofNullable(action()),
                granted ? "updating to the current revision" : assessment.reason());
    }

    /**
     * Finds out whether the grant is used up: the Pods it was given for, which were made before it, are no longer live.
     * Once seen it stays so.
     *
     * @return when to look again
     */
    long settle(long now) {
        if (!grantHeld()) {
            return Long.MAX_VALUE;
        }
        boolean older = false;
        for (DaemonPodView pod : pods) {
            older |= pod.live() && pod.generation() < grant.generation;
        }
        if (older && action() != null) {
            return Long.MAX_VALUE;
        }
        long settled = grant.touchedAt + GRANT_SETTLES_AFTER.toMillis();
        if (older && now < settled) {
            return settled;
        }
        grant.spent = true;
        return Long.MAX_VALUE;
    }
}
