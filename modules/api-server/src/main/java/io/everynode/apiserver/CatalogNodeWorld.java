package io.everynode.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.controlplane.catalog.Catalog;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.core.authorization.NodeWorld;
import io.everynode.core.authorization.PodReferences;
import io.everynode.objects.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What nodes may see, told from one version of the catalog by its index of Pods by node. */
record CatalogNodeWorld(Catalog catalog, PodReferencesCache references) implements NodeWorld {

    @Override
    public Iterable<PodReferences> podsOn(String node, String namespace) {
        List<PodReferences> found = new ArrayList<>();
        for (StoredObject pod : catalog.podsOnNode(node)) {
            if (pod.namespace().equals(namespace)) {
                found.add(references.of(pod));
            }
        }
        return found;
    }

    @Override
    public Optional<ObjectNode> object(Kind kind, String namespace, String name) {
        return catalog.get(kind, namespace, name).map(StoredObject::tree);
    }
}
