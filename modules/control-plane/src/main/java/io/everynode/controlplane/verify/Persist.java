package io.everynode.controlplane.verify;

import io.everynode.controlplane.invariants.StoredEvent;
import java.util.ArrayList;
import java.util.List;

/** The rows of one atomic persist of an entity, and its states before the first and after the last so far. */
final class Persist {
    final Object before;
    final List<StoredEvent> events = new ArrayList<>();
    Object after;
    String manifest = "";
    int following;

    /** @param before null for none */
    Persist(Object before) {
        this.before = before;
    }

    void add(StoredEvent event, String eventManifest, Object state) {
        events.add(event);
        manifest = eventManifest;
        after = state;
        following = event.recorded().meta().more();
    }

    StoredEvent last() {
        return events.get(events.size() - 1);
    }
}
