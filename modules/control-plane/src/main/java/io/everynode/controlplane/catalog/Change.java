package io.everynode.controlplane.catalog;

/**
 * One change of one object.
 *
 * @param version the journal's ordering
 * @param object as it became; for REMOVED as it was last, with the removal's resourceVersion
 * @param previous as it was before; null for ADDED
 */
public record Change(long version, Type type, StoredObject object, StoredObject previous) {

    public enum Type {
        ADDED,
        MODIFIED,
        REMOVED
    }
}
