package io.everynode.core.object;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.ApiStatus;
import java.util.Map;
import java.util.Optional;

/**
 * How large an object may become. Bodies are bounded by themselves, but patches could grow an object without end; a
 * message between JVMs and a row of the journal must hold it.
 */
final class StoredSize {

    /** etcd's bound of a request, which is upstream's bound of an object: 1.5 MiB. */
    static final long LIMIT = 1536 * 1024;

    private StoredSize() {}

    /**
     * Why the object cannot be stored; empty when it can. One that was larger before there was a limit may stay as
     * large.
     *
     * @param current null for a new object
     */
    static Optional<ApiStatus> refusal(ObjectNode current, ObjectNode next) {
        long size = size(next);
        if (size <= LIMIT || current != null && size <= size(current)) {
            return Optional.empty();
        }
        return Optional.of(ApiStatus.requestTooLarge("Request entity too large: limit of a stored object is " + LIMIT));
    }

    /** About the length of the object's JSON; never above it by more than the separators. */
    private static long size(JsonNode node) {
        long size = 2;
        if (node.isTextual()) {
            return size + node.textValue().length();
        }
        if (node.isObject()) {
            for (Map.Entry<String, JsonNode> field : node.properties()) {
                size += field.getKey().length() + 4 + size(field.getValue());
            }
            return size;
        }
        for (JsonNode element : node) {
            size += 1 + size(element);
        }
        return size;
    }
}
