package io.everynode.controlplane.runtime;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.controlplane.catalog.BudgetedPods;
import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.catalog.Change;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.core.collection.ObjectAddress;
import io.everynode.core.disruption.BudgetCounts;
import io.everynode.core.disruption.DisruptionBudget;
import io.everynode.core.event.Caller;
import io.everynode.core.object.ObjectWrite;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Keeps the status of PodDisruptionBudgets true, by {@link DisruptionBudget}. It writes only what it has read: when an
 * eviction was faster, it looks again.
 */
final class DisruptionDuty implements Duty<ObjectAddress> {

    private static final Caller CONTROLLER = Caller.controller("disruption-controller");

    /** A rollout of many Pods is not a status for each. */
    private static final Duration BETWEEN_WRITES = Duration.ofMillis(100);

    /** Only used by the actor's thread. */
    private final Map<ObjectAddress, Instant> written = new HashMap<>();

    @Override
    public Collection<ObjectAddress> everything(CatalogVersion version) {
        written.clear();
        List<ObjectAddress> found = new ArrayList<>();
        version.list(Kinds.POD_DISRUPTION_BUDGET, "")
                .forEach(budget -> found.add(address(budget.namespace(), budget.name())));
        return found;
    }

    private static ObjectAddress address(String namespace, String name) {
        return new ObjectAddress(Kinds.POD_DISRUPTION_BUDGET, namespace, name);
    }

    @Override
    public void concerned(CatalogVersion version, Change change, Consumer<ObjectAddress> keys) {
        StoredObject object = change.object();
        if (object.kind().equals(Kinds.POD_DISRUPTION_BUDGET)) {
            keys.accept(address(object.namespace(), object.name()));
        } else if (object.kind().equals(Kinds.POD) && version.budgets().any(object.namespace())) {
            concerned(version, object, keys);
            if (change.previous() != null) {
                concerned(version, change.previous(), keys);
            }
        }
    }

    private static void concerned(CatalogVersion version, StoredObject pod, Consumer<ObjectAddress> keys) {
        version.budgets()
                .selecting(pod.namespace(), pod.labels())
                .forEach(name -> keys.accept(address(pod.namespace(), name)));
    }

    @Override
    public Todo decide(CatalogVersion version, ObjectAddress key, Instant now) {
        StoredObject budget = version.get(Kinds.POD_DISRUPTION_BUDGET, key.namespace(), key.name())
                .orElse(null);
        if (budget == null || budget.terminating()) {
            written.remove(key);
            return Todo.NOTHING;
        }
        ObjectNode tree = budget.tree();
        DisruptionBudget.Synced synced = DisruptionBudget.sync(
                tree, version.budgets().counts(key.namespace(), key.name()), pod -> healthy(version, key, pod), now);
        Duration again = synced.recheckAt() == null ? null : Duration.between(now, synced.recheckAt());
        if (synced.status().equals(tree.path("status"))) {
            return new Todo(List.of(), again);
        }
        Instant earliest = written.getOrDefault(key, Instant.EPOCH).plus(BETWEEN_WRITES);
        if (now.isBefore(earliest)) {
            return new Todo(List.of(), Duration.between(now, earliest));
        }
        written.put(key, now);
        tree.set("status", synced.status());
        Json.child(tree, "metadata").remove("resourceVersion");
        ObjectWrite write = new ObjectWrite.Replace("status", tree, CleanupWrites.same(budget));
        return new Todo(List.of(CleanupWrites.write(budget, write, budget.resourceVersion(), CONTROLLER, now)), again);
    }

    /** Whether the budget counts this Pod among the healthy ones. */
    private static boolean healthy(CatalogVersion version, ObjectAddress budget, String name) {
        StoredObject object = version.get(Kinds.POD, budget.namespace(), name).orElse(null);
        BudgetCounts.Pod pod = BudgetedPods.pod(object);
        return pod != null
                && pod.ready()
                && !pod.terminating()
                && version.budgets().selecting(budget.namespace(), pod.labels()).contains(budget.name());
    }
}
