package io.everynode.core.collection;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.core.object.DeletionFinalizers;
import io.everynode.objects.Json;
import java.util.ArrayList;
import java.util.List;

/**
 * What the garbage collector knows of one object.
 *
 * @param owners as the object names them
 * @param terminating has a deletionTimestamp
 * @param foreground has the finalizer foregroundDeletion
 * @param orphan has the finalizer orphan
 */
public record Collectable(
        ObjectAddress address,
        String uid,
        List<OwnerReference> owners,
        boolean terminating,
        boolean foreground,
        boolean orphan) {

    public static Collectable of(ObjectAddress address, JsonNode object) {
        JsonNode metadata = object.path("metadata");
        List<OwnerReference> owners = new ArrayList<>();
        metadata.path("ownerReferences").forEach(reference -> owners.add(OwnerReference.of(reference)));
        return new Collectable(
                address,
                Json.text(metadata, "uid"),
                List.copyOf(owners),
                metadata.has("deletionTimestamp"),
                DeletionFinalizers.has(object, DeletionFinalizers.FOREGROUND),
                DeletionFinalizers.has(object, DeletionFinalizers.ORPHAN));
    }

    /** An object that owns nothing so far as it says itself, and that nobody owns. */
    public static Collectable plain(ObjectAddress address, String uid) {
        return new Collectable(address, uid, List.of(), false, false, false);
    }

    /** Whether the object names owners or the collector's finalizers; of all others it need not be told. */
    public boolean matters() {
        return !owners.isEmpty() || foreground || orphan;
    }

    /** It is deleted in the foreground: it waits until the dependents that block it are gone. */
    public boolean deletesDependents() {
        return terminating && foreground;
    }

    /** It waits until its dependents have lost it as their owner. */
    public boolean orphansDependents() {
        return terminating && orphan;
    }

    boolean waits() {
        return deletesDependents() || orphansDependents();
    }

    /** Whether the object keeps this owner from going in the foreground. */
    boolean blocks(String ownerUid) {
        return owners.stream().anyMatch(owner -> owner.blocking() && owner.uid().equals(ownerUid));
    }
}
