package io.everynode.objects.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Merges lists for {@link StrategicMerge}: of objects by merge key, of primitives as sets. The order of the result:
 * elements of the patch keep the order of {@code $setElementOrder} (or else of the patch), all others that of the
 * object, and the two are interleaved by the object's order where it knows both.
 */
final class ListMerge {

    static final String BAD_ORDER = "invalid patch format of setElementOrder list";

    private static final int MAX_SHOWN = 500;

    private ListMerge() {}

    static ArrayNode merge(ArrayNode existing, ArrayNode patch, FieldRule rule) {
        requireOneType(rule, existing, patch);
        List<JsonNode> before = elements(existing);
        if (rule.mergeKey().isEmpty()) {
            List<JsonNode> merged = distinct(before, elements(patch));
            return ordered(merged, elements(patch), before, "");
        }
        Set<Object> deleted = new HashSet<>();
        List<JsonNode> changes = new ArrayList<>();
        boolean replace = false;
        for (JsonNode element : patch) {
            JsonNode directive = element.get(Directives.PATCH);
            if (directive == null) {
                changes.add(element);
            } else {
                switch (directive.asText("")) {
                    case Directives.DELETE -> deleted.add(keyOf(element, rule.mergeKey()));
                    case Directives.REPLACE -> replace = true;
                    case Directives.MERGE ->
                        throw PatchRefusal.malformed("merging lists cannot yet be specified in the patch");
                    default -> throw Directives.unknown(directive);
                }
            }
        }
        if (replace) {
            changes.forEach(element -> keyOf(element, rule.mergeKey()));
            return (ArrayNode) Directives.content(existing.arrayNode().addAll(changes));
        }
        List<JsonNode> kept = before.stream()
                .filter(element -> !deleted.contains(keyOf(element, rule.mergeKey())))
                .toList();
        return ordered(mergedObjects(kept, changes, rule), changes, kept, rule.mergeKey());
    }

    /**
     * As {@link #merge}, with the order that {@code $setElementOrder} gives.
     *
     * @param existing null when the object has no such list
     * @param patch null when the patch changes only the order
     */
    static ArrayNode mergeInOrder(ArrayNode existing, ArrayNode patch, ArrayNode order, FieldRule rule) {
        String mergeKey = rule.mergeKey();
        requireOneType(rule, order);
        if (patch != null) {
            requireOneType(rule, patch);
            requireSubsequence(patch, order, mergeKey);
        }
        ArrayNode merged;
        if (patch == null) {
            requireOneType(rule, existing);
            merged = existing;
        } else if (existing == null || !rule.merges()) {
            merged = (ArrayNode) Directives.content(patch);
        } else {
            merged = merge(existing, patch, rule);
        }
        return ordered(elements(merged), elements(order), existing == null ? List.of() : elements(existing), mergeKey);
    }

    /** The list without the values of the other. */
    static ArrayNode without(ArrayNode existing, ArrayNode deleted) {
        Set<Object> gone = new HashSet<>();
        deleted.forEach(value -> gone.add(JsonValues.key(value)));
        ArrayNode rest = existing.arrayNode();
        for (JsonNode value : existing) {
            if (!gone.contains(JsonValues.key(value))) {
                rest.add(value);
            }
        }
        return rest;
    }

    private static List<JsonNode> mergedObjects(List<JsonNode> existing, List<JsonNode> changes, FieldRule rule) {
        List<JsonNode> merged = new ArrayList<>(existing);
        Map<Object, Integer> places = places(existing, rule.mergeKey());
        for (JsonNode change : changes) {
            Object key = keyOf(change, rule.mergeKey());
            Integer place = places.get(key);
            if (place == null) {
                places.put(key, merged.size());
                merged.add(Directives.content(change));
            } else {
                ObjectNode into = (ObjectNode) merged.get(place);
                merged.set(place, StrategicMerge.merge(into, (ObjectNode) change, rule.element()));
            }
        }
        return merged;
    }

    private static List<JsonNode> distinct(List<JsonNode> first, List<JsonNode> second) {
        Set<Object> seen = new HashSet<>();
        List<JsonNode> all = new ArrayList<>();
        for (List<JsonNode> values : List.of(first, second)) {
            for (JsonNode value : values) {
                if (seen.add(JsonValues.key(value))) {
                    all.add(value);
                }
            }
        }
        return all;
    }

