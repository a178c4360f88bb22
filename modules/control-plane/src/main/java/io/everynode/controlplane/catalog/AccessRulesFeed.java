package io.everynode.controlplane.catalog;

import io.everynode.core.authorization.AccessRules;
import io.everynode.objects.Kind;
import java.util.List;

/**
 * Keeps {@link AccessRules} beside the catalog: folded from its changes, at each version that is published as new as
 * that. Thread-safe.
 */
public final class AccessRulesFeed implements ChangeListener {

    /** Null until the first version is published. */
    private volatile AccessRules current;

    /** All roles and bindings of a catalog. */
    public static AccessRules of(Catalog catalog) {
        AccessRules rules = AccessRules.NONE;
        for (Kind kind : AccessRules.KINDS) {
            for (StoredObject object : catalog.list(kind, "")) {
                rules = rules.with(kind, object.namespace(), object.name(), object.tree());
            }
        }
        return rules;
    }

    /** @param catalog asked only if no version was published yet */
    public AccessRules current(Catalog catalog) {
        AccessRules rules = current;
        return rules == null ? of(catalog) : rules;
    }

    @Override
    public void published(CatalogVersion version, List<Change> changes) {
        AccessRules rules = current;
        if (rules == null) {
            // A catalog may begin with what a checkpoint holds, of which no change is told.
            current = of(version);
            return;
        }
        for (Change change : changes) {
            StoredObject object = change.object();
            if (AccessRules.KINDS.contains(object.kind())) {
                rules = change.type() == Change.Type.REMOVED
                        ? rules.without(object.kind(), object.namespace(), object.name())
                        : rules.with(object.kind(), object.namespace(), object.name(), object.tree());
            }
        }
        current = rules;
    }
}
