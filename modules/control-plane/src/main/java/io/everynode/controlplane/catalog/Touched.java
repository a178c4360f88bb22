package io.everynode.controlplane.catalog;

import io.everynode.core.scheduling.PodName;
import java.util.Set;

/**
 * Whose entities journaled something, also what changes no object of the API: a node's answer, a released reservation,
 * a Pod's proposal.
 *
 * @param nodes by name
 * @param pods ordinary Pods
 * @param hiddenSlots slots whose Pod is hidden, as another has its name, or was until it went
 */
public record Touched(Set<String> nodes, Set<PodName> pods, Set<HiddenSlot> hiddenSlots) {

    /** Where a DaemonSet's Pod changed and no change of an object tells it. */
    public record HiddenSlot(String namespace, String daemonSet, String node) {}

    public Touched(Set<String> nodes, Set<PodName> pods) {
        this(nodes, pods, Set.of());
    }

    public boolean isEmpty() {
        return nodes.isEmpty() && pods.isEmpty();
    }
}
