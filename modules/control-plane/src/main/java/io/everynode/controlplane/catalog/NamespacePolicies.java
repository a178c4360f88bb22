package io.everynode.controlplane.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.everynode.core.podsecurity.NamespacePolicy;
import io.everynode.core.podsecurity.PodSecurityDefaults;
import io.everynode.objects.Kinds;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What the Pods of namespaces are held to, read again only when a Namespace changed. Thread-safe. */
public final class NamespacePolicies {

    private record Read(Object objects, Map<String, NamespacePolicy> byNamespace) {}

    private final PodSecurityDefaults defaults;
    private volatile Read last = new Read(null, Map.of());

    public NamespacePolicies(PodSecurityDefaults defaults) {
        this.defaults = defaults;
    }

    public NamespacePolicy of(CatalogVersion version, String namespace) {
        Object objects = version.of(Kinds.NAMESPACE);
        Read known = last;
        // Versions share the map of a kind as long as nothing of the kind changes.
        if (known.objects() != objects) {
            known = new Read(objects, new ConcurrentHashMap<>());
            last = known;
        }
        return known.byNamespace().computeIfAbsent(namespace, one -> read(version, one));
    }

    private NamespacePolicy read(CatalogVersion version, String namespace) {
        JsonNode object = version.get(Kinds.NAMESPACE, "", namespace)
                .<JsonNode>map(StoredObject::tree)
                .orElse(MissingNode.getInstance());
        return of(namespace, object);
    }

    /** Of a Namespace as it is or would be. */
    public NamespacePolicy of(String namespace, JsonNode object) {
        return defaults.of(namespace, object);
    }
}
