package io.everynode.objects.apply;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The elements of a list that is no leaf, by what tells them apart. */
final class ListElements {

    private ListElements() {}

    /**
     * How the element is named.
     *
     * @throws IllegalArgumentException when it cannot be, with upstream's text
     */
    static PathElement name(ValueForm list, JsonNode element) {
        return list.keys().isEmpty() ? inSet(element) : byKeys(list, element);
    }

    private static PathElement inSet(JsonNode element) {
        if (element.isObject()) {
            throw new IllegalArgumentException("associative list without keys has an element that's a map type");
        }
        if (element.isArray()) {
            throw new IllegalArgumentException("not supported: associative list with lists as elements");
        }
        if (element.isNull()) {
            throw new IllegalArgumentException("associative list without keys has an element that's an explicit null");
        }
        return PathElement.value(element);
    }

    private static PathElement byKeys(ValueForm list, JsonNode element) {
        if (element.isNull()) {
            throw new IllegalArgumentException("associative list with keys may not have a null element");
        }
        if (!element.isObject()) {
            throw new IllegalArgumentException("associative list with keys may not have non-map elements");
        }
        Map<String, JsonNode> keys = new TreeMap<>();
        for (String key : list.keys()) {
            JsonNode value = element.get(key);
            JsonNode named = value == null ? list.keyDefault(key) : value;
            if (named == null) {
                throw new IllegalArgumentException("associative list with keys has an element that omits key field \""
                        + key + "\" (and doesn't have default value)");
            }
            keys.put(key, named);
        }
        return PathElement.key(keys);
    }

    /** Elements by name in the list's order, several for a name that appears twice; unnamed ones are left out. */
    static Map<PathElement, List<JsonNode>> index(ValueForm list, JsonNode elements) {
        Map<PathElement, List<JsonNode>> index = new LinkedHashMap<>();
        if (elements != null && elements.isArray()) {
            for (JsonNode element : elements) {
                PathElement name = nameOrNull(list, element);
                if (name != null) {
                    index.computeIfAbsent(name, key -> new ArrayList<>(1)).add(element);
                }
            }
        }
        return index;
    }

    /** Null for an element of a stored list that cannot be named. */
    static PathElement nameOrNull(ValueForm list, JsonNode element) {
        try {
            return name(list, element);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
