package io.everynode.controlplane.runtime;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.catalog.EntityIds;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import io.everynode.objects.select.LabelSelector;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which DaemonSet a ControllerRevision belongs to, and which names of ControllerRevisions it cannot have. */
final class RevisionOwners {

    private RevisionOwners() {}

    /**
     * The DaemonSet that a new object names as its controller or, when it names none, the first by name whose selector
     * matches it and which therefore adopts it; empty for other kinds and when there is none.
     */
    static Optional<StoredObject> of(CatalogVersion catalog, Kind kind, String namespace, JsonNode object) {
        if (!kind.equals(Kinds.CONTROLLER_REVISION)) {
            return Optional.empty();
        }
        for (JsonNode owner : Json.at(object, "metadata", "ownerReferences")) {
            if (owner.path("controller").asBoolean(false)) {
                return Json.text(owner, "kind").equals(Kinds.DAEMON_SET.kind())
                                && Json.text(owner, "apiVersion").startsWith(Kinds.DAEMON_SET.group() + "/")
                        ? catalog.get(Kinds.DAEMON_SET, namespace, Json.text(owner, "name"))
                                .filter(found -> found.uid().equals(Json.text(owner, "uid")))
                        : Optional.empty();
            }
        }
        return adopter(catalog, namespace, object);
    }

    private static Optional<StoredObject> adopter(CatalogVersion catalog, String namespace, JsonNode orphan) {
        Map<String, String> labels = new HashMap<>();
        for (Map.Entry<String, JsonNode> label :
                Json.at(orphan, "metadata", "labels").properties()) {
            labels.put(label.getKey(), label.getValue().asText());
        }
        if (labels.isEmpty()) {
            return Optional.empty();
        }
        for (StoredObject daemonSet : catalog.list(Kinds.DAEMON_SET, namespace)) {
            ObjectNode tree = daemonSet.tree();
            if (!Json.at(tree, "metadata").has("deletionTimestamp")
                    && LabelSelector.of(Json.at(tree, "spec", "selector")).test(labels)) {
                return Optional.of(daemonSet);
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