    /**
     * @param wanted the order of those elements that it names
     * @param before the order of all others, and how the two kinds interleave
     */
    private static ArrayNode ordered(
            List<JsonNode> merged, List<JsonNode> wanted, List<JsonNode> before, String mergeKey) {
        Map<Object, Integer> wantedPlaces = places(wanted, mergeKey);
        Map<Object, Integer> placesBefore = places(before, mergeKey);
        List<JsonNode> named = new ArrayList<>();
        List<JsonNode> others = new ArrayList<>();
        for (JsonNode element : merged) {
            (wantedPlaces.containsKey(keyOf(element, mergeKey)) ? named : others).add(element);
        }
        named.sort(Comparator.comparing(element -> wantedPlaces.get(keyOf(element, mergeKey))));
        others.sort(Comparator.comparing(
                element -> placesBefore.getOrDefault(keyOf(element, mergeKey), Integer.MAX_VALUE)));
        ArrayNode result = JsonNodeFactory.instance.arrayNode(merged.size());
        int next = 0;
        for (JsonNode other : others) {
            Integer place = placesBefore.get(keyOf(other, mergeKey));
            while (next < named.size() && !isBefore(place, placesBefore.get(keyOf(named.get(next), mergeKey)))) {
                result.add(named.get(next++));
            }
            result.add(other);
        }
        while (next < named.size()) {
            result.add(named.get(next++));
        }
        return result;
    }

    /** False also when the object did not have both: what is new in the patch comes first. */
    private static boolean isBefore(Integer other, Integer named) {
        return other != null && named != null && other < named;
    }

    /** The patch's elements, but for deletions, must appear in the order list and in its order. */
    private static void requireSubsequence(ArrayNode patch, ArrayNode order, String mergeKey) {
        if (patch.isEmpty() || order.isEmpty()) {
            return;
        }
        int at = 0;
        for (JsonNode element : patch) {
            if (element.has(Directives.PATCH)) {
                continue;
            }
            Object key = keyOf(element, mergeKey);
            while (at < order.size() && !keyOf(order.get(at), mergeKey).equals(key)) {
                at++;
            }
            if (at == order.size()) {
                throw PatchRefusal.malformed("The order in patch list:\n" + shown(patch) + "\n doesn't match "
                        + Directives.SET_ELEMENT_ORDER + " list:\n" + shown(order) + "\n");
            }
            at++;
        }
    }

    /** All elements must be objects when there is a merge key, and else primitives of one type. */
    private static void requireOneType(FieldRule rule, ArrayNode... lists) {
        JsonNodeType type = null;
        for (ArrayNode list : lists) {
            for (JsonNode element : list) {
                if (element.isArray()) {
                    throw PatchRefusal.unprocessable("lists of lists are not supported");
                }
                if (type != null && element.getNodeType() != type || element.isNull()) {
                    throw PatchRefusal.malformed("list element types are not identical: " + shown(list));
                }
                type = element.getNodeType();
            }
        }
        if (type == JsonNodeType.OBJECT && rule.mergeKey().isEmpty()) {
            throw PatchRefusal.malformed("cannot merge lists without merge key");
        }
        if (type != null && type != JsonNodeType.OBJECT && !rule.mergeKey().isEmpty()) {
            throw PatchRefusal.malformed(
                    "expected a list of objects with merge key " + rule.mergeKey() + ", but received " + type);
        }
    }

    private static Map<Object, Integer> places(List<JsonNode> elements, String mergeKey) {
        Map<Object, Integer> places = new HashMap<>();
        for (int i = 0; i < elements.size(); i++) {
            places.putIfAbsent(keyOf(elements.get(i), mergeKey), i);
        }
        return places;
    }

    /** What identifies an element: the value itself, or that of its merge key. */
    private static Object keyOf(JsonNode element, String mergeKey) {
        if (mergeKey.isEmpty()) {
            return JsonValues.key(element);
        }
        JsonNode key = element.get(mergeKey);
        if (key == null) {
            throw PatchRefusal.malformed(
                    "map: " + shown(element) + " does not contain declared merge key: " + mergeKey);
        }
        return JsonValues.key(key);
    }

    /** For messages: a patch may have megabytes. */
    private static String shown(JsonNode node) {
        String text = node.toString();
        return text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "...";
    }

    private static List<JsonNode> elements(ArrayNode list) {
        List<JsonNode> elements = new ArrayList<>(list.size());
        list.forEach(elements::add);
        return elements;
    }
}
