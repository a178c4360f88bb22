package io.everynode.objects.schema;

import io.everynode.objects.Kind;

/** The one source of what objects look like: read once from the classpath's schema files. Thread-safe. */
public final class Schemas {

    private Schemas() {}

    /** The type of the kind's objects. */
    public static ObjectType of(Kind kind) {
        throw new UnsupportedOperationException();
    }
}
