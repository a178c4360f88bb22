package io.everynode.objects.apply;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.TreeMap;

/**
 * Who owns which fields after an update or an apply, and what an apply makes of the object (structured-merge-diff,
 * merge/update.go). Values are whole objects without managedFields.
 *
 * @param form of the kind's objects
 * @param ignored fields that the endpoint does not write
 */
record Ownership(ValueForm form, FieldSet ignored) {

    /** What every object has and nobody owns (managedfields/internal/stripmeta.go). */
    private static final FieldSet NOBODYS = FieldSet.ofFields(
            "apiVersion",
            "kind",
            "metadata",
            "metadata.name",
            "metadata.namespace",
            "metadata.creationTimestamp",
            "metadata.selfLink",
            "metadata.uid",
            "metadata.clusterName",
            "metadata.generation",
            "metadata.managedFields",
            "metadata.resourceVersion");

    /**
     * @param object null when there are conflicts
     * @param managers changed in place by what made it
     * @param conflicts fields of others that the configuration would change, by manager; empty when it was done
     */
    record Applied(JsonNode object, Map<ManagerKey, ManagedEntry> managers, Map<ManagerKey, FieldSet> conflicts) {}

    /** Whoever updates gets what it has changed and takes it from the others. @return what it took, maybe nothing */
    FieldSet update(JsonNode live, JsonNode next, Map<ManagerKey, ManagedEntry> managers) {
        Comparison comparison = Comparison.of(form, live, next);
        Comparison counted = comparison.without(ignored);
        takeFromOthers(managers, null, counted.taken(), counted.removed());
        return comparison
                .taken()
                .difference(comparison.removed())
                .recursiveDifference(ignored)
                .difference(NOBODYS);
    }

    /** @param managers not changed */
    Applied apply(
            JsonNode live,
            JsonNode config,
            FieldSet configFields,
            ManagerKey applier,
            String apiVersion,
            Map<ManagerKey, ManagedEntry> managers,
            boolean force) {
        Map<ManagerKey, ManagedEntry> after = new TreeMap<>(managers);
        ManagedEntry last = managers.get(applier);
        FieldSet set = configFields.recursiveDifference(ignored);
        after.put(applier, new ManagedEntry(set, apiVersion, last == null ? "" : last.time()));
        JsonNode merged = ConfigMerge.merge(form, live, config);
        JsonNode next = last == null || last.fields().isEmpty() ? merged : prune(merged, after, last.fields());
        Comparison comparison = Comparison.of(form, live, next).without(ignored);
        Map<ManagerKey, FieldSet> conflicts = new TreeMap<>();
        if (!force) {
            FieldSet taken = comparison.taken();
            after.forEach((manager, entry) -> {
                FieldSet common = entry.fields().intersection(taken);
                if (!manager.equals(applier) && !common.isEmpty()) {
                    conflicts.put(manager, common);
                }
            });
        }
        if (!conflicts.isEmpty()) {
            return new Applied(null, managers, conflicts);
        }
        takeFromOthers(after, applier, comparison.taken(), comparison.removed());
        FieldSet owned = after.get(applier).fields().difference(NOBODYS);
        if (owned.isEmpty()) {
            after.remove(applier);
        } else {
            after.put(applier, after.get(applier).withFields(owned));
        }
        return new Applied(next, after, conflicts);
    }

    private static void takeFromOthers(
            Map<ManagerKey, ManagedEntry> managers, ManagerKey except, FieldSet taken, FieldSet removed) {
        FieldSet lost = taken.union(removed);
        if (lost.isEmpty()) {
            return;
        }
        managers.replaceAll((manager, entry) ->
                manager.equals(except) ? entry : entry.withFields(entry.fields().difference(lost)));
        managers.entrySet()
                .removeIf(entry -> !entry.getKey().equals(except)
                        && entry.getValue().fields().isEmpty());
    }

    /**
     * Removes what the applier had last time and applies no longer, unless somebody else owns it. What nobody owned
     * stays, unless it lies in something that goes.
     */
    private JsonNode prune(JsonNode merged, Map<ManagerKey, ManagedEntry> managers, FieldSet last) {
        FieldSet lastNamed = last.withNamedFields(form);
        FieldSet all = OwnedFields.of(form, merged).withNamedFields(form);
        FieldSet owned = new FieldSet();
        for (ManagedEntry entry : managers.values()) {
            owned = owned.union(entry.fields());
        }
        JsonNode pruned = FieldRemoval.remove(form, merged, lastNamed);
        FieldSet kept = OwnedFields.of(form, pruned).withNamedFields(form).union(owned.withNamedFields(form));
        JsonNode withOwned = FieldRemoval.remove(form, merged, all.difference(kept));
        FieldSet present = OwnedFields.of(form, withOwned).withNamedFields(form);
        return FieldRemoval.remove(form, merged, all.difference(present).intersection(lastNamed));
    }
}
