package io.everynode.loadtest.seen;

import io.everynode.loadtest.times.Spreads;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What a watch has told of Nodes. Has no clock. Not thread-safe. */
public final class NodeBoard {

    /** From the phase's begin to the node's Ready. */
    public static final String READY = "ready";

    /** From the Node's creation to its Ready. */
    public static final String START = "start";

    private final Map<String, Long> addedAt = new HashMap<>();
    private final Set<String> ready = new HashSet<>();
    private Spreads spreads = new Spreads();
    private long begun;

    /** Nodes that become ready are measured from now on. */
    public void begin(long now, Spreads into) {
        begun = now;
        spreads = into;
    }

    public void event(ObjectEvent event, long now) {
        String name = event.name();
        if (event.type().equals("DELETED")) {
            addedAt.remove(name);
            ready.remove(name);
            return;
        }
        addedAt.putIfAbsent(name, now);
        if (!event.ready()) {
            ready.remove(name);
        } else if (ready.add(name)) {
            spreads.record(READY, now - begun);
            spreads.record(START, now - addedAt.get(name));
        }
    }

    public int ready() {
        return ready.size();
    }
}
