package io.everynode.controlplane.invariants;

import static io.everynode.controlplane.invariants.BrokenInvariant.require;

import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.catalog.Change;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Invariant I4 as a client sees it: versions grow, an event changes one object of a kind at most, and who follows all
 * changes has the catalog.
 */
public final class WatchFold {

    private final Map<Kind, Map<String, StoredObject>> objects = new HashMap<>();
    private final Set<Kind> changedAtVersion = new HashSet<>();
    private long version;
    private boolean eventsExpired;

    /** Watches of Events end here; they are not followed any more. */
    public void eventsExpired() {
        eventsExpired = true;
        objects.remove(Kinds.EVENT);
    }

    public void follow(List<Change> changes) {
        for (Change change : changes) {
            StoredObject object = change.object();
            require(change.version() >= version, "I4", "change %s after version %d", change, version);
            if (change.version() > version) {
                changedAtVersion.clear();
                version = change.version();
            }
            require(changedAtVersion.add(object.kind()), "I4", "two changes of a %s at %d", object.kind(), version);
            require(object.resourceVersion() == version, "I4", "%s changed at %d", object, version);
            if (eventsExpired && object.kind().equals(Kinds.EVENT)) {
                continue;
            }
            Map<String, StoredObject> ofKind = objects.computeIfAbsent(object.kind(), kind -> new HashMap<>());
            String key = object.namespace() + "/" + object.name();
            StoredObject before = change.type() == Change.Type.REMOVED ? ofKind.remove(key) : ofKind.put(key, object);
            require(
                    (before == null) == (change.type() == Change.Type.ADDED),
                    "I4",
                    "%s of %s, a watcher had %s",
                    change.type(),
                    object,
                    before);
            require(
                    before == null || before.uid().equals(object.uid()),
                    "I4",
                    "%s became another object without its removal: %s, %s",
                    object,
                    before == null ? "" : before.uid(),
                    object.uid());
        }
    }

    public void compare(CatalogVersion catalog) {
        for (Kind kind : Kinds.all()) {
            if (kind.equals(Kinds.EVENT) && eventsExpired) {
                continue;
            }
            Map<String, StoredObject> watched = objects.getOrDefault(kind, Map.of());
            require(
                    watched.size() == catalog.count(kind),
                    "I4",
                    "a watcher has %d of %s, the catalog %d",
                    watched.size(),
                    kind,
                    catalog.count(kind));
            for (StoredObject object : catalog.list(kind, "")) {
                StoredObject seen = watched.get(object.namespace() + "/" + object.name());
                require(
                        seen != null && seen.resourceVersion() == object.resourceVersion(),
                        "I4",
                        "a watcher has %s, the catalog %s",
                        seen,
                        object);
            }
        }
    }
}
