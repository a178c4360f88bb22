package io.everynode.nodes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A mapping in a topology file, with its place for messages. An absent one has no fields; wrong types are refused.
 *
 * @param source how messages name the file
 * @param path such as "nodes[2].behaviour", "" for the root
 */
record YamlSection(String source, String path, JsonNode node) {

    HollowTopology.Broken broken(String field, String why) {
        String place = path.isEmpty() ? field : field.isEmpty() ? path : path + "." + field;
        return new HollowTopology.Broken(source + ": " + (place.isEmpty() ? "" : place + ": ") + why);
    }

    void allow(String... names) throws HollowTopology.Broken {
        if (!node.isMissingNode() && !node.isNull() && !node.isObject()) {
            throw broken("", "must be a mapping");
        }
        Set<String> known = Set.of(names);
        for (var fields = node.fieldNames(); fields.hasNext(); ) {
            String name = fields.next();
            if (!known.contains(name)) {
                throw broken(name, "unknown field; known are " + String.join(", ", names));
            }
        }
    }

    boolean has(String name) {
        return node.hasNonNull(name);
    }

    private JsonNode get(String name) {
        return has(name) ? node.get(name) : MissingNode.getInstance();
    }

    YamlSection child(String name) throws HollowTopology.Broken {
        JsonNode child = get(name);
        if (!child.isMissingNode() && !child.isObject()) {
            throw broken(name, "must be a mapping");
        }
        return new YamlSection(source, path.isEmpty() ? name : path + "." + name, child);
    }

    List<YamlSection> list(String name) throws HollowTopology.Broken {
        JsonNode list = get(name);
        if (!list.isMissingNode() && !list.isArray()) {
            throw broken(name, "must be a list");
        }
        List<YamlSection> sections = new ArrayList<>();
        for (JsonNode each : list) {
            String place = (path.isEmpty() ? name : path + "." + name) + "[" + sections.size() + "]";
            sections.add(new YamlSection(source, place, each));
        }
        return sections;
    }

    Map<String, String> strings() throws HollowTopology.Broken {
        Map<String, String> strings = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            if (!field.getValue().isValueNode() || field.getValue().isNull()) {
                throw broken(field.getKey(), "must be text");
            }
            strings.put(field.getKey(), field.getValue().asText());
        }
        return strings;
    }

    List<String> texts(String name) throws HollowTopology.Broken {
        List<String> texts = new ArrayList<>();
        for (YamlSection each : list(name)) {
            if (!each.node.isTextual()) {
                throw each.broken("", "must be text");
            }
            texts.add(each.node.asText());
        }
        return List.copyOf(texts);
    }

    String text(String name, String otherwise) throws HollowTopology.Broken {
        JsonNode value = get(name);
        if (value.isMissingNode()) {
            return otherwise;
        }
        if (!value.isValueNode()) {
            throw broken(name, "must be text");
        }
        return value.asText();
    }

    boolean flag(String name, boolean otherwise) throws HollowTopology.Broken {
        JsonNode value = get(name);
        if (!value.isMissingNode() && !value.isBoolean()) {
            throw broken(name, "must be true or false");
        }
        return value.asBoolean(otherwise);
    }

    int number(String name, int otherwise) throws HollowTopology.Broken {
        JsonNode value = get(name);
        if (!value.isMissingNode() && (!value.isInt() || value.asInt() < 0)) {
            throw broken(name, "must be a whole number");
        }
        return value.asInt(otherwise);
    }

    double share(String name, double otherwise) throws HollowTopology.Broken {
        JsonNode value = get(name);
        if (!value.isMissingNode() && (!value.isNumber() || value.asDouble() < 0 || value.asDouble() > 1)) {
            throw broken(name, "must be between 0 and 1");
        }
        return value.asDouble(otherwise);
    }

    Duration delay(String name, Duration otherwise) throws HollowTopology.Broken {
        if (!has(name)) {
            return otherwise;
        }
        return Durations.parse(text(name, ""))
                .orElseThrow(() -> broken(name, "must be a delay such as 200ms, 3s or 0"));
    }
}
