package io.everynode.core.object;

/**
 * What must hold of the object before a write is applied.
 *
 * @param uid the object's UID, or "" for any
 * @param sequenceNumber sequence number of the object's last event, translated from a client's resourceVersion; 0 for
 *     any
 */
public record Precondition(String uid, long sequenceNumber) {

    public static final Precondition NONE = new Precondition("", 0);
}
