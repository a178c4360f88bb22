package io.everynode.controlplane.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.node.NodeState;
import io.everynode.core.object.JsonBytes;
import io.everynode.core.pod.PodState;
import io.everynode.core.scheduling.PodBudget;
import io.everynode.core.scheduling.PodName;
import io.everynode.core.scheduling.SchedulerView;
import io.everynode.objects.Json;
import io.everynode.objects.select.LabelSelector;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** For a planted fault: the scheduler does not read what keeps ordinary Pods apart. */
record ViewWithoutAntiAffinity(SchedulerView view) implements SchedulerView {

    @Override
    public PodState pod(PodName name) {
        PodState state = view.pod(name);
        if (state == null || state.object() == null) {
            return state;
        }
        ObjectNode pod = state.object().tree();
        if (Json.at(pod, "spec", "affinity") instanceof ObjectNode affinity) {
            affinity.remove("podAntiAffinity");
        }
        return new PodState(
                JsonBytes.of(pod), state.uid(), state.sequenceNumber(), state.claims(), state.lastAttempt());
    }

    @Override
    public long version() {
        return view.version();
    }

    @Override
    public NodeState node(String name) {
        return view.node(name);
    }

    @Override
    public JsonNode template(String hash) {
        return view.template(hash);
    }

    @Override
    public Map<String, String> namespaceLabels(String namespace) {
        return view.namespaceLabels(namespace);
    }

    @Override
    public List<PodBudget> budgets(PodName pod) {
        return view.budgets(pod);
    }

    @Override
    public Set<String> namespaces(LabelSelector selector) {
        return view.namespaces(selector);
    }
}
