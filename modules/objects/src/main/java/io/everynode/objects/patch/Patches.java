package io.everynode.objects.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Kind;
import io.everynode.objects.Outcome;

/** Applies the three kinds of patches to an object's tree. Pure; the current tree is never changed. */
public final class Patches {

    private Patches() {}

    /**
     * @param current the object as it is
     * @param patch the parsed body: an array for JSON, else an object
     * @return the patched tree, not yet defaulted or validated; refused with upstream's code and message when the patch cannot apply
     */
    public static Outcome<ObjectNode> apply(PatchType type, Kind kind, ObjectNode current, JsonNode patch) {
        throw new UnsupportedOperationException();
    }
}
