package io.everynode.objects.apply;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;

/**
 * One step of a field's path, as structured-merge-diff names it: a field, an element of a list by its keys or by its
 * value, or a place in a list. Immutable; equal by what it names; ordered as conflicts and sets are shown.
 */
final class PathElement implements Comparable<PathElement> {

    private enum Type {
        FIELD('f'),
        KEY('k'),
        VALUE('v'),
        INDEX('i');

        private final char letter;

        Type(char letter) {
            this.letter = letter;
        }
    }

    private final Type type;
    private final String text;

    /** Of KEY, an object of sorted names, and of VALUE; else null. */
    private final JsonNode content;

    private PathElement(Type type, String text, JsonNode content) {
        this.type = type;
        this.text = text;
        this.content = content;
    }

    static PathElement field(String name) {
        return new PathElement(Type.FIELD, name, null);
    }

    /** An element of a list of objects. */
    static PathElement key(Map<String, JsonNode> keys) {
        ObjectNode sorted = Json.object();
        new TreeMap<>(keys).forEach(sorted::set);
        return new PathElement(Type.KEY, sorted.toString(), sorted);
    }

    /** An element of a set. */
    static PathElement value(JsonNode value) {
        return new PathElement(Type.VALUE, value.toString(), value);
    }

    /**
     * Reads the form of fieldsV1, such as {@code f:spec} and {@code k:{"name":"x"}}.
     *
     * @throws IllegalArgumentException when it is none
     */
    static PathElement parse(String serialized) {
        if (serialized.length() < 2 || serialized.charAt(1) != ':') {
            throw new IllegalArgumentException("missing colon: " + serialized);
        }
        String rest = serialized.substring(2);
        try {
            return switch (serialized.charAt(0)) {
                case 'f' -> field(rest);
                case 'v' -> value(Json.mapper().readTree(rest));
                case 'k' -> {
                    if (!(Json.mapper().readTree(rest) instanceof ObjectNode keys)) {
                        throw new IllegalArgumentException("no object: " + serialized);
                    }
                    Map<String, JsonNode> all = new TreeMap<>();
                    keys.properties().forEach(key -> all.put(key.getKey(), key.getValue()));
                    yield key(all);
                }
                case 'i' -> new PathElement(Type.INDEX, Integer.toString(Integer.parseInt(rest)), null);
                default -> throw new IllegalArgumentException("unknown path element type: " + serialized);
            };
        } catch (JsonProcessingException | NumberFormatException e) {
            throw new IllegalArgumentException("not readable: " + serialized, e);
        }
    }

    /** The form of fieldsV1. */
    String serialized() {
        return type.letter + ":" + text;
    }

    /** The field's name; null for an element of a list. */
    String fieldName() {
        return type == Type.FIELD ? text : null;
    }

    boolean isElement() {
        return type == Type.KEY || type == Type.VALUE;
    }

    /** As messages show it: {@code .spec}, {@code [name="x"]}, {@code [="x"]}, {@code [0]}. */
    @Override
    public String toString() {
        return switch (type) {
            case FIELD -> "." + text;
            case VALUE -> "[=" + text + "]";
            case INDEX -> "[" + text + "]";
            case KEY -> {
                StringBuilder shown = new StringBuilder("[");
                for (Map.Entry<String, JsonNode> key : content.properties()) {
                    shown.append(shown.length() > 1 ? "," : "")
                            .append(key.getKey())
                            .append('=')
                            .append(key.getValue());
                }
                yield shown.append(']').toString();
            }
        };
    }

    @Override
    public int compareTo(PathElement other) {
        if (type != other.type) {
            return type.compareTo(other.type);
        }
        if (text.equals(other.text)) {
            return 0;
        }
        return switch (type) {
            case FIELD -> text.compareTo(other.text);
            case INDEX -> Integer.compare(Integer.parseInt(text), Integer.parseInt(other.text));
            case VALUE -> compare(content, other.content);
            case KEY -> compareKeys(other);
        };
    }

    private int compareKeys(PathElement other) {
        Iterator<Map.Entry<String, JsonNode>> others =
                other.content.properties().iterator();
        for (Map.Entry<String, JsonNode> key : content.properties()) {
            if (!others.hasNext()) {
                return 1;
            }
            Map.Entry<String, JsonNode> otherKey = others.next();
            int byName = key.getKey().compareTo(otherKey.getKey());
            if (byName != 0) {
                return byName;
            }
            int byValue = compare(key.getValue(), otherKey.getValue());
            if (byValue != 0) {
                return byValue;
            }
        }
        return others.hasNext() ? -1 : text.compareTo(other.text);
    }

    /** Numbers come before texts and by their value. */
    private static int compare(JsonNode a, JsonNode b) {
        if (a.isTextual() && b.isTextual()) {
            return a.textValue().compareTo(b.textValue());
        }
        if (a.isNumber() && b.isNumber()) {
            int byValue = a.decimalValue().compareTo(b.decimalValue());
            return byValue != 0 ? byValue : a.toString().compareTo(b.toString());
        }
        if (a.isNumber() != b.isNumber()) {
            return a.isNumber() ? -1 : 1;
        }
        return a.toString().compareTo(b.toString());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PathElement element && type == element.type && text.equals(element.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode() * 31 + type.letter;
    }
}
