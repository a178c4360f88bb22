package io.everynode.objects.patch;

import io.everynode.objects.schema.Field;
import io.everynode.objects.schema.ObjectType;
import io.everynode.objects.schema.ValueType;
import java.util.List;

/**
 * How one value of an object is merged, from the schema.
 *
 * @param type of the value, of a list's elements or of a map's values; null when the schema does not say
 * @param map whether the value is a map, so that each of its members is of the type
 * @param strategy "", "merge" or "replace"
 * @param mergeKey "" for lists of primitives
 */
record FieldRule(ObjectType type, boolean map, String strategy, String mergeKey) {

    private static final FieldRule UNKNOWN = new FieldRule(null, false, "", "");

    static FieldRule of(ObjectType type) {
        return new FieldRule(type, false, "", "");
    }

    /** The rule of a member of the object that this rule is about, or of the elements of the list. */
    FieldRule member(String name) {
        if (map) {
            return of(type);
        }
        return type == null ? UNKNOWN : type.field(name).map(FieldRule::of).orElse(UNKNOWN);
    }

    FieldRule element() {
        return of(type);
    }

    boolean merges() {
        return strategy.equals("merge");
    }

    boolean replaces() {
        return strategy.equals("replace");
    }

    private static FieldRule of(Field field) {
        ObjectType type = field.type() instanceof ValueType.Structured structured ? structured.object() : null;
        String strategy = strategy(field.patchStrategy());
        return new FieldRule(type, field.shape() == Field.Shape.MAP, strategy, field.mergeKey());
    }

    /** @param declared names between commas; mostly none */
    private static String strategy(String declared) {
        if (declared.indexOf(',') < 0) {
            return declared.equals("merge") || declared.equals("replace") ? declared : "";
        }
        List<String> strategies = List.of(declared.split(","));
        return strategies.contains("merge") ? "merge" : strategies.contains("replace") ? "replace" : "";
    }
}
