package io.everynode.core.placement;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reading the small records of this package out of trees; fields of a wrong type count as absent. */
final class Trees {

    private Trees() {}

    static String orEmpty(String text) {
        return text == null ? "" : text;
    }

    static String text(JsonNode node, String field) {
        JsonNode value = node.path(field);
        return value.isTextual() ? value.textValue() : "";
    }

    /** An RFC 3339 time; 0 when there is none that can be read. */
    static long epochMillis(JsonNode node, String field) {
        String text = text(node, field);
        if (text.isEmpty()) {
            return 0;
        }
        try {
            return OffsetDateTime.parse(text).toInstant().toEpochMilli();
        } catch (DateTimeParseException e) {
            return 0;
        }
    }

    static List<String> strings(JsonNode array) {
        List<String> list = new ArrayList<>(array.size());
        for (JsonNode item : array) {
            list.add(item.asText(""));
        }
        return list;
    }

    static Map<String, String> stringMap(JsonNode object) {
        Map<String, String> map = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : object.properties()) {
            map.put(entry.getKey(), entry.getValue().asText(""));
        }
        return map;
    }

    /** An unmodifiable copy in the given order: Map.copyOf would order, and so serialize, differently in every JVM. */
    static <V> Map<String, V> copy(Map<String, V> map) {
        if (map == null || map.isEmpty()) {
            return Map.of();
        }
        return CompactMap.fits(map) ? CompactMap.copyOf(map) : Collections.unmodifiableMap(new LinkedHashMap<>(map));
    }

    static <T> List<T> copy(List<T> list) {
        return list == null ? List.of() : List.copyOf(list);
    }
}
