package io.everynode.controlplane.catalog;

import io.everynode.core.scheduling.PodName;
import java.util.Set;

/**
 * Whose entities journaled something, also what changes no object of the API: a node's answer, a released reservation,
 * a Pod's proposal.
 *
 * @param nodes by name
 * @param pods ordinary Pods
 */
public record Touched(Set<String> nodes, Set<PodName> pods) {

    public boolean isEmpty() {
        return nodes.isEmpty() && pods.isEmpty();
    }
}
