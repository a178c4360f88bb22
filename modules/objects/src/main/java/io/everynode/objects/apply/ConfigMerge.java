package io.everynode.objects.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * Lays an applied configuration over the live object (structured-merge-diff, typed/merge.go). Nothing is removed; the
 * inputs are not changed, and the result may share nodes with both.
 */
final class ConfigMerge {

    private ConfigMerge() {}

    /** Null when nothing is left, as of two values without content. */
    static JsonNode merge(ValueForm form, JsonNode live, JsonNode config) {
        if (config == null) {
            return live;
        }
        if (live == null) {
            return config;
        }
        if (form.leaf(config.isNull() ? live : config) || empty(live) && empty(config)) {
            return config;
        }
        if (form.isList()) {
            return list(form, live, config);
        }
        ObjectNode merged = Json.object();
        for (Map.Entry<String, JsonNode> entry : live.properties()) {
            put(merged, form, entry.getKey(), entry.getValue(), config.get(entry.getKey()));
        }
        for (Map.Entry<String, JsonNode> entry : config.properties()) {
            if (!live.has(entry.getKey())) {
                put(merged, form, entry.getKey(), null, entry.getValue());
            }
        }
        return merged.isEmpty() ? null : merged;
    }

    private static boolean empty(JsonNode value) {
        return value.isNull() || value.isContainerNode() && value.isEmpty();
    }

    private static void put(ObjectNode to, ValueForm form, String name, JsonNode live, JsonNode config) {
        ValueForm member = form.member(name);
        JsonNode value = member == null ? (config == null ? live : config) : merge(member, live, config);
        if (value != null) {
            to.set(name, value);
        }
    }

    /**
     * The configuration's order for elements that both have; those of the live object alone keep their place before the
     * element that they stood before.
     */
    private static JsonNode list(ValueForm form, JsonNode live, JsonNode config) {
        Map<PathElement, List<JsonNode>> old = ListElements.index(form, live);
        Map<PathElement, List<JsonNode>> now = ListElements.index(form, config);
        List<Map.Entry<PathElement, JsonNode>> left = named(form, live);
        List<Map.Entry<PathElement, JsonNode>> right = named(form, config);
        Iterator<PathElement> shared = right.stream()
                .map(Map.Entry::getKey)
                .filter(old::containsKey)
                .toList()
                .iterator();
        PathElement next = shared.hasNext() ? shared.next() : null;
        ArrayNode merged = JsonNodeFactory.instance.arrayNode();
        int l = 0;
        int r = 0;
        while (l < left.size() || r < right.size()) {
            if (l < left.size() && r < right.size()) {
                PathElement name = left.get(l).getKey();
                if (name.equals(right.get(r).getKey())) {
                    add(merged, form, old.get(name), now.get(name));
                    l++;
                    r++;
                    next = shared.hasNext() ? shared.next() : null;
                    continue;
                }
                if (now.containsKey(name) && next != null && !next.equals(name)) {
                    // Shared, but not the one whose turn it is.
                    l++;
                    continue;
                }
            }
            if (l < left.size() && !now.containsKey(left.get(l).getKey())) {
                merged.add(left.get(l).getValue());
                l++;
                continue;
            }
            if (r < right.size()) {
                PathElement name = right.get(r).getKey();
                add(merged, form, old.get(name), now.get(name));
                r++;
                if (name.equals(next)) {
                    next = shared.hasNext() ? shared.next() : null;
                }
            } else {
                // A duplicate in the live list of what was merged already.
                l++;
            }
        }
        return merged.isEmpty() ? null : merged;
    }

    private static List<Map.Entry<PathElement, JsonNode>> named(ValueForm form, JsonNode list) {
        List<Map.Entry<PathElement, JsonNode>> named = new ArrayList<>();
        if (list.isArray()) {
            for (JsonNode element : list) {
                PathElement name = ListElements.nameOrNull(form, element);
                if (name != null) {
                    named.add(Map.entry(name, element));
                }
            }
        }
        return named;
    }

    /** Duplicates in the live list cannot be merged with; the configuration's element takes their place. */
    private static void add(ArrayNode to, ValueForm form, List<JsonNode> live, List<JsonNode> config) {
        JsonNode before = live != null && live.size() == 1 ? live.get(0) : null;
        JsonNode value = merge(form.element(), before, config.get(0));
        if (value != null) {
            to.add(value);
        }
    }
}
