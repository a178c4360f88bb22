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
 * @param waiting those of the nodes on which a daemon Pod began to wait for room, or waits for another reason
 */
public record Touched(Set<String> nodes, Set<PodName> pods, Set<HiddenSlot> hiddenSlots, Set<String> waiting) {

    /** Where a DaemonSet's Pod changed and no change of an object tells it. */
    public record HiddenSlot(String namespace, String daemonSet, String node) {}

    /** For the scheduler. */
    public Touched(Set<String> nodes, Set<PodName> pods, Set<String> waiting) {
        this(nodes, pods, Set.of(), waiting);
    }

    public boolean isEmpty() {
        return nodes.isEmpty() && pods.isEmpty();
    }
}
