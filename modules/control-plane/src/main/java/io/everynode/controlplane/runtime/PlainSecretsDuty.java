package io.everynode.controlplane.runtime;

import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.catalog.Change;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.controlplane.secrets.SecretKeys;
import io.everynode.core.collection.ObjectAddress;
import io.everynode.core.event.Caller;
import io.everynode.core.object.ObjectWrite;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import io.everynode.objects.decode.ObjectDecoder.FieldValidation;
import io.everynode.objects.patch.PatchType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;

/**
 * Has Secrets that a version without encryption stored written again, unchanged, so that their newest event is sealed.
 * The older events stay as they are.
 */
final class PlainSecretsDuty implements Duty<ObjectAddress> {

    private static final Caller CALLER = Caller.controller("plain-secrets");

    /** While members of that version are there. */
    private static final Duration UPGRADE_RETRY = Duration.ofSeconds(15);

    private final SecretKeys keys;

    PlainSecretsDuty(SecretKeys keys) {
        this.keys = keys;
    }

    private boolean plain(StoredObject secret) {
        return secret.kind().equals(Kinds.SECRET) && keys.known(secret.uid()) == null;
    }

    @Override
    public Collection<ObjectAddress> everything(CatalogVersion version) {
        List<ObjectAddress> found = new ArrayList<>();
        for (StoredObject secret : version.list(Kinds.SECRET, "")) {
            if (plain(secret)) {
                found.add(address(secret));
            }
        }
        return found;
    }

    @Override
    public void concerned(CatalogVersion version, Change change, Consumer<ObjectAddress> keysToLookAt) {
        if (change.type() != Change.Type.REMOVED && plain(change.object())) {
            keysToLookAt.accept(address(change.object()));
        }
    }

    private static ObjectAddress address(StoredObject secret) {
        return new ObjectAddress(Kinds.SECRET, secret.namespace(), secret.name());
    }

    @Override
    public Todo decide(CatalogVersion version, ObjectAddress key, Instant now) {
        StoredObject secret =
                version.get(Kinds.SECRET, key.namespace(), key.name()).orElse(null);
        if (secret == null || !plain(secret) || SecretUpkeep.keyIsLost(secret)) {
            return Todo.NOTHING;
        }
        if (!keys.seals(Kinds.SECRET)) {
            return new Todo(List.of(), UPGRADE_RETRY);
        }
        ObjectWrite nothing = new ObjectWrite.Patch(
                "", PatchType.MERGE, Json.object(), FieldValidation.IGNORE, CleanupWrites.same(secret));
        return Todo.of(List.of(CleanupWrites.write(secret, nothing, 0, CALLER, now)));
    }
}
