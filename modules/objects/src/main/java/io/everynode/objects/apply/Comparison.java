package io.everynode.objects.apply;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.objects.patch.JsonValues;
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
        if (before != after) {
            result.inside(form, before, after);
        }
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

    /**
     * Of a value that stands at this element of the level that is compared here.
     *
     * @param before null for absent, if {@code after} is not
     */
    private void compare(ValueForm form, JsonNode before, JsonNode after, PathElement at) {
        if (before == after) {
            return;
        }
        JsonNode present = after == null || after.isNull() && before != null ? before : after;
        if (form.leaf(present) || empty(before) && empty(after)) {
            if (before == null) {
                added.put(at, true, null);
            } else if (after == null) {
                removed.put(at, true, null);
            } else if (!JsonValues.same(before, after)) {
                modified.put(at, true, null);
            }
            return;
        }
        Comparison below = new Comparison(new FieldSet(), new FieldSet(), new FieldSet());
        below.inside(form, before, after);
        added.put(at, before == null, below.added);
        removed.put(at, before != null && after == null, below.removed);
        modified.put(at, false, below.modified);
    }

    private void inside(ValueForm form, JsonNode before, JsonNode after) {
        if (form.isList()) {
            elements(form, before, after);
        } else {
            members(form, before, after);
        }
    }

    private static boolean empty(JsonNode value) {
        return value == null || value.isNull() || value.isContainerNode() && value.isEmpty();
    }

    private void members(ValueForm form, JsonNode before, JsonNode after) {
        List<ValueForm.Member> declared = form.members();
        if (declared == null) {
            Set<String> names = new LinkedHashSet<>();
            names(before, names);
            names(after, names);
            for (String name : names) {
                compare(form.member(name), get(before, name), get(after, name), PathElement.field(name));
            }
            return;
        }
        for (ValueForm.Member member : declared) {
            JsonNode old = get(before, member.name());
            JsonNode now = get(after, member.name());
            if (member.implied() != null) {
                old = old == null && isObject(before) ? member.implied() : old;
                now = now == null && isObject(after) ? member.implied() : now;
            }
            if (old != null || now != null) {
                compare(member.form(), old, now, member.element());
            }
        }
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

    private void elements(ValueForm form, JsonNode before, JsonNode after) {
        Map<PathElement, List<JsonNode>> old = ListElements.index(form, before);
        Map<PathElement, List<JsonNode>> now = ListElements.index(form, after);
        Set<PathElement> names = new LinkedHashSet<>(old.keySet());
        names.addAll(now.keySet());
        for (PathElement name : names) {
            List<JsonNode> left = old.getOrDefault(name, List.of());
            List<JsonNode> right = now.getOrDefault(name, List.of());
            if (left.size() < 2 && right.size() < 2) {
                compare(
                        form.element(),
                        left.isEmpty() ? null : left.get(0),
                        right.isEmpty() ? null : right.get(0),
                        name);
            } else if (left.isEmpty()) {
                added.put(name, true, null);
            } else if (right.isEmpty()) {
                removed.put(name, true, null);
            } else if (!same(left, right)) {
                modified.put(name, true, null);
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
