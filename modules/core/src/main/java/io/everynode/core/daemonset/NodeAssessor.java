package io.everynode.core.daemonset;

import io.everynode.core.daemonset.NodeAssessment.Candidate;
import io.everynode.core.node.Converge;
import io.everynode.core.placement.Eligibility;
import io.everynode.core.placement.NodeFacts;
import io.everynode.core.placement.TaintTolerance;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What one DaemonSet wants of one node (podsShouldBeOnNode in pkg/controller/daemon/daemon_controller.go, and the part
 * of rollingUpdate in update.go that concerns a single node). Pure. An instance lives for one call.
 */
final class NodeAssessor {

    /** Which of several Pods is kept and judged first: bound before unbound, then the oldest, then by name. */
    static final Comparator<DaemonPodView> FIRST = Comparator.comparing((DaemonPodView pod) -> !pod.bound())
            .thenComparingLong(DaemonPodView::createdAt)
            .thenComparing(DaemonPodView::podName);

    /** Why a Pod gets an owner, and why others end with that. */
    static final String ADOPTION = "the selector matches a Pod without an owner";

    private final DaemonSetSpec spec;
    private final String revision;
    private final long generation;
    private final long now;

    private final boolean shouldRun;
    private final boolean shouldContinue;
    private final String ineligible;

    private List<DaemonPodView> existing;
    private boolean terminating;
    private final List<DaemonPodView> live = new ArrayList<>(2);
    private final List<DaemonPodView> finished = new ArrayList<>(0);

    private NodeAction action;
    private int rank = NodeAssessment.UNAVAILABLE_FIRST;
    private Candidate candidate = Candidate.NONE;
    private NodeAction granted;
    private String reason = "";
    private long deadline = Long.MAX_VALUE;

    private NodeAssessor(DaemonSetSpec spec, String revision, long generation, NodeFacts facts, long now) {
        this.spec = spec;
        this.revision = revision;
        this.generation = generation;
        this.now = now;
        Eligibility eligibility =
                facts == null ? null : Eligibility.of(facts, spec.template().requirements(), now);
        shouldRun = eligibility != null && eligibility.shouldRun();
        shouldContinue = eligibility != null && eligibility.shouldContinue();
        ineligible = eligibility == null ? "there is no such node" : eligibility.reason();
        if (shouldContinue) {
            deadline = TaintTolerance.until(
                    facts.taints(), spec.template().requirements().tolerations(), 0);
        }
    }

    /**
     * @param revision hash of the current template
     * @param generation of the DaemonSet: failures of earlier ones hold nothing back any more
     * @param facts null when there is no such node
     * @param pods of this DaemonSet on the node, in any order
     * @param claims on the node, the most urgent first
     * @param now epoch milliseconds
     */
    static NodeAssessment assess(
            DaemonSetSpec spec,
            String revision,
            long generation,
            NodeFacts facts,
            List<DaemonPodView> pods,
            List<PodClaim> claims,
            long now) {
        if (spec.deleting()) {
            return new NodeAssessment(
                    false,
                    !pods.isEmpty(),
                    false,
                    false,
                    false,
                    false,
                    false,
                    false,
                    retire(spec.deletion(), pods),
                    NodeAssessment.AVAILABLE_LAST,
                    Candidate.NONE,
                    null,
                    "the DaemonSet is being deleted",
                    Long.MAX_VALUE);
        }
        NodeAssessor assessor = new NodeAssessor(spec, revision, generation, facts, now);
        assessor.read(pods);
        if (claims.isEmpty()) {
            assessor.decide();
        } else {
            assessor.settle(claims.get(0));
        }
        return assessor.result(facts != null);
    }

    private static NodeAction retire(DaemonSetSpec.Deletion deletion, List<DaemonPodView> pods) {
        if (deletion == DaemonSetSpec.Deletion.ORPHAN) {
            return pods.isEmpty() ? null : new NodeAction.Retire(true);
        }
        boolean end =
                deletion == DaemonSetSpec.Deletion.FOREGROUND && pods.stream().anyMatch(pod -> !pod.terminating());
        return end ? new NodeAction.Retire(false) : null;
    }

    /** Whose a Pod is comes first: what else is to be done follows from it. */
    private void settle(PodClaim claim) {
        action = new NodeAction.Claim(claim, revision, spec.surge());
        reason = claim.kind() == PodClaim.Kind.RELEASE ? "the selector does not match the Pod any more" : ADOPTION;
    }

    private void read(List<DaemonPodView> pods) {
        existing = pods;
        if (pods.size() > 1) {
            existing = new ArrayList<>(pods);
            existing.sort(FIRST);
        }
        boolean hidden = false;
        for (DaemonPodView pod : existing) {
            if (pod.terminating()) {
                // A finished Pod that only a finalizer holds does not block its replacement.
                hidden |= pod.terminal();
                terminating |= !pod.terminal();
            } else if (pod.terminal()) {
                finished.add(pod);
            } else {
                live.add(pod);
            }
            if (pod.ready() && !available(pod)) {
                deadline = Math.min(deadline, pod.readySince() + spec.minReadyMillis());
            }
        }
        if (hidden) {
            existing = existing.stream()
                    .filter(pod -> !(pod.terminal() && pod.terminating()))
                    .toList();
        }
    }

    private void decide() {
        if (!shouldContinue) {
            rank = NodeAssessment.AVAILABLE_LAST;
            if (!finished.isEmpty() || !live.isEmpty()) {
                end(finished.isEmpty() ? live.get(0) : finished.get(0), "not wanted here: " + ineligible);
            } else {
                reason = terminating ? "not wanted here, terminating: " + ineligible : ineligible;
            }
        } else if (existing.isEmpty()) {
            if (shouldRun) {
                run("", "no Pod yet");
            } else {
                reason = ineligible;
            }
        } else if (finished.isEmpty() || !replaceFinished()) {
            decideLive();
        }
    }

