package io.everynode.core.daemonset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.object.ControllerRef;
import io.everynode.core.object.JsonBytes;
import io.everynode.objects.Json;
import io.everynode.objects.select.LabelSelector;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.pcollections.PMap;

/**
 * The ControllerRevisions that orphaned DaemonSets of one name have left behind. They stay with the entity of that
 * name, so that the next DaemonSet of it can adopt them in the persist that creates it
 * (pkg/controller/daemon/update.go: controlledHistories). Pure.
 */
final class LeftRevisions {

    private LeftRevisions() {}

    /** The revision as it is without its DaemonSet. */
    static Revision released(DaemonSetState state, Revision revision, long sequence) {
        String uid = state.current().uid();
        ObjectNode object = DaemonSetRenderer.revision(state.namespace(), state.name(), uid, revision);
        ControllerRef.remove(object, uid);
        return revision.as(revision.hash(), JsonBytes.of(object), sequence);
    }

    static Revision adopted(Revision left, DaemonSetEvent.RevisionAdopted event, String daemonSet, long sequence) {
        ObjectNode object = left.written().tree();
        ControllerRef.setDaemonSet(object, daemonSet, event.uid());
        return left.as(event.hash(), JsonBytes.of(object), sequence);
    }

    /**
     * What a DaemonSet adopts when it is created, by name.
     *
     * @param object the DaemonSet
     */
    static List<DaemonSetEvent.RevisionAdopted> adoptions(String uid, ObjectNode object, PMap<String, Revision> left) {
        Set<String> taken = new HashSet<>();
        List<DaemonSetEvent.RevisionAdopted> adoptions = new ArrayList<>();
        for (Revision revision : left.values()) {
            ObjectNode tree = revision.written().tree();
            String hash = hash(tree, taken);
            if (!hash.isEmpty() && adoptable(tree, object)) {
                taken.add(hash);
                adoptions.add(new DaemonSetEvent.RevisionAdopted(uid, revision.name(), hash));
            }
        }
        return adoptions;
    }

    /** @param daemonSet the object that would own it */
    static boolean adoptable(ObjectNode revision, ObjectNode daemonSet) {
        JsonNode metadata = revision.path("metadata");
        if (metadata.has("deletionTimestamp")
                || Json.at(daemonSet, "metadata").has("deletionTimestamp")
                || !ControllerRef.of(revision).equals(ControllerRef.NONE)) {
            return false;
        }
        Map<String, String> labels = new HashMap<>();
        metadata.path("labels")
                .properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
        return !labels.isEmpty()
                && LabelSelector.of(Json.at(daemonSet, "spec", "selector")).test(labels);
    }

    /**
     * By what a DaemonSet knows this revision, besides those it knows: upstream takes the name for the hash where the
     * label is missing, and so does this where the label is taken. "" when both are.
     */
    static String hash(JsonNode revision, Set<String> taken) {
        String label = Json.text(revision, "metadata", "labels", DaemonSetRenderer.REVISION_HASH_LABEL);
        for (String hash : List.of(label, Json.text(revision, "metadata", "name"))) {
            if (!hash.isEmpty() && !taken.contains(hash)) {
                return hash;
            }
        }
        return "";
    }
}
