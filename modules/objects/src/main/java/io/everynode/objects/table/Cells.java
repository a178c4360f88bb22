package io.everynode.objects.table;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.objects.Json;
import io.everynode.objects.select.LabelSelector;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Texts that cells of several kinds have in common. */
final class Cells {

    static final String NONE = "<none>";

    private Cells() {}

    static String name(JsonNode object) {
        return Json.text(object, "metadata", "name");
    }

    static String age(JsonNode object, Instant now) {
        return HumanDuration.since(Json.text(object, "metadata", "creationTimestamp"), now);
    }

    static String orNone(String text) {
        return text.isEmpty() ? NONE : text;
    }

    static String or(String text, String otherwise) {
        return text.isEmpty() ? otherwise : text;
    }

    /** "a=b,c=d" in alphabetical order. */
    static String labels(JsonNode labels) {
        Map<String, String> sorted = new TreeMap<>();
        labels.properties()
                .forEach(label -> sorted.put(label.getKey(), label.getValue().asText()));
        return orNone(sorted.entrySet().stream()
                .map(label -> label.getKey() + "=" + label.getValue())
                .collect(Collectors.joining(",")));
    }

    /** A meta/v1 LabelSelector. */
    static String selector(JsonNode selector) {
        return orNone(LabelSelector.of(selector).toString());
    }

    /** The texts under the name in each element of a list. */
    static List<String> each(JsonNode list, String name) {
        List<String> texts = new ArrayList<>();
        list.forEach(element -> texts.add(element.path(name).asText("")));
        return texts;
    }

    static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(element -> texts.add(element.asText("")));
        return texts;
    }
}
