package io.everynode.controlplane.catalog;

import io.everynode.core.scheduling.PodName;
import java.util.Set;

/**
 * Whose entities journaled something, also what changes no object of the API: a node's answer, a released reservation,
 * a Pod's proposal.
 *
 * @param nodes by name
 * @param pods ordinary Pods
 * @param waiting those of the nodes on which a daemon Pod began to wait for room, or waits for another reason
 */
public record Touched(Set<String> nodes, Set<PodName> pods, Set<String> waiting) {

    public boolean isEmpty() {
        return nodes.isEmpty() && pods.isEmpty();
    }
}
