package io.everynode.controlplane.secrets;

/**
 * The key of one object as it is kept: encrypted under a master key.
 *
 * @param id of the key
 * @param uid of the object
 * @param object the entity's persistence id, for people
 * @param master id of the master key
 * @param wrapped in base64
 */
public record WrappedKey(String id, String uid, String object, String master, String wrapped) {}
