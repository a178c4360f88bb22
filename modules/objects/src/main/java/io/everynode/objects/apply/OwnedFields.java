package io.everynode.objects.apply;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.objects.schema.ObjectType;
import java.util.List;
import java.util.Map;

/**
 * The fields that an object holds, which are those that someone who applies it owns (structured-merge-diff,
 * typed/tofieldset.go): each leaf, each element of a list, each entry of a map, and empty objects.
 */
final class OwnedFields {

    private OwnedFields() {}

    static FieldSet of(ValueForm form, JsonNode value) {
        FieldSet set = new FieldSet();
        add(form, value, List.of(), set);
        return set;
    }

    private static void add(ValueForm form, JsonNode value, List<PathElement> path, FieldSet set) {
        if (form.leaf(value)) {
            set.insert(path);
        } else if (form.isList()) {
            ListElements.index(form, value).forEach((name, elements) -> {
                List<PathElement> at = FieldSet.path(path, name);
                if (elements.size() == 1) {
                    add(form.element(), elements.get(0), at, set);
                }
                set.insert(at);
            });
        } else {
            ObjectType struct = form.struct();
            for (Map.Entry<String, JsonNode> entry : value.properties()) {
                ValueForm member = form.member(entry.getKey());
                if (member == null) {
                    continue;
                }
                List<PathElement> at = FieldSet.path(path, PathElement.field(entry.getKey()));
                JsonNode inner = entry.getValue();
                add(member, inner, at, set);
                if (struct == null || inner.isNull() || inner.isObject() && inner.isEmpty()) {
                    set.insert(at);
                }
            }
        }
    }
}
