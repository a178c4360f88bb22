package io.everynode.core.scheduling;

import io.everynode.core.placement.HostPort;
import io.everynode.core.placement.NodeFacts;
import io.everynode.core.placement.Resources;
import java.util.Set;

/**
 * A node as the scheduler sees it. Immutable; the caller must not change the set of ports.
 *
 * @param requested the sum of the requests of the Pods on the node
 * @param pods how many Pods are on the node
 * @param usedPorts the ports these Pods claim
 */
public record NodeView(NodeFacts node, Resources requested, int pods, Set<HostPort> usedPorts) {}
