package io.everynode.nodes.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.nodes.api.SeenObject;
import io.everynode.objects.Json;
import java.util.Arrays;

/**
 * An object as it stands in an answer, with what was read in passing. Immutable. Keeps the answer's bytes; a fleet
 * keeps no object.
 *
 * @param version as the server writes it
 * @param source holds the object's JSON from {@code begin} to before {@code end}
 */
record HttpObject(
        String namespace,
        String name,
        String uid,
        String version,
        boolean deleting,
        boolean ready,
        String node,
        byte[] source,
        int begin,
        int end)
        implements SeenObject {

    @Override
    public long resourceVersion() {
        try {
            return Long.parseLong(version);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    @Override
    public ObjectNode tree() {
        return Json.parse(begin == 0 && end == source.length ? source : Arrays.copyOfRange(source, begin, end));
    }
}
