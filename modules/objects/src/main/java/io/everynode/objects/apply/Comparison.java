package io.everynode.objects.apply;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.objects.patch.JsonValues;
import io.everynode.objects.schema.Field;
import io.everynode.objects.schema.ObjectType;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * In what two versions of an object differ, field by field (structured-merge-diff, typed/compare.go). Objects that
 * Kubernetes' Go types always hold are never added or removed ({@link ValueForm#implied}).
 */
record Comparison(FieldSet added, FieldSet modified, FieldSet removed) {

    /** Both versions are whole objects. */
    static Comparison of(ValueForm form, JsonNode before, JsonNode after) {
        Comparison result = new Comparison(new FieldSet(), new FieldSet(), new FieldSet());
        result.compare(form, before, after, List.of());
        return result;
    }

    FieldSet taken() {
        return modified.union(added);
    }

    Comparison without(FieldSet ignored) {
        return new Comparison(
                added.recursiveDifference(ignored),
                modified.recursiveDifference(ignored),
                removed.recursiveDifference(ignored));
    }

    /** One of the values may be null for absent. */
    private void compare(ValueForm form, JsonNode before, JsonNode after, List<PathElement> path) {
        if (before == after) {
            return;
        }
        JsonNode present = after == null || after.isNull() && before != null ? before : after;
        boolean leaf = form.leaf(present) || empty(before) && empty(after);
        if (leaf) {
            if (before == null) {
                added.insert(path);
            } else if (after == null) {
                removed.insert(path);
            } else if (!JsonValues.same(before, after)) {
                modified.insert(path);
            }
            return;
        }
        if (form.isList()) {
            elements(form, before, after, path);
        } else {
            members(form, before, after, path);
        }
        if (before == null) {
            added.insert(path);
        } else if (after == null) {
            removed.insert(path);
        }
    }

    private static boolean empty(JsonNode value) {
        return value == null || value.isNull() || value.isContainerNode() && value.isEmpty();
    }

    private void members(ValueForm form, JsonNode before, JsonNode after, List<PathElement> path) {
        Set<String> names = new LinkedHashSet<>();
        names(before, names);
        names(after, names);
        ObjectType struct = form.struct();
        if (struct == null) {
            for (String name : names) {
                one(form.member(name), get(before, name), get(after, name), path, name);
            }
            return;
        }
        for (Field field : struct.fields()) {
            JsonNode implied = form.implied(field);
            JsonNode old = get(before, field.name());
            JsonNode now = get(after, field.name());
            if (implied != null) {
                old = old == null && isObject(before) ? implied : old;
                now = now == null && isObject(after) ? implied : now;
            }
            if (old != null || now != null) {
                one(form.member(field.name()), old, now, path, field.name());
            }
        }
    }

    private void one(ValueForm form, JsonNode before, JsonNode after, List<PathElement> path, String name) {
        compare(form, before, after, FieldSet.path(path, PathElement.field(name)));
    }

    private static void names(JsonNode value, Set<String> to) {
        if (isObject(value)) {
            value.properties().forEach(entry -> to.add(entry.getKey()));
        }
    }

    private static JsonNode get(JsonNode value, String name) {
        return isObject(value) ? value.get(name) : null;
    }

    private static boolean isObject(JsonNode value) {
        return value != null && value.isObject();
    }

    private void elements(ValueForm form, JsonNode before, JsonNode after, List<PathElement> path) {
        Map<PathElement, List<JsonNode>> old = ListElements.index(form, before);
        Map<PathElement, List<JsonNode>> now = ListElements.index(form, after);
        Set<PathElement> names = new LinkedHashSet<>(old.keySet());
        names.addAll(now.keySet());
        for (PathElement name : names) {
            List<JsonNode> left = old.getOrDefault(name, List.of());
            List<JsonNode> right = now.getOrDefault(name, List.of());
            List<PathElement> at = FieldSet.path(path, name);
            if (left.size() < 2 && right.size() < 2) {
                compare(form.element(), left.isEmpty() ? null : left.get(0), right.isEmpty() ? null : right.get(0), at);
            } else if (left.isEmpty()) {
                added.insert(at);
            } else if (right.isEmpty()) {
                removed.insert(at);
            } else if (!same(left, right)) {
                modified.insert(at);
            }
        }
    }

    private static boolean same(List<JsonNode> left, List<JsonNode> right) {
        if (left.size() != right.size()) {
            return false;
        }
        for (int i = 0; i < left.size(); i++) {
            if (!JsonValues.same(Objects.requireNonNull(left.get(i)), right.get(i))) {
                return false;
            }
        }
        return true;
    }
}
