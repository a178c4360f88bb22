package io.everynode.controlplane.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.disruption.BudgetCounts;
import io.everynode.core.object.ControllerRef;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import io.everynode.objects.select.LabelSelector;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;
import org.pcollections.TreePMap;

/**
 * The Pods that each PodDisruptionBudget selects, counted Pod by Pod as they change, so that nobody has to look at all.
 * A namespace without budgets costs one look. Immutable.
 */
public final class BudgetedPods {

    static final BudgetedPods NONE = new BudgetedPods(HashTreePMap.empty());

    /** @param spec the selector as written, to tell another one from it */
    private record Budget(JsonNode spec, LabelSelector selector, BudgetCounts counts) {

        Budget plus(BudgetCounts.Pod pod, int times) {
            return pod != null && selector.test(pod.labels())
                    ? new Budget(spec, selector, counts.plus(pod, times))
                    : this;
        }
    }

    private final PMap<String, TreePMap<String, Budget>> byNamespace;

    private BudgetedPods(PMap<String, TreePMap<String, Budget>> byNamespace) {
        this.byNamespace = byNamespace;
    }

    /** Names of the namespace's budgets that select Pods with these labels. */
    public List<String> selecting(String namespace, Map<String, String> labels) {
        List<String> names = new ArrayList<>();
        of(namespace).forEach((name, budget) -> {
            if (budget.selector().test(labels)) {
                names.add(name);
            }
        });
        return names;
    }

    /** Whether the namespace has any budgets. */
    public boolean any(String namespace) {
        return byNamespace.containsKey(namespace);
    }

    public BudgetCounts counts(String namespace, String name) {
        Budget budget = of(namespace).get(name);
        return budget == null ? BudgetCounts.NONE : budget.counts();
    }

    private TreePMap<String, Budget> of(String namespace) {
        return byNamespace.getOrDefault(namespace, TreePMap.empty());
    }

    /**
     * An object changed, came ({@code before} null) or went ({@code after} null).
     *
     * @param podsIn all Pods of a namespace as they are now; asked for when a budget selects others than before
     */
    BudgetedPods changed(StoredObject before, StoredObject after, Function<String, Iterable<StoredObject>> podsIn) {
        StoredObject one = after == null ? before : after;
        boolean budget = one.kind().equals(Kinds.POD_DISRUPTION_BUDGET);
        if (!budget && (!one.kind().equals(Kinds.POD) || !any(one.namespace()))) {
            return this;
        }
        TreePMap<String, Budget> known = of(one.namespace());
        TreePMap<String, Budget> now = budget ? withBudget(known, one, after, podsIn) : withPod(known, before, after);
        if (now == known) {
            return this;
        }
        return new BudgetedPods(
                now.isEmpty() ? byNamespace.minus(one.namespace()) : byNamespace.plus(one.namespace(), now));
    }

    /** Counts the Pods of a version's budgets. */
    static BudgetedPods counted(Iterable<StoredObject> budgets, Function<String, Iterable<StoredObject>> podsIn) {
        BudgetedPods all = NONE;
        for (StoredObject budget : budgets) {
            all = all.changed(null, budget, podsIn);
        }
        return all;
    }

    private static TreePMap<String, Budget> withBudget(
            TreePMap<String, Budget> budgets,
            StoredObject one,
            StoredObject after,
            Function<String, Iterable<StoredObject>> podsIn) {
        if (after == null) {
            return budgets.minus(one.name());
        }
        JsonNode spec = Json.at(after.tree(), "spec", "selector");
        Budget before = budgets.get(one.name());
        if (before != null && before.spec().equals(spec)) {
            return budgets;
        }
        Budget counted = new Budget(spec, LabelSelector.of(spec), BudgetCounts.NONE);
        for (StoredObject pod : podsIn.apply(one.namespace())) {
            counted = counted.plus(pod(pod), 1);
        }
        return budgets.plus(one.name(), counted);
    }

    private static TreePMap<String, Budget> withPod(
            TreePMap<String, Budget> budgets, StoredObject before, StoredObject after) {
        BudgetCounts.Pod was = pod(before);
        BudgetCounts.Pod is = pod(after);
        if (was != null && was.equals(is)) {
            return budgets;
        }
        TreePMap<String, Budget> next = budgets;
        for (Map.Entry<String, Budget> entry : budgets.entrySet()) {
            Budget now = entry.getValue().plus(was, -1).plus(is, 1);
            if (!now.counts().equals(entry.getValue().counts())) {
                next = next.plus(entry.getKey(), now);
            }
        }
        return next;
    }

    /** Null for null. */
    public static BudgetCounts.Pod pod(StoredObject object) {
        if (object == null) {
            return null;
        }
        if (object instanceof StoredDaemonPod daemon) {
            return new BudgetCounts.Pod(
                    daemon.labels(),
                    daemon.pod().ready(),
                    daemon.terminating(),
                    daemon.pod().controller());
        }
        ObjectNode tree = object.tree();
        boolean ready = false;
        for (JsonNode condition : Json.at(tree, "status", "conditions")) {
            ready |= Json.text(condition, "type").equals("Ready")
                    && Json.text(condition, "status").equals("True");
        }
        return new BudgetCounts.Pod(object.labels(), ready, object.terminating(), ControllerRef.of(tree));
    }
}
