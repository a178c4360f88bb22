package io.everynode.core.scheduling;

import java.util.Map;

/**
 * A Pod that is on a node or on its way to it, ordinary or daemon, as other Pods see it. Immutable.
 *
 * @param terminating counts for affinity, no more for spreading
 */
record ExistingPod(
        String uid, String namespace, Map<String, String> labels, PodAffinity affinity, boolean terminating) {}
