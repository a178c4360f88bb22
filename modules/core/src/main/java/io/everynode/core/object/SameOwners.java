package io.everynode.core.object;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import java.nio.charset.StandardCharsets;

/**
 * Keeps managedFields out of events of Pods and Nodes that did not change them: {@code "managedFields": null} in an
 * event's object says that they are as they were. Events that were written before say nothing and hold none.
 */
public final class SameOwners {

    private static final String NAME = "managedFields";

    /** As compact JSON has it; within a text its quotes would be escaped. */
    private static final byte[] MARK = ("\"" + NAME + "\":null").getBytes(StandardCharsets.UTF_8);

    private SameOwners() {}

    /**
     * The object for an event.
     *
     * @param next with its managedFields; not changed
     * @param before null when the object is new
     */
    public static JsonBytes shorten(ObjectNode next, ObjectNode before) {
        JsonNode owners = Json.at(next, "metadata", NAME);
        if (before == null || owners.isEmpty() || !owners.equals(Json.at(before, "metadata", NAME))) {
            return JsonBytes.of(next);
        }
        ObjectNode metadata = Json.object();
        metadata.setAll((ObjectNode) next.get("metadata"));
        metadata.putNull(NAME);
        ObjectNode shortened = Json.object();
        shortened.setAll(next);
        shortened.set("metadata", metadata);
        return JsonBytes.of(shortened);
    }

    /**
     * The whole object of an event.
     *
     * @param before as the object was before the event; null when it is new
     */
    public static JsonBytes restore(JsonBytes event, JsonBytes before) {
        if (before == null || !marked(event.utf8())) {
            return event;
        }
        ObjectNode tree = event.tree();
        if (!Json.at(tree, "metadata", NAME).isNull()) {
            return event;
        }
        JsonNode owners = Json.at(before.tree(), "metadata", NAME);
        if (owners.isMissingNode()) {
            Json.child(tree, "metadata").remove(NAME);
        } else {
            Json.child(tree, "metadata").set(NAME, owners);
        }
        return JsonBytes.of(tree);
    }

    /** The mark stands in the metadata, which comes first, so that this seldom looks far where it is there. */
    private static boolean marked(byte[] json) {
        int last = json.length - MARK.length;
        for (int at = 0; at <= last; at++) {
            if (json[at] == MARK[0] && json[at + 1] == MARK[1] && at(json, at)) {
                return true;
            }
        }
        return false;
    }

    private static boolean at(byte[] json, int from) {
        for (int i = 0; i < MARK.length; i++) {
            if (json[from + i] != MARK[i]) {
                return false;
            }
        }
        return true;
    }
}
