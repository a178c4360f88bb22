package io.everynode.objects.rules;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Kind;
import io.everynode.objects.Outcome;

/**
 * What upstream's registry strategies do to a submitted object before it is stored: system metadata, status kept out
 * or in, defaults, validation, generation. Pure; inputs are never changed, results are new trees.
 */
public final class ObjectRules {

    private ObjectRules() {}

    /**
     * Admits a new object: sets uid, creationTimestamp, generation (kinds that have one), name from generateName,
     * drops what a client may not set (resourceVersion, deletionTimestamp, managedFields, status as upstream's strategy of the kind does),
     * applies defaults and validates. Names every wrong field at once.
     *
     * @param submitted has apiVersion, kind and, when namespaced, metadata.namespace already
     */
    public static Outcome<ObjectNode> create(Kind kind, ObjectNode submitted, WriteContext context) {
        throw new UnsupportedOperationException();
    }

    /**
     * Admits a replacement of {@code current} by {@code submitted}: immutable metadata is kept, the part that the
     * endpoint may not write (status, or everything but status for subresource "status") comes from {@code current}, defaults apply,
     * generation grows as upstream's strategy of the kind says, and the change is validated.
     *
     * @param subresource "" for the object itself, or "status"
     * @return the object to store; equal to {@code current} when nothing changed
     */
    public static Outcome<ObjectNode> update(
            Kind kind, String subresource, ObjectNode current, ObjectNode submitted, WriteContext context) {
        throw new UnsupportedOperationException();
    }
}
