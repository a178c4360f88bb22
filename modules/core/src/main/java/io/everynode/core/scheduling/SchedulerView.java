package io.everynode.core.scheduling;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.core.node.NodeState;
import io.everynode.core.pod.PodState;

/** What the scheduler reads: one version of the catalog. Every answer comes without a walk over the catalog. */
public interface SchedulerView {

    /** The resourceVersion that all answers are of. */
    long version();

    /** The Node's state; one without object where there is no such node. Never null. */
    NodeState node(String name);

    /** The ordinary Pod's state; null where there is no ordinary Pod of this name. */
    PodState pod(PodName name);

    /** The admitted template of daemon Pods; null for an unknown hash. Nobody changes it. */
    JsonNode template(String hash);
}
