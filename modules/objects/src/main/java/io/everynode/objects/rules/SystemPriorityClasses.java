package io.everynode.objects.rules;

import java.util.Map;

/** The PriorityClasses that every cluster has (pkg/apis/scheduling/v1/helpers.go). They cannot be deleted. */
public final class SystemPriorityClasses {

    /** Their values by name. */
    public static final Map<String, Integer> VALUES =
            Map.of("system-cluster-critical", 2_000_000_000, "system-node-critical", 2_000_001_000);

    /** Their descriptions by name. */
    public static final Map<String, String> DESCRIPTIONS = Map.of(
            "system-cluster-critical",
            "Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.",
            "system-node-critical",
            "Used for system critical pods that must not be moved from their current node.");

    private SystemPriorityClasses() {}
}
