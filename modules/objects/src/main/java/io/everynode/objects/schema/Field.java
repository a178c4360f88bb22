package io.everynode.objects.schema;

/**
 * One field of an {@link ObjectType}.
 *
 * @param name JSON name
 * @param number protobuf field number; 0 when the message has none
 * @param type type of the value, of a list's elements or of a map's values
 * @param shape whether it is one value, a list or a map with string keys
 * @param required whether OpenAPI lists it as required
 * @param mergeKey strategic-merge key of a list of objects, or ""
 * @param patchStrategy "", "merge", "replace", "retainKeys" or "merge,retainKeys"
 * @param description one sentence in our own words
 */
public record Field(
        String name,
        int number,
        ValueType type,
        Shape shape,
        boolean required,
        String mergeKey,
        String patchStrategy,
        String description) {

    public enum Shape {
        SINGLE,
        LIST,
        MAP
    }
}
