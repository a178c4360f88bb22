package io.everynode.objects.patch;

import static io.everynode.objects.patch.Directives.DELETE_FROM_PRIMITIVE_LIST;
import static io.everynode.objects.patch.Directives.SET_ELEMENT_ORDER;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import io.everynode.objects.schema.ObjectType;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Strategic merge patch: a merge patch that merges lists by the schema's merge keys and obeys directives
 * (apimachinery/pkg/util/strategicpatch/patch.go). What upstream answers with 500 (an unknown directive, an element
 * without its merge key, elements of different types) is refused with 400 here.
 *
 * <p>Deliberate differences: fields that the schema does not know merge as plain JSON instead of failing,
 * {@code $patch: merge}, which upstream documents but does not know, is taken for what it says in an object, and
 * {@code $deleteFromPrimitiveList} deletes from lists without a merge strategy, too, where upstream would set the list.
 */
final class StrategicMerge {

    private static final String BAD_DELETION = "invalid patch format of primitive list";
    private static final String BAD_RETAIN = "invalid patch format of retainKeys";

    private StrategicMerge() {}

    /**
     * @param target changed in place, unless a directive replaces it
     * @param patch never changed, and shares no containers with the result
     * @return the merged object
     * @throws PatchRefusal when a directive is malformed or does not fit
     */
    static ObjectNode apply(ObjectNode target, ObjectNode patch, ObjectType type) {
        return merge(target, patch, FieldRule.of(type));
    }

    /** @param rule of the value that target and patch are */
    static ObjectNode merge(ObjectNode target, ObjectNode patch, FieldRule rule) {
        JsonNode directive = patch.get(Directives.PATCH);
        if (directive != null) {
            switch (directive.asText("")) {
                case Directives.REPLACE -> {
                    return Directives.content(patch);
                }
                case Directives.DELETE -> {
                    return Json.object();
                }
                case Directives.MERGE -> {
                    // Merging is what happens anyway.
                }
                default -> throw Directives.unknown(directive);
            }
        }
        retainKeys(target, patch);
        Set<String> ordered = setElementOrder(target, patch, rule);
        deleteFromPrimitiveLists(target, patch);
        for (Map.Entry<String, JsonNode> member : patch.properties()) {
            String name = member.getKey();
            if (!Directives.isDirective(name) && !ordered.contains(name)) {
                mergeMember(target, name, member.getValue(), rule.member(name));
            }
        }
        return target;
    }

    private static void mergeMember(ObjectNode target, String name, JsonNode value, FieldRule rule) {
        JsonNode existing = target.get(name);
        if (value.isNull()) {
            target.remove(name);
        } else if (existing instanceof ObjectNode object && value instanceof ObjectNode patch) {
            target.set(name, rule.replaces() ? Directives.content(patch) : merge(object, patch, rule));
        } else if (existing instanceof ArrayNode array && value instanceof ArrayNode patch) {
            target.set(name, rule.merges() ? ListMerge.merge(array, patch, rule) : Directives.content(patch));
        } else if (value.has(Directives.PATCH)) {
            // Upstream drops an object with a directive where there is none to direct, "replace" included.
            target.remove(name);
        } else {
            target.set(name, Directives.content(value));
        }
    }

    /** Removes what {@code $retainKeys} does not list; the patch may set nothing else either. */
    private static void retainKeys(ObjectNode target, ObjectNode patch) {
        JsonNode listed = patch.get(Directives.RETAIN_KEYS);
        if (listed == null) {
            return;
        }
        if (!listed.isArray()) {
            throw PatchRefusal.malformed(BAD_RETAIN);
        }
        Set<String> retained = new HashSet<>();
        listed.forEach(name -> retained.add(name.asText()));
        for (Map.Entry<String, JsonNode> member : patch.properties()) {
            if (!member.getValue().isNull()
                    && !Directives.isDirective(member.getKey())
                    && !retained.contains(member.getKey())) {
                throw PatchRefusal.malformed(BAD_RETAIN);
            }
        }
        target.retain(retained);
    }

    /** Merges and orders each list that has a {@code $setElementOrder}; returns the fields that are thereby done. */
    private static Set<String> setElementOrder(ObjectNode target, ObjectNode patch, FieldRule rule) {
        Set<String> done = new HashSet<>();
        for (Map.Entry<String, JsonNode> member : patch.properties()) {
            if (member.getKey().startsWith(SET_ELEMENT_ORDER)) {
                String field = Directives.fieldOf(member.getKey(), SET_ELEMENT_ORDER, ListMerge.BAD_ORDER);
                ArrayNode order = list(member.getValue());
                ArrayNode existing = target.has(field) ? list(target.get(field)) : null;
                ArrayNode patched = patch.has(field) ? list(patch.get(field)) : null;
                if (existing != null || patched != null) {
                    target.set(field, ListMerge.mergeInOrder(existing, patched, order, rule.member(field)));
                    done.add(field);
                }
            }
        }
        return done;
    }

    private static ArrayNode list(JsonNode node) {
        if (node instanceof ArrayNode array) {
            return array;
        }
        throw PatchRefusal.malformed(ListMerge.BAD_ORDER);
    }

    /** Deletions come before additions, so that a value in both lists stays; upstream leaves that to chance. */
    private static void deleteFromPrimitiveLists(ObjectNode target, ObjectNode patch) {
        for (Map.Entry<String, JsonNode> member : patch.properties()) {
            if (member.getKey().startsWith(DELETE_FROM_PRIMITIVE_LIST)) {
                String field = Directives.fieldOf(member.getKey(), DELETE_FROM_PRIMITIVE_LIST, BAD_DELETION);
                if (!member.getValue().isArray()) {
                    throw PatchRefusal.malformed(BAD_DELETION);
                }
                if (target.get(field) instanceof ArrayNode existing) {
                    target.set(field, ListMerge.without(existing, (ArrayNode) member.getValue()));
                }
            }
        }
    }
}
