package io.everynode.controlplane.runtime;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.catalog.Change;
import io.everynode.controlplane.catalog.StoredDaemonPod;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.core.collection.ObjectAddress;
import io.everynode.objects.Kinds;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Pods that are deleted before they got a node: no runtime confirms their end (gcUnscheduledTerminating of
 * pkg/controller/podgc/gc_controller.go). Without finalizers they go at once; those that are held become Failed.
 */
final class UnboundPodsDuty implements Duty<ObjectAddress> {

    @Override
    public Collection<ObjectAddress> everything(CatalogVersion version) {
        List<ObjectAddress> found = new ArrayList<>();
        for (StoredObject pod : version.list(Kinds.POD, "")) {
            if (concerns(pod)) {
                found.add(pod.collectable().address());
            }
        }
        return found;
    }

    private static boolean concerns(StoredObject pod) {
        return pod.terminating()
                && !(pod instanceof StoredDaemonPod)
                && CatalogVersion.nodeOf(pod).isEmpty();
    }

    @Override
    public void concerned(CatalogVersion version, Change change, Consumer<ObjectAddress> keys) {
        StoredObject object = change.object();
        if (object.kind().equals(Kinds.POD) && change.type() != Change.Type.REMOVED && concerns(object)) {
            keys.accept(object.collectable().address());
        }
    }

    @Override
    public Todo decide(CatalogVersion version, ObjectAddress key, Instant now) {
        Optional<StoredObject> pod = version.get(key.kind(), key.namespace(), key.name());
        if (pod.isEmpty() || !concerns(pod.get())) {
            return Todo.NOTHING;
        }
        ObjectNode tree = pod.get().tree();
        return NodePodsDuty.waitsForFinalizers(tree)
                ? Todo.NOTHING
                : Todo.of(List.of(CleanupWrites.fail(pod.get(), "", "", NodePodsDuty.COLLECTOR, now)));
    }
}
