package io.everynode.objects.schema;

import java.util.List;

/**
 * One field of an {@link ObjectType}.
 *
 * @param name JSON name
 * @param number protobuf field number; 0 when the message has none (apiVersion, kind and fields of an inlined message)
 * @param type type of the value, of a list's elements or of a map's values
 * @param shape whether it is one value, a list or a map with string keys
 * @param required whether OpenAPI lists it as required
 * @param mergeKey strategic-merge key of a list of objects, or ""
 * @param patchStrategy "", "merge", "replace", "retainKeys" or "merge,retainKeys"
 * @param description one sentence in our own words
 * @param listType how server-side apply merges a list; NONE for what is no list
 * @param listKeys names of the fields that identify an element of a list of type MAP, else empty
 * @param atomicMap whether server-side apply takes the map as a whole
 * @param explicit whether a zero value ("", 0, false) says something else than an absent field (a pointer in
 *     Kubernetes' Go types)
 * @param defaultValue value that OpenAPI documents as default, or ""
 */
public record Field(
        String name,
        int number,
        ValueType type,
        Shape shape,
        boolean required,
        String mergeKey,
        String patchStrategy,
        String description,
        ListType listType,
        List<String> listKeys,
        boolean atomicMap,
        boolean explicit,
        String defaultValue) {

    public enum Shape {
        SINGLE,
        LIST,
        MAP
    }

    public enum ListType {
        NONE,
        ATOMIC,
        SET,
        MAP
    }

    /** A field without what server-side apply and OpenAPI need. */
    public Field(
            String name,
            int number,
            ValueType type,
            Shape shape,
            boolean required,
            String mergeKey,
            String patchStrategy,
            String description) {
        this(
                name,
                number,
                type,
                shape,
                required,
                mergeKey,
                patchStrategy,
                description,
                shape == Shape.LIST ? ListType.ATOMIC : ListType.NONE,
                List.of(),
                false,
                false,
                "");
    }
}
