package io.everynode.objects.schema;

/** The type of one value: a scalar, a well-known odd one, or a structured {@link ObjectType}. */
public sealed interface ValueType {

    enum Scalar implements ValueType {
        STRING,
        BOOLEAN,
        INT32,
        INT64,
        DOUBLE,
        /** base64 text in JSON. */
        BYTES,
        /** RFC 3339, whole seconds. */
        TIME,
        /** RFC 3339 with microseconds. */
        MICRO_TIME,
        QUANTITY,
        INT_OR_STRING,
        /** A list of texts where one value is expected, such as a map's (ExtraValue of authentication). */
        TEXTS,
        /** Any JSON object, for example a ControllerRevision's data. */
        RAW,
        /** Any JSON object whose field names are paths (managedFields). */
        FIELDS_V1
    }

    record Structured(ObjectType object) implements ValueType {}
}
