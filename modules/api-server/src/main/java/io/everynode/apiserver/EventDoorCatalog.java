package io.everynode.apiserver;

import io.everynode.controlplane.catalog.Catalog;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import java.util.Iterator;
import java.util.Optional;

/** A version of the catalog that shows Events in both forms. */
record EventDoorCatalog(Catalog inner) implements Catalog {

    @Override
    public long resourceVersion() {
        return inner.resourceVersion();
    }

    @Override
    public Optional<StoredObject> get(Kind kind, String namespace, String name) {
        return isDoor(kind)
                ? inner.get(Kinds.EVENT, namespace, name).map(ShownEvent::of)
                : inner.get(kind, namespace, name);
    }

    @Override
    public Iterable<StoredObject> list(Kind kind, String namespace) {
        return isDoor(kind) ? shown(inner.list(Kinds.EVENT, namespace)) : inner.list(kind, namespace);
    }

    @Override
    public Iterable<StoredObject> listAfter(Kind kind, String namespace, String afterNamespace, String afterName) {
        return isDoor(kind)
                ? shown(inner.listAfter(Kinds.EVENT, namespace, afterNamespace, afterName))
                : inner.listAfter(kind, namespace, afterNamespace, afterName);
    }

    @Override
    public Iterable<StoredObject> podsOnNode(String node) {
        return inner.podsOnNode(node);
    }

    @Override
    public int count(Kind kind) {
        return inner.count(isDoor(kind) ? Kinds.EVENT : kind);
    }

    private static boolean isDoor(Kind kind) {
        return kind.equals(Kinds.EVENT_OF_OWN_GROUP);
    }

    private static Iterable<StoredObject> shown(Iterable<StoredObject> events) {
        return () -> {
            Iterator<StoredObject> all = events.iterator();
            return new Iterator<>() {
                @Override
                public boolean hasNext() {
                    return all.hasNext();
                }

                @Override
                public StoredObject next() {
                    return ShownEvent.of(all.next());
                }
            };
        };
    }
}
