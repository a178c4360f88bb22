package io.everynode.apiserver.form;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import org.apache.pekko.util.ByteString;

/** Small parts that forms share. */
final class Pieces {

    private Pieces() {}

    static ByteString bytes(ObjectNode tree) {
        return ByteString.fromArrayUnsafe(Json.encode(tree));
    }

    /** The tree's bytes with its last brace replaced by the beginning of an array field. */
    static ByteString openArray(ObjectNode tree, String field) {
        byte[] whole = Json.encode(tree);
        return ByteString.fromArrayUnsafe(whole, 0, whole.length - 1)
                .concat(ByteString.fromString(",\"" + field + "\":["));
    }

    static ObjectNode bookmarkMeta(long version, boolean endOfInitialEvents) {
        ObjectNode meta = Json.object();
        meta.put("resourceVersion", String.valueOf(version));
        meta.putNull("creationTimestamp");
        if (endOfInitialEvents) {
            meta.putObject("annotations").put("k8s.io/initial-events-end", "true");
        }
        return meta;
    }

    static ObjectNode partial(String apiVersion, ObjectNode object) {
        ObjectNode partial = Json.object();
        partial.put("kind", "PartialObjectMetadata").put("apiVersion", apiVersion);
        partial.set("metadata", object.path("metadata"));
        return partial;
    }
}
