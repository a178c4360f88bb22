package io.everynode.core.collection;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/**
 * Who names whom as an owner, kept change by change. Immutable; versions share what did not change.
 *
 * <p>Only objects that {@linkplain Collectable#matters matter} are in here.
 */
public final class OwnerIndex {

    public static final OwnerIndex EMPTY = new OwnerIndex(HashTreePMap.empty(), HashTreePMap.empty());

    private final PMap<String, PMap<ObjectAddress, Collectable>> byOwner;
    /** By UID. */
    private final PMap<String, Collectable> waiting;

    private OwnerIndex(PMap<String, PMap<ObjectAddress, Collectable>> byOwner, PMap<String, Collectable> waiting) {
        this.byOwner = byOwner;
        this.waiting = waiting;
    }

    /** The objects that name this UID as an owner, whether or not it exists. */
    public Collection<Collectable> dependents(String ownerUid) {
        Map<ObjectAddress, Collectable> found = byOwner.get(ownerUid);
        return found == null ? List.of() : found.values();
    }

    /**
     * The object of this UID, if it waits for its dependents. They need not be in its namespace: who names an owner in
     * another one is in error, and waited for all the same until it is collected.
     */
    public Optional<Collectable> waiting(String uid) {
        return Optional.ofNullable(waiting.get(uid));
    }

    /** Every object that has owners or waits for its dependents. */
    public Collection<ObjectAddress> everything() {
        Set<ObjectAddress> all = new LinkedHashSet<>();
        waiting.values().forEach(object -> all.add(object.address()));
        byOwner.values().forEach(dependents -> all.addAll(dependents.keySet()));
        return all;
    }

    /**
     * After one object changed.
     *
     * @param before null when it was not there or did not matter
     * @param after null when it is gone or does not matter
     */
    public OwnerIndex changed(Collectable before, Collectable after) {
        if (before == after || before != null && before.equals(after)) {
            return this;
        }
        PMap<String, PMap<ObjectAddress, Collectable>> owners = byOwner;
        PMap<String, Collectable> nowWaiting = waiting;
        if (before != null) {
            for (OwnerReference owner : before.owners()) {
                PMap<ObjectAddress, Collectable> rest =
                        owners.getOrDefault(owner.uid(), HashTreePMap.empty()).minus(before.address());
                owners = rest.isEmpty() ? owners.minus(owner.uid()) : owners.plus(owner.uid(), rest);
            }
            nowWaiting = nowWaiting.minus(before.uid());
        }
        if (after != null) {
            for (OwnerReference owner : after.owners()) {
                owners = owners.plus(
                        owner.uid(),
                        owners.getOrDefault(owner.uid(), HashTreePMap.empty()).plus(after.address(), after));
            }
            if (after.waits()) {
                nowWaiting = nowWaiting.plus(after.uid(), after);
            }
        }
        return new OwnerIndex(owners, nowWaiting);
    }
}