    /** @return whether that is all to be done here for now */
    private boolean replaceFinished() {
        DaemonPodView pod = finished.get(0);
        boolean alone = live.isEmpty() && finished.size() == 1 && (!terminating || spec.surge());
        boolean outdated = spec.rollingUpdate() && !current(pod);
        boolean heldBack = pod.retryAt() > now && pod.generation() >= generation && !outdated;
        if (pod.phase().equals("Failed") && heldBack) {
            deadline = Math.min(deadline, pod.retryAt());
            reason = "the Pod failed; waiting for its back-off";
            return live.isEmpty();
        }
        // The Node holds a failed Pod's replacement back until its back-off is over; an outdated one is only to go,
        // whatever its back-off.
        if (alone && shouldRun && !outdated) {
            run(pod.podUid(), pod.phase().equals("Failed") ? "replacing the failed Pod" : "replacing the finished Pod");
        } else {
            end(pod, pod.phase().equals("Failed") ? "the Pod failed" : "the Pod finished");
        }
        return true;
    }

    private void decideLive() {
        if (live.isEmpty()) {
            if (spec.surge() && shouldRun) {
                run("", "beside the terminating Pod");
            } else {
                reason = "waiting for the terminating Pod";
            }
        } else if (spec.surge()) {
            decideSurge();
        } else if (live.size() > 1) {
            rank = NodeAssessment.AVAILABLE_LAST;
            endBesides(live.get(1), live.get(0), "one Pod too many");
        } else {
            decideReplacement(live.get(0));
        }
    }

    private void decideReplacement(DaemonPodView pod) {
        if (current(pod)) {
            reason = available(pod) ? "up to date" : "waiting for the Pod to be available";
        } else if (!spec.rollingUpdate()) {
            reason = "an older revision runs; updates on deletion only";
        } else if (!available(pod)) {
            endUnavailable(pod, "an older revision, not available");
        } else {
            candidate = Candidate.REPLACE;
            granted = new NodeAction.End(pod.podUid());
            reason = "an older revision runs; waiting for its turn";
        }
    }

    private void decideSurge() {
        DaemonPodView young = null;
        DaemonPodView old = null;
        for (DaemonPodView pod : live) {
            if (current(pod) && young == null) {
                young = pod;
            } else if (!current(pod) && old == null) {
                old = pod;
            } else {
                rank = NodeAssessment.AVAILABLE_LAST;
                endBesides(pod, current(pod) ? young : old, "one Pod too many");
                return;
            }
        }
        if (old == null) {
            reason = available(young) ? "up to date" : "waiting for the Pod to be available";
        } else if (young != null) {
            rank = NodeAssessment.AVAILABLE_LAST;
            if (available(young)) {
                endBesides(old, young, "the new Pod is available");
            } else if (!old.ready()) {
                endUnavailable(old, "an older revision, not ready, beside a new Pod");
            } else {
                reason = "waiting for the new Pod to be available";
            }
        } else if (shouldRun) {
            if (!available(old)) {
                run(old.podUid(), "beside an older revision that is not available");
            } else {
                candidate = Candidate.SURGE;
                granted = new NodeAction.Run(revision, true, old.podUid());
                reason = "an older revision runs; waiting for its turn";
            }
        } else if (!available(old)) {
            endUnavailable(old, "an older revision, not available, not wanted here: " + ineligible);
        } else {
            candidate = Candidate.LEAVE;
            granted = new NodeAction.End(old.podUid());
            reason = "not wanted here; waiting for Pods elsewhere to be available: " + ineligible;
        }
    }

    private void run(String replaces, String why) {
        action = new NodeAction.Run(revision, spec.surge(), replaces);
        reason = why;
    }

    private void end(DaemonPodView pod, String why) {
        action = new NodeAction.End(pod.podUid());
        reason = why;
    }

    private void endUnavailable(DaemonPodView pod, String why) {
        action = new NodeAction.End(pod.podUid(), pod.ready() ? pod.readySince() : 0, "");
        reason = why;
    }

    private void endBesides(DaemonPodView pod, DaemonPodView stays, String why) {
        action = new NodeAction.End(pod.podUid(), Converge.End.WHATEVER_READINESS, stays.podUid());
        reason = why;
    }

    private boolean current(DaemonPodView pod) {
        return pod.revision().equals(revision);
    }

    private boolean available(DaemonPodView pod) {
        return pod.ready() && pod.readySince() + spec.minReadyMillis() <= now;
    }

    private NodeAssessment result(boolean nodeExists) {
        DaemonPodView first = existing.isEmpty() ? null : existing.get(0);
        DaemonPodView old = null;
        DaemonPodView young = null;
        boolean several = false;
        for (DaemonPodView pod : existing) {
            if (pod.terminating()) {
                continue;
            }
            if (current(pod)) {
                several |= young != null;
                young = young == null ? pod : young;
            } else {
                several |= old != null;
                old = old == null ? pod : old;
            }
        }
        boolean counted = shouldRun || first != null;
        boolean single = !several && (old == null) != (young == null);
        boolean serving = !several && (old != null ? available(old) : young != null && available(young));
        return new NodeAssessment(
                shouldRun,
                nodeExists && first != null,
                first != null && first.ready(),
                first != null && available(first),
                first != null && current(first),
                counted && !(single && serving),
                several || old != null && young != null && !available(young),
                serving,
                action,
                rank,
                candidate,
                granted,
                reason,
                deadline);
    }
}
