package io.everynode.objects.decode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * A body as a tree, before it is checked.
 *
 * @param root any JSON value
 * @param duplicates keys that an object had more than once, by the object itself; its tree holds the last value
 */
record Parsed(JsonNode root, Map<ObjectNode, Set<String>> duplicates) {

    static Parsed withoutDuplicates(JsonNode root) {
        return new Parsed(root, Map.of());
    }

    /** Collects duplicate keys while a tree is built; objects are told apart by identity. */
    static final class Duplicates {

        private final Map<ObjectNode, Set<String>> found = new IdentityHashMap<>();

        void add(ObjectNode object, String key) {
            found.computeIfAbsent(object, o -> new LinkedHashSet<>()).add(key);
        }

        Map<ObjectNode, Set<String>> found() {
            return found;
        }
    }
}
