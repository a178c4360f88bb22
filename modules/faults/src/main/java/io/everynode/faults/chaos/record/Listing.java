package io.everynode.faults.chaos.record;

import java.util.Map;

/**
 * A list that was read whole.
 *
 * @param at the list's resourceVersion
 * @param versions the resourceVersion of each object in it
 */
public record Listing(String endpoint, String resource, long at, Map<Key, Long> versions) {
    public Listing {
        versions = Map.copyOf(versions);
    }
}
