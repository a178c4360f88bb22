package io.everynode.controlplane.catalog;

import io.everynode.core.collection.Collectable;
import io.everynode.core.collection.ObjectAddress;
import io.everynode.core.collection.OwnerGraph;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import java.util.Collection;
import java.util.Optional;

/** The garbage collector's look at one version of the catalog. */
public record CatalogOwners(CatalogVersion version) implements OwnerGraph {

    @Override
    public Optional<Collectable> get(ObjectAddress address) {
        return version.get(address.kind(), address.namespace(), address.name()).map(StoredObject::collectable);
    }

    @Override
    public Collection<Collectable> dependents(String ownerUid) {
        return version.owners().dependents(ownerUid);
    }

    /** One look per namespace, where a search by UID would need an index of all objects for a mistake that is rare. */
    @Override
    public boolean existsAnywhere(Kind kind, String name, String uid) {
        for (StoredObject namespace : version.list(Kinds.NAMESPACE, "")) {
            if (version.get(kind, namespace.name(), name)
                    .filter(object -> object.uid().equals(uid))
                    .isPresent()) {
                return true;
            }
        }
        return false;
    }
}
