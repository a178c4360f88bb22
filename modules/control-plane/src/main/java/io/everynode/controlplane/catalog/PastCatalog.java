package io.everynode.controlplane.catalog;

import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A version of the last changes, seen from a later one: what has changed since is taken back, the rest is the later
 * version's. For reads of an exact version; costs one look at each change since. Immutable.
 */
final class PastCatalog implements Catalog {

    private final Catalog later;
    private final long version;

    /** What was there then, of the objects that have changed since; empty for one that was not there. */
    private final Map<Kind, TreeMap<ObjectKey, Optional<StoredObject>>> then = new HashMap<>();

    /**
     * @param later the version of the last of the changes
     * @param newestFirst every change after the version
     */
    PastCatalog(Catalog later, long version, List<Change> newestFirst) {
        this.later = later;
        this.version = version;
        for (Change change : newestFirst) {
            StoredObject object = change.object();
            // The oldest change of an object is looked at last, and knows what was before it.
            then.computeIfAbsent(object.kind(), kind -> new TreeMap<>())
                    .put(key(object), Optional.ofNullable(change.previous()));
        }
    }

    private static ObjectKey key(StoredObject object) {
        return new ObjectKey(object.namespace(), object.name());
    }

    private TreeMap<ObjectKey, Optional<StoredObject>> changed(Kind kind) {
        return then.getOrDefault(kind, new TreeMap<>());
    }

    @Override
    public long resourceVersion() {
        return version;
    }

    @Override
    public Optional<StoredObject> get(Kind kind, String namespace, String name) {
        Optional<StoredObject> was = changed(kind).get(new ObjectKey(namespace, name));
        return was != null ? was : later.get(kind, namespace, name);
    }

    @Override
    public Iterable<StoredObject> list(Kind kind, String namespace) {
        return merged(
                kind,
                later.list(kind, namespace),
                object -> namespace.isEmpty() || namespace.equals(object.namespace()));
    }

    @Override
    public Iterable<StoredObject> listAfter(Kind kind, String namespace, String afterNamespace, String afterName) {
        ObjectKey after = new ObjectKey(afterNamespace, afterName);
        return merged(
                kind,
                later.listAfter(kind, namespace, afterNamespace, afterName),
                object -> (namespace.isEmpty() || namespace.equals(object.namespace()))
                        && key(object).compareTo(after) > 0);
    }

    @Override
    public Iterable<StoredObject> podsOnNode(String node) {
        return merged(
                Kinds.POD,
                later.podsOnNode(node),
                object -> CatalogVersion.nodeOf(object).equals(node));
    }

    private Iterable<StoredObject> merged(
            Kind kind, Iterable<StoredObject> now, java.util.function.Predicate<StoredObject> wanted) {
        TreeMap<ObjectKey, Optional<StoredObject>> changed = changed(kind);
        List<StoredObject> all = new ArrayList<>();
        for (StoredObject object : now) {
            if (!changed.containsKey(key(object))) {
                all.add(object);
            }
        }
        int unchanged = all.size();
        changed.values().forEach(was -> was.filter(wanted).ifPresent(all::add));
        if (all.size() > unchanged) {
            all.sort(java.util.Comparator.comparing(PastCatalog::key));
        }
        return all;
    }

    @Override
    public int count(Kind kind) {
        int count = later.count(kind);
        for (Map.Entry<ObjectKey, Optional<StoredObject>> was : changed(kind).entrySet()) {
            ObjectKey key = was.getKey();
            boolean isThere = later.get(kind, key.namespace(), key.name()).isPresent();
            count += (was.getValue().isPresent() ? 1 : 0) - (isThere ? 1 : 0);
        }
        return count;
    }
}
