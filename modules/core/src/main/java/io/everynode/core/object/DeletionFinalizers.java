package io.everynode.core.object;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import java.util.Set;

/**
 * The finalizers by which a deleted object waits for its dependents (deletionFinalizersForGarbageCollection in
 * apiserver/pkg/registry/generic/registry/store.go). Pure.
 */
public final class DeletionFinalizers {

    /** The dependents lose their owner first. */
    public static final String ORPHAN = "orphan";

    /** The dependents go first. */
    public static final String FOREGROUND = "foregroundDeletion";

    /** Events own nothing. */
    private static final Set<Kind> WITHOUT = Set.of(Kinds.EVENT);

    private DeletionFinalizers() {}

    /**
     * Changes the object's finalizers to those of the propagation; others stay, and a client that left the propagation
     * open leaves all as they are.
     *
     * @return whether they are others now
     */
    static boolean apply(Kind kind, ObjectNode object, ObjectWrite.Propagation propagation) {
        if (WITHOUT.contains(kind) || propagation == ObjectWrite.Propagation.DEFAULT) {
            return false;
        }
        JsonNode before = Json.at(object, "metadata", "finalizers").deepCopy();
        remove(object, ORPHAN);
        remove(object, FOREGROUND);
        if (propagation != ObjectWrite.Propagation.BACKGROUND) {
            ObjectNode metadata = Json.child(object, "metadata");
            ArrayNode finalizers =
                    metadata.get("finalizers") instanceof ArrayNode present ? present : metadata.putArray("finalizers");
            finalizers.add(propagation == ObjectWrite.Propagation.ORPHAN ? ORPHAN : FOREGROUND);
        }
        return !before.equals(Json.at(object, "metadata", "finalizers"));
    }

    public static boolean has(JsonNode object, String finalizer) {
        for (JsonNode one : Json.at(object, "metadata", "finalizers")) {
            if (one.asText().equals(finalizer)) {
                return true;
            }
        }
        return false;
    }

    /** An empty list is taken away with its last one. */
    public static void remove(ObjectNode object, String finalizer) {
        ObjectNode metadata = Json.child(object, "metadata");
        if (metadata.get("finalizers") instanceof ArrayNode present) {
            ArrayNode others = Json.object().arrayNode();
            for (JsonNode one : present) {
                if (!one.asText().equals(finalizer)) {
                    others.add(one);
                }
            }
            if (others.isEmpty()) {
                metadata.remove("finalizers");
            } else {
                metadata.set("finalizers", others);
            }
        }
    }
}
