package io.everynode.controlplane.simulation;

import static io.everynode.controlplane.invariants.BrokenInvariant.require;

import io.everynode.core.daemonset.DaemonSetSpec;
import io.everynode.core.daemonset.DaemonSetState;
import io.everynode.core.daemonset.Incarnation;
import io.everynode.core.node.DaemonPod;
import io.everynode.core.node.NodeState;
import io.everynode.core.placement.Eligibility;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.LongConsumer;

/**
 * In a settled cluster an image that never becomes ready is rolled out: it must stop exactly at the budget, not before
 * and not after it (I6), and undoing it must leave every Pod alone that it did not touch.
 */
final class BrokenRollout {

    private static final long LONG_ENOUGH = 90_000;

    private final Cluster cluster;
    private final Clients clients;
    private final LongConsumer runFor;

    BrokenRollout(Cluster cluster, Clients clients, LongConsumer runFor) {
        this.cluster = cluster;
        this.clients = clients;
        this.runFor = runFor;
    }

    void tryAll() {
        for (Map.Entry<String, Object> entry : Map.copyOf(
                        cluster.invariants().truth().states())
                .entrySet()
                .stream()
                .sorted(Map.Entry.comparingByKey())
                .toList()) {
            if (entry.getValue() instanceof DaemonSetState state
                    && state.current() != null
                    && state.current().spec().rollingUpdate()
                    && allRunEverywhere(state.current())) {
                rollOut(entry.getKey(), state);
            }
        }
    }

    private static boolean wanted(NodeState node, DaemonSetSpec spec) {
        return node.facts() != null
                && Eligibility.of(node.facts(), spec.template().requirements()).shouldRun();
    }

    /** Only then is it known how many may be touched. A second Pod must find room on each node, too. */
    private boolean allRunEverywhere(Incarnation current) {
        for (Object state : cluster.invariants().truth().states().values()) {
            if (state instanceof NodeState node && node.exists()) {
                boolean wanted = wanted(node, current.spec());
                long left =
                        node.facts().allocatable().milliCpu() - node.requested().milliCpu();
                if (wanted && (node.podsOf(current.uid()).isEmpty() || left < 200)
                        || !wanted && !node.podsOf(current.uid()).isEmpty()) {
                    return false;
                }
                for (DaemonPod pod : node.podsOf(current.uid())) {
                    if (!pod.ready() || !pod.owner().revision().equals(current.currentRevision())) {
                        return false;
                    }
                }
            }
        }
        return true;
    }

    private void rollOut(String id, DaemonSetState before) {
        DaemonSetSpec spec = before.current().spec();
        Set<String> old = live(before.current().uid());
        int desired = 0;
        for (Object state : cluster.invariants().truth().states().values()) {
            desired += state instanceof NodeState node && wanted(node, spec) ? 1 : 0;
        }
        int expected = Math.min(desired, spec.surge() ? spec.maxSurge().of(desired) : spec.unavailableBudget(desired));
        clients.image(new Clients.Name(before.namespace(), before.name()), "app:" + SimKubelet.BROKEN + "-too");
        runFor.accept(LONG_ENOUGH);
        Set<String> now = live(before.current().uid());
        Set<String> added = new HashSet<>(now);
        added.removeAll(old);
        require(
                added.size() == expected,
                "I6",
                "%s: a broken rollout made %d Pods, its budget is %d of %d nodes",
                id,
                added.size(),
                expected,
                desired);
        Set<String> untouched = new HashSet<>(old);
        untouched.retainAll(now);
        require(
                untouched.size() == (spec.surge() ? desired : desired - expected),
                "I6",
                "%s: a broken rollout left %d of %d Pods, its budget is %d",
                id,
                untouched.size(),
                old.size(),
                expected);
        clients.image(new Clients.Name(before.namespace(), before.name()), "app:good");
        runFor.accept(LONG_ENOUGH);
        Set<String> after = live(before.current().uid());
        require(
                after.containsAll(untouched) && after.size() == desired,
                "I6",
                "%s: undoing a broken rollout left %s of %s, for %d nodes",
                id,
                after,
                untouched,
                desired);
        String missing = new Settled(cluster).missing();
        require(missing.isEmpty(), "I2", "%s after a broken rollout was undone: %s", id, missing);
    }

    private Set<String> live(String uid) {
        Set<String> pods = new HashSet<>();
        for (Object state : cluster.invariants().truth().states().values()) {
            if (state instanceof NodeState node) {
                node.podsOf(uid).stream().filter(DaemonPod::live).forEach(pod -> pods.add(pod.uid()));
            }
        }
        return pods;
    }
}
