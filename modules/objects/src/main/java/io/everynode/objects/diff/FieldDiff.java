package io.everynode.objects.diff;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The difference of two trees as a list of fields, in the order of their names. Elements of lists that all have a
 * distinct name (or type, or key) are compared with those of the same name; other lists are one value. What one side
 * lacks as a whole is told down to its leaves. Pure.
 */
public final class FieldDiff {

    /** By which elements of lists are told apart, the first that all have. */
    private static final List<String> NAMES = List.of("name", "type", "key");

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_-]+");
    private static final JsonNode ABSENT = MissingNode.getInstance();

    private final List<FieldChange> changes = new ArrayList<>();

    private FieldDiff() {}

    /** Empty when both are equal. */
    public static List<FieldChange> between(JsonNode before, JsonNode after) {
        FieldDiff diff = new FieldDiff();
        diff.compare("", before == null ? ABSENT : before, after == null ? ABSENT : after);
        return diff.changes;
    }

    private void compare(String path, JsonNode before, JsonNode after) {
        if (before.equals(after)) {
            return;
        }
        if (mayBe(before, JsonNode::isObject) && mayBe(after, JsonNode::isObject) && before.size() + after.size() > 0) {
            Set<String> names = new TreeSet<>();
            before.fieldNames().forEachRemaining(names::add);
            after.fieldNames().forEachRemaining(names::add);
            for (String name : names) {
                compare(field(path, name), before.path(name), after.path(name));
            }
            return;
        }
        if (mayBe(before, JsonNode::isArray) && mayBe(after, JsonNode::isArray) && elements(path, before, after)) {
            return;
        }
        changes.add(
                new FieldChange(path, before.isMissingNode() ? null : before, after.isMissingNode() ? null : after));
    }

    private static boolean mayBe(JsonNode node, java.util.function.Predicate<JsonNode> form) {
        return node.isMissingNode() || form.test(node);
    }

    /** @return false when elements have no names, or only their order differs */
    private boolean elements(String path, JsonNode before, JsonNode after) {
        for (String name : NAMES) {
            Map<String, JsonNode> was = named(before, name);
            Map<String, JsonNode> is = named(after, name);
            if (was != null && is != null && was.size() + is.size() > 0) {
                Set<String> all = new LinkedHashSet<>(was.keySet());
                all.addAll(is.keySet());
                int known = changes.size();
                for (String each : all) {
                    compare(path + "[" + each + "]", was.getOrDefault(each, ABSENT), is.getOrDefault(each, ABSENT));
                }
                return changes.size() > known;
            }
        }
        return false;
    }

    /** Null when they cannot be told apart by it. */
    private static Map<String, JsonNode> named(JsonNode list, String name) {
        Map<String, JsonNode> named = new LinkedHashMap<>();
        for (JsonNode element : list) {
            JsonNode its = element.path(name);
            if (!its.isTextual() || named.put(its.asText(), element) != null) {
                return null;
            }
        }
        return named;
    }

    private static String field(String path, String name) {
        if (!PLAIN.matcher(name).matches()) {
            return path + "[\"" + name.replace("\\", "\\\\").replace("\"", "\\\"") + "\"]";
        }
        return path.isEmpty() ? name : path + "." + name;
    }
}
