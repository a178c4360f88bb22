package io.everynode.core.scheduling;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.core.node.NodeState;
import io.everynode.core.pod.PodState;
import io.everynode.objects.select.LabelSelector;
import java.util.List;
import java.util.Map;
import java.util.Set;

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

    /** The labels of a namespace; empty for an unknown one. */
    Map<String, String> namespaceLabels(String namespace);

    /** The PodDisruptionBudgets that select a Pod, daemon Pods too. */
    List<PodBudget> budgets(PodName pod);

    /** The namespaces with such labels. Takes time in proportion to the namespaces. */
    Set<String> namespaces(LabelSelector selector);
}
