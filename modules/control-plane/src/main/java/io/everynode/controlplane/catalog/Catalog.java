package io.everynode.controlplane.catalog;

import io.everynode.objects.Kind;
import java.util.Optional;

/**
 * All objects at one version: an immutable fold of the journal. Every read, plan and page works on one such version.
 */
public interface Catalog {

    /** The journal's ordering up to which everything is in here; no atomic persist is cut in half. */
    long resourceVersion();

    Optional<StoredObject> get(Kind kind, String namespace, String name);

    /**
     * Objects of a kind sorted by namespace, then name.
     *
     * @param namespace "" for all
     */
    Iterable<StoredObject> list(Kind kind, String namespace);

    /** The same, beginning after the given object; for further pages. */
    Iterable<StoredObject> listAfter(Kind kind, String namespace, String afterNamespace, String afterName);

    /** Pods with this spec.nodeName, sorted by namespace, then name. */
    Iterable<StoredObject> podsOnNode(String node);

    int count(Kind kind);
}
