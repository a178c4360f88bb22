package io.everynode.controlplane.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.controlplane.journal.PersistenceIds;
import io.everynode.core.node.NodeState;
import io.everynode.core.pod.PodState;
import io.everynode.core.scheduling.PodBudget;
import io.everynode.core.scheduling.PodName;
import io.everynode.core.scheduling.Scheduler;
import io.everynode.core.scheduling.SchedulerView;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import io.everynode.objects.select.LabelSelector;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** One version of the catalog as the scheduler reads it. */
public record CatalogSchedulerView(CatalogVersion catalog) implements SchedulerView {

    /** Tells a new scheduler of everything; walks the catalog. */
    public void introduceTo(Scheduler scheduler) {
        scheduler.nodesTouched(catalog.nodes().keySet());
        List<String> waiting = new ArrayList<>();
        catalog.nodes().forEach((name, state) -> {
            if (state.pods().values().stream().anyMatch(pod -> !pod.bound())) {
                waiting.add(name);
            }
        });
        scheduler.daemonPodsWait(waiting);
        List<PodName> pods = new ArrayList<>();
        for (StoredObject pod : catalog.list(Kinds.POD, "")) {
            if (!(pod instanceof StoredDaemonPod)) {
                pods.add(new PodName(pod.namespace(), pod.name()));
            }
        }
        scheduler.podsTouched(this, pods);
    }

    @Override
    public long version() {
        return catalog.resourceVersion();
    }

    @Override
    public NodeState node(String name) {
        return catalog.node(name);
    }

    @Override
    public PodState pod(PodName name) {
        PodState state = catalog.pods().get(PersistenceIds.encode(EntityIds.POD, name.namespace(), name.name()));
        return state == null || catalog.hiddenPods().containsKey(state.uid()) ? null : state;
    }

    @Override
    public JsonNode template(String hash) {
        SharedTemplate template = catalog.templates().get(hash);
        return template == null ? null : template.tree();
    }

    @Override
    public Map<String, String> namespaceLabels(String namespace) {
        return catalog.get(Kinds.NAMESPACE, "", namespace)
                .map(StoredObject::labels)
                .orElse(Map.of());
    }

    @Override
    public List<PodBudget> budgets(PodName name) {
        if (!catalog.budgets().any(name.namespace())) {
            return List.of();
        }
        StoredObject pod = catalog.get(Kinds.POD, name.namespace(), name.name()).orElse(null);
        List<PodBudget> budgets = new ArrayList<>();
        // Those of an empty selector hold for evictions alone; here they select nothing.
        if (pod != null && !pod.labels().isEmpty()) {
            for (String budget : catalog.budgets().selecting(name.namespace(), pod.labels())) {
                catalog.get(Kinds.POD_DISRUPTION_BUDGET, name.namespace(), budget)
                        .map(StoredObject::tree)
                        .filter(tree -> !Json.at(tree, "spec", "selector").isEmpty())
                        .ifPresent(tree -> budgets.add(new PodBudget(
                                name.namespace() + "/" + budget,
                                Json.at(tree, "status", "disruptionsAllowed").asInt(0),
                                Json.at(tree, "status", "disruptedPods").has(name.name()))));
            }
        }
        return budgets;
    }

    @Override
    public Set<String> namespaces(LabelSelector selector) {
        Set<String> names = new TreeSet<>();
        for (StoredObject namespace : catalog.list(Kinds.NAMESPACE, "")) {
            if (selector.test(namespace.labels())) {
                names.add(namespace.name());
            }
        }
        return names;
    }
}
