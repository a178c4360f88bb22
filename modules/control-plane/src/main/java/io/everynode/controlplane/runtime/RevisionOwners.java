package io.everynode.controlplane.runtime;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.catalog.EntityIds;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Which DaemonSet a ControllerRevision belongs to, and which names of ControllerRevisions it cannot have. */
final class RevisionOwners {

    private RevisionOwners() {}

    /** The DaemonSet that a new object names as its controller; empty for other kinds and when there is none. */
    static Optional<StoredObject> of(CatalogVersion catalog, Kind kind, String namespace, JsonNode object) {
        if (!kind.equals(Kinds.CONTROLLER_REVISION)) {
            return Optional.empty();
        }
        for (JsonNode owner : Json.at(object, "metadata", "ownerReferences")) {
            if (owner.path("controller").asBoolean(false)
                    && Json.text(owner, "kind").equals(Kinds.DAEMON_SET.kind())
                    && Json.text(owner, "apiVersion").startsWith(Kinds.DAEMON_SET.group() + "/")) {
                return catalog.get(Kinds.DAEMON_SET, namespace, Json.text(owner, "name"))
                        .filter(found -> found.uid().equals(Json.text(owner, "uid")));
            }
        }
        return Optional.empty();
    }

    /**
     * For a DaemonSet the names of ControllerRevisions in its namespace that begin like its own and are not its own; a
     * new revision avoids them (AlreadyExists with other content in upstream's snapshot).
     */
    static Set<String> takenNames(CatalogVersion catalog, Kind kind, String namespace, String name) {
        if (!kind.equals(Kinds.DAEMON_SET)) {
            return Set.of();
        }
        String own = EntityIds.namespaced(namespace, name);
        Set<String> taken = new HashSet<>();
        for (StoredObject revision : catalog.list(Kinds.CONTROLLER_REVISION, namespace)) {
            boolean ours = EntityIds.isOfDaemonSet(revision)
                    && EntityIds.entityId(revision.persistenceId()).equals(own);
            if (!ours && revision.name().startsWith(name + "-")) {
                taken.add(revision.name());
            }
        }
        return taken;
    }
}
