package io.everynode.controlplane.simulation;

import io.everynode.controlplane.catalog.CatalogOwners;
import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.catalog.EntityIds;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.core.collection.CollectionStep;
import io.everynode.core.collection.OwnerCollection;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import java.util.List;

/** What must be true of namespaces and owners once faults have stopped: what is missing for it, or "". */
final class SettledOwners {

    private SettledOwners() {}

    static String missing(CatalogVersion catalog) {
        for (Kind kind : Kinds.all()) {
            for (StoredObject object : catalog.list(kind, "")) {
                if (object.terminating()) {
                    return object + " is still terminating: " + object.finalizers();
                }
                if (EntityIds.isView(object)) {
                    continue;
                }
                if (!object.namespace().isEmpty()
                        && catalog.get(Kinds.NAMESPACE, "", object.namespace()).isEmpty()) {
                    return object + " is in a namespace that is not there";
                }
                List<CollectionStep> steps = OwnerCollection.decide(
                        new CatalogOwners(catalog), object.collectable().address());
                if (!steps.isEmpty() && !(steps.get(0) instanceof CollectionStep.WarnOfNamespace)) {
                    return object + " has owners to be looked after: " + steps;
                }
            }
        }
        return "";
    }
}
