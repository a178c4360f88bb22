package io.everynode.core.event;

import java.util.ArrayList;
import java.util.List;

/** Puts what was decided into the envelopes of one atomic persist. */
public final class Envelopes {

    private Envelopes() {}

    /** @param events in order */
    public static <E extends Event> List<Recorded<E>> of(
            CommandMeta meta, List<E> events, String reason, long atMillis) {
        List<Recorded<E>> rows = new ArrayList<>(events.size());
        for (int i = 0; i < events.size(); i++) {
            EventMeta envelope = new EventMeta(
                    atMillis, meta.caller(), meta.id(), meta.cause(), reason, meta.plannedAt(), events.size() - 1 - i);
            rows.add(new Recorded<>(envelope, events.get(i)));
        }
        return rows;
    }
}
