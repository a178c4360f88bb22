package io.everynode.controlplane.secrets;

import javax.crypto.SecretKey;

/**
 * The key of one object, for use.
 *
 * @param id stands in the events that are sealed with it
 * @param uid of the object
 */
public record DataKey(String id, String uid, SecretKey key) {
    @Override
    public String toString() {
        return "DataKey[" + id + " of " + uid + "]";
    }
}
