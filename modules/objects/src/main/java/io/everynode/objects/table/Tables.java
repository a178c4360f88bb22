package io.everynode.objects.table;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Kind;
import java.time.Instant;

/**
 * Prints objects as rows with upstream's columns for the kind (pkg/printers/internalversion/printers.go). Pure and
 * thread-safe.
 */
public final class Tables {

    private Tables() {}

    /** {@code columnDefinitions}: an array of name, type, format, description, priority. */
    public static ArrayNode columns(Kind kind) {
        throw new UnsupportedOperationException();
    }

    /** {@code cells} of one object, in the order of {@link #columns}; ages count up to {@code now}. */
    public static ArrayNode cells(Kind kind, ObjectNode object, Instant now) {
        throw new UnsupportedOperationException();
    }
}
