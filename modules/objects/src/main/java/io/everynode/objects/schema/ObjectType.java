package io.everynode.objects.schema;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/** A structured type with named fields, such as PodSpec. Immutable. */
public interface ObjectType {

    /** Full name such as "io.k8s.api.core.v1.PodSpec". */
    String name();

    String description();

    /** The field of that JSON name; fields of inlined messages are found too. */
    Optional<Field> field(String name);

    /** The field of that protobuf number, inlined messages excepted. */
    default Optional<Field> field(int number) {
        return fields().stream()
                .filter(field -> number != 0 && field.number() == number)
                .findFirst();
    }

    /** In schema order, with those of inlined messages. */
    Collection<Field> fields();

    /** Whether server-side apply takes such an object as a whole. */
    default boolean atomic() {
        return false;
    }

    /**
     * Messages whose fields stand directly in this type's JSON but nested in its protobuf form (Volume and
     * VolumeSource), by field number.
     */
    default Map<Integer, ObjectType> inlined() {
        return Map.of();
    }

    /** The part of the full name after the last dot, such as "PodSpec". */
    default String shortName() {
        return name().substring(name().lastIndexOf('.') + 1);
    }
}
