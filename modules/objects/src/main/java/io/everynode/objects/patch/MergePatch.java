package io.everynode.objects.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import java.util.Map;

/** JSON merge patch (RFC 7396). */
final class MergePatch {

    private MergePatch() {}

    /** Changes the target in place; the patch stays as it is and shares no node with the target. */
    static void apply(ObjectNode target, ObjectNode patch) {
        for (Map.Entry<String, JsonNode> member : patch.properties()) {
            String name = member.getKey();
            JsonNode value = member.getValue();
            if (value.isNull()) {
                target.remove(name);
            } else if (value instanceof ObjectNode inner) {
                // A member that is no object yet starts from an empty one, so that nulls of the patch never arrive.
                ObjectNode into = target.get(name) instanceof ObjectNode existing ? existing : Json.object();
                apply(into, inner);
                target.set(name, into);
            } else {
                target.set(name, value.deepCopy());
            }
        }
    }
}
