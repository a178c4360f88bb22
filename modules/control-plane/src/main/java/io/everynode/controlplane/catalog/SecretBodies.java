package io.everynode.controlplane.catalog;

import io.everynode.controlplane.journal.JournalReader;
import io.everynode.controlplane.journal.JournalRow;
import io.everynode.core.object.JsonBytes;
import io.everynode.core.resource.ResourceEvent;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import java.util.HashMap;
import java.util.Map;
import org.pcollections.TreePMap;

/**
 * The contents of Secrets, which checkpoints do not hold: they are read from the journal, by the ordering of the event
 * that they are from, so that a file tells nothing that the journal has forgotten.
 */
public final class SecretBodies {

    /** Stands for a content that is not read yet; an object, as quotas look at what they count. */
    static final JsonBytes ELSEWHERE = JsonBytes.of(Json.object());

    private SecretBodies() {}

    static boolean concerns(Kind kind) {
        return kind.equals(Kinds.SECRET);
    }

    /**
     * The state with what it lacks. Blocks on the database.
     *
     * @throws IllegalStateException when the journal is not the one that the state is of
     */
    public static CatalogState filled(CatalogState state, JournalReader journal) {
        TreePMap<ObjectKey, StoredObject> secrets = state.version().objects().get(Kinds.SECRET);
        if (secrets == null) {
            return state;
        }
        Map<Long, StoredJson> missing = new HashMap<>();
        for (StoredObject secret : secrets.values()) {
            if (secret instanceof StoredJson json && json.body() == ELSEWHERE) {
                missing.put(json.resourceVersion(), json);
            }
        }
        for (JournalRow row : journal.rows(missing.keySet())) {
            StoredJson json = missing.remove(row.ordering());
            if (!row.persistenceId().equals(json.persistenceId())
                    || !(journal.event(row).event() instanceof ResourceEvent.Present present)) {
                throw new IllegalStateException("event " + row.ordering() + " is not of " + json.persistenceId());
            }
            secrets = secrets.plus(
                    new ObjectKey(json.namespace(), json.name()), json.parts().with(present.object()));
        }
        if (!missing.isEmpty()) {
            throw new IllegalStateException(missing.size() + " events of Secrets are not there");
        }
        CatalogVersion version = state.version();
        return new CatalogState(version.with(version.objects().plus(Kinds.SECRET, secrets)), state.events());
    }
}
