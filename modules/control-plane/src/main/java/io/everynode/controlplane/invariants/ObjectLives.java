package io.everynode.controlplane.invariants;

import static io.everynode.controlplane.invariants.BrokenInvariant.require;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.core.daemonset.DaemonSetEvent;
import io.everynode.core.daemonset.DaemonSetState;
import io.everynode.core.daemonset.Revision;
import io.everynode.core.event.Caller;
import io.everynode.core.node.DaemonPod;
import io.everynode.core.node.NodeEvent;
import io.everynode.core.node.NodeState;
import io.everynode.core.object.DeletionFinalizers;
import io.everynode.core.object.JsonBytes;
import io.everynode.core.pod.PodEvent;
import io.everynode.core.pod.PodState;
import io.everynode.objects.Json;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * What must hold in the life of one object, after every persist: a Pod that has ended stays so, what a finalizer holds
 * is not removed, and nothing of a history goes away by itself (I7).
 */
public final class ObjectLives {

    /** Whose write may take the last finalizer away, which is one with the removal. */
    private final Predicate<Caller> releasers;

    /** @param releasers whose removals may be of what a finalizer held until then */
    public ObjectLives(Predicate<Caller> releasers) {
        this.releasers = releasers;
    }

    /**
     * An entity has persisted something.
     *
     * @param before its state, null for none
     * @param after its state, null for none
     */
    public void check(String id, Object before, Object after, List<StoredEvent> rows) {
        if (before instanceof NodeState was && after instanceof NodeState is) {
            daemonPods(id, was, is, rows);
        } else if (before instanceof PodState was && after instanceof PodState is) {
            pod(id, was, is, rows);
        } else if (before instanceof DaemonSetState was && after instanceof DaemonSetState is) {
            daemonSet(id, was, is, rows);
        }
    }

    private boolean released(List<StoredEvent> rows) {
        return releasers.test(rows.get(0).recorded().meta().caller());
    }

    private static boolean terminal(String phase) {
        return phase.equals("Failed") || phase.equals("Succeeded");
    }

    private void daemonPods(String id, NodeState before, NodeState after, List<StoredEvent> rows) {
        boolean nodeGone = released(rows);
        for (StoredEvent row : rows) {
            nodeGone |= row.recorded().event() instanceof NodeEvent.Removed;
        }
        for (DaemonPod pod : before.pods().values()) {
            DaemonPod next = after.pods().get(pod.uid());
            require(
                    next != null || nodeGone || !pod.held(),
                    "finalizers",
                    "%s removed %s, which a finalizer holds",
                    id,
                    pod.name());
            require(
                    next == null || !terminal(pod.phase()) || next.phase().equals(pod.phase()),
                    "terminal",
                    "%s of %s was %s and is %s",
                    pod.name(),
                    id,
                    pod.phase(),
                    next == null ? "" : next.phase());
            require(
                    next == null || !pod.terminating() || next.terminating(),
                    "terminal",
                    "%s of %s was ending and is not",
                    pod.name(),
                    id);
        }
    }

    private void pod(String id, PodState before, PodState after, List<StoredEvent> rows) {
        if (before.object() == null) {
            return;
        }
        for (StoredEvent row : rows) {
            require(
                    !(row.recorded().event() instanceof PodEvent.Removed) || released(rows) || !held(before.object()),
                    "finalizers",
                    "%s was removed, a finalizer holds it",
                    id);
        }
        if (after.object() != null && after.uid().equals(before.uid())) {
            String was = Json.text(before.object().tree(), "status", "phase");
            String is = Json.text(after.object().tree(), "status", "phase");
            require(!terminal(was) || is.equals(was), "terminal", "%s was %s and is %s", id, was, is);
            String node = Json.text(before.object().tree(), "spec", "nodeName");
            String nextNode = Json.text(after.object().tree(), "spec", "nodeName");
            require(node.isEmpty() || node.equals(nextNode), "terminal", "%s went from %s to %s", id, node, nextNode);
        }
        require(after.lastAttempt() >= before.lastAttempt(), "terminal", "%s counts its attempts anew", id);
    }

    private void daemonSet(String id, DaemonSetState before, DaemonSetState after, List<StoredEvent> rows) {
        if (before.current() == null) {
            return;
        }
        Map<String, Revision> left = new HashMap<>(before.current().revisions());
        boolean removed = false;
        for (StoredEvent row : rows) {
            if (row.recorded().event() instanceof DaemonSetEvent.Removed
                    || row.recorded().event() instanceof DaemonSetEvent.Orphaned) {
                removed = true;
                require(
                        released(rows) || !held(before.current().object()),
                        "finalizers",
                        "%s was removed, a finalizer holds it",
                        id);
            } else if (row.recorded().event() instanceof DaemonSetEvent.RevisionTrimmed trimmed) {
                left.remove(trimmed.hash());
            } else if (row.recorded().event() instanceof DaemonSetEvent.RevisionReleased released) {
                left.remove(released.hash());
            }
        }
        if (!removed && after.current() != null) {
            for (Revision revision : left.values()) {
                Revision now = after.current().revisions().get(revision.hash());
                require(
                        now != null && now.number() >= revision.number(),
                        "I7",
                        "%s lost its revision %s",
                        id,
                        revision);
            }
            require(
                    after.current().generation() >= before.current().generation(),
                    "generation",
                    "%s went from generation %d to %d",
                    id,
                    before.current().generation(),
                    after.current().generation());
        }
    }

    /** By a client; what waits for dependents is taken away by whoever looks after them. */
    private static boolean held(JsonBytes object) {
        if (object != null) {
            for (JsonNode finalizer : Json.at(object.tree(), "metadata", "finalizers")) {
                String name = finalizer.asText();
                if (!name.equals(DeletionFinalizers.ORPHAN) && !name.equals(DeletionFinalizers.FOREGROUND)) {
                    return true;
                }
            }
        }
        return false;
    }
}
