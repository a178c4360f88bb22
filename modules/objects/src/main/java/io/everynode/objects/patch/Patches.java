package io.everynode.objects.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Kind;
import io.everynode.objects.Outcome;
import io.everynode.objects.schema.ObjectType;
import io.everynode.objects.schema.Schemas;
import java.util.function.Supplier;

/** Applies the three kinds of patches to an object's tree. Pure; the current tree is never changed. */
public final class Patches {

    private Patches() {}

    /**
     * Neither argument is changed, and the result shares no node with them, so that it may be changed freely.
     *
     * @param current the object as it is
     * @param patch the parsed body: an array for JSON, else an object
     * @return the patched tree, not yet defaulted or validated; refused with upstream's code and message when the patch
     *     cannot apply
     */
    public static Outcome<ObjectNode> apply(PatchType type, Kind kind, ObjectNode current, JsonNode patch) {
        return apply(type, () -> Schemas.of(kind), current, patch);
    }

    static Outcome<ObjectNode> apply(PatchType type, Supplier<ObjectType> schema, ObjectNode current, JsonNode patch) {
        try {
            return Outcome.done(
                    switch (type) {
                        case JSON -> JsonPatch.apply(current.deepCopy(), patch);
                        case MERGE -> {
                            ObjectNode target = current.deepCopy();
                            MergePatch.apply(target, object(patch, "error decoding patch: " + noObject(patch)));
                            yield target;
                        }
                        case STRATEGIC -> {
                            yield StrategicMerge.apply(
                                    current.deepCopy(), object(patch, noObject(patch)), schema.get());
                        }
                    });
        } catch (PatchRefusal e) {
            return Outcome.refused(e.status());
        }
    }

    private static String noObject(JsonNode patch) {
        return "json: cannot unmarshal " + JsonPatch.typeName(patch) + " into Go value of type map[string]interface {}";
    }

    private static ObjectNode object(JsonNode patch, String otherwise) {
        if (patch instanceof ObjectNode object) {
            return object;
        }
        throw PatchRefusal.malformed(otherwise);
    }
}
