package io.everynode.controlplane.catalog;

import io.everynode.core.daemonset.DaemonPodView;
import io.everynode.core.daemonset.DaemonSetPlanner;
import io.everynode.core.daemonset.DaemonSetState;
import io.everynode.core.daemonset.Incarnation;
import io.everynode.core.daemonset.PodClaim;
import io.everynode.core.node.DaemonPod;
import io.everynode.core.node.NodeState;
import io.everynode.objects.select.LabelSelector;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * What a catalog shows one DaemonSet of one node: its facts, the Pods of the DaemonSet's UIDs there, and Pods whose
 * ownership is to be settled. Immutable.
 */
public final class FleetObservation {

    private final String node;
    private final NodeState state;
    private final DaemonSetState daemonSet;
    private final Map<String, List<DaemonPodView>> pods = new HashMap<>();
    private final List<PodClaim> claims = new ArrayList<>(0);

    /** @param shown what becomes of each Pod's view; null hides it */
    public FleetObservation(
            CatalogVersion version, String node, DaemonSetState daemonSet, UnaryOperator<DaemonPodView> shown) {
        this.node = node;
        this.state = version.node(node);
        this.daemonSet = daemonSet;
        Incarnation current = daemonSet.current();
        for (DaemonPod pod : state.pods().values()) {
            if (pod.owner().daemonSet().equals(daemonSet.name())
                    && pod.namespace().equals(daemonSet.namespace())) {
                DaemonPodView view = shown.apply(pod.view(node, state.retryAt(pod.daemonSetUid())));
                if (view != null) {
                    pods.computeIfAbsent(pod.daemonSetUid(), uid -> new ArrayList<>(2))
                            .add(view);
                }
                if (current != null
                        && current.uid().equals(pod.daemonSetUid())
                        && PodClaim.stray(pod, current.spec().selector())) {
                    claims.add(new PodClaim(PodClaim.Kind.RELEASE, pod.uid(), pod.name()));
                }
            }
        }
        if (current != null && state.exists()) {
            addOrphans(version, current);
        }
    }

    private void addOrphans(CatalogVersion version, Incarnation current) {
        for (OrphanPod orphan : version.orphans().on(node)) {
            LabelSelector selector = current.spec().selector();
            if (orphan.namespace().equals(daemonSet.namespace())
                    && PodClaim.wanted(orphan.labels(), orphan.controller(), selector, current.uid())) {
                claims.add(new PodClaim(
                        orphan.kept() ? PodClaim.Kind.ADOPT : PodClaim.Kind.HAND_OVER, orphan.uid(), orphan.name()));
            }
        }
    }

    public void reportTo(DaemonSetPlanner planner, Instant now) {
        planner.observeNode(node, state.facts(), now);
        if (daemonSet.current() != null) {
            String uid = daemonSet.current().uid();
            planner.observePods(uid, node, pods.getOrDefault(uid, List.of()), now);
            planner.observeClaims(uid, node, claims, now);
        }
        for (String uid : daemonSet.retiring().keySet()) {
            planner.observePods(uid, node, pods.getOrDefault(uid, List.of()), now);
        }
    }
}
