package io.everynode.core.daemonset;

import java.util.Optional;

/**
 * What the planner wants of one node now, and why. The reason also answers why there is nothing to do.
 *
 * @param action empty when nothing is to be done, or only with a grant
 */
public record NodePlan(String node, Optional<NodeAction> action, String reason) {}
