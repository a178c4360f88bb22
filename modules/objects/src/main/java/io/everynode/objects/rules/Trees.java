package io.everynode.objects.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reading and changing trees whose types were checked before. */
final class Trees {

    private Trees() {}

    static boolean has(JsonNode node, String name) {
        return node.path(name).isValueNode() ? !node.path(name).isNull() : node.has(name);
    }

    static String text(JsonNode node, String name) {
        return node.path(name).asText("");
    }

    static boolean isTrue(JsonNode node, String name) {
        return node.path(name).asBoolean(false);
    }

    static long number(JsonNode node, String name) {
        return node.path(name).asLong(0);
    }

    /** The objects of the list under the name; none when it is absent. */
    static List<ObjectNode> objects(JsonNode node, String name) {
        List<ObjectNode> objects = new ArrayList<>();
        for (JsonNode item : node.path(name)) {
            if (item instanceof ObjectNode object) {
                objects.add(object);
            }
        }
        return objects;
    }

    /** The texts of the list under the name. */
    static List<String> texts(JsonNode node, String name) {
        List<String> texts = new ArrayList<>();
        node.path(name).forEach(item -> texts.add(item.asText()));
        return texts;
    }

    /** The entries of the map under the name, in order. */
    static List<Map.Entry<String, JsonNode>> entries(JsonNode node, String name) {
        return new ArrayList<>(node.path(name).properties());
    }

    /** Sets the text unless there is a non-empty one. */
    static void textDefault(ObjectNode node, String name, String value) {
        if (text(node, name).isEmpty()) {
            node.put(name, value);
        }
    }

    /** Sets the number unless there is one that is not zero; for fields where zero means unset. */
    static void numberDefault(ObjectNode node, String name, int value) {
        if (number(node, name) == 0) {
            node.put(name, value);
        }
    }

    /** Puts an integer in the node type that a parser would choose, so that trees compare equal to parsed ones. */
    static void putInteger(ObjectNode node, String name, long value) {
        if (value == (int) value) {
            node.put(name, (int) value);
        } else {
            node.put(name, value);
        }
    }

    /** Takes the part from another tree, or removes it when the other has none. */
    static void copy(ObjectNode to, String name, JsonNode from) {
        JsonNode part = from.get(name);
        if (part == null) {
            to.remove(name);
        } else {
            to.set(name, part.deepCopy());
        }
    }

    static ArrayNode array(ObjectNode node, String name) {
        return node.get(name) instanceof ArrayNode existing ? existing : node.putArray(name);
    }

    /** {@code path[index]}. */
    static String at(String path, int index) {
        return path + "[" + index + "]";
    }

    /** {@code path[key]}. */
    static String key(String path, String key) {
        return path + "[" + key + "]";
    }
}
