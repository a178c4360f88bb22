package io.everynode.faults.chaos.check;

import io.everynode.faults.chaos.record.Key;
import io.everynode.faults.chaos.record.Seen;
import io.everynode.faults.chaos.record.Snapshot;
import io.everynode.faults.chaos.record.Stretch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The changes of one resource in the order of their versions, put together from everything that any watcher saw. What a
 * single watcher missed is in it as long as another one saw it.
 */
public final class History {

    private final String resource;
    private final List<Stretch> stretches;
    private final NavigableMap<Long, Seen> changes = new TreeMap<>();
    private final Map<Key, NavigableMap<Long, Seen>> byKey = new HashMap<>();
    private final List<Break> disagreements = new ArrayList<>();

    private History(String resource, List<Stretch> stretches) {
        this.resource = resource;
        this.stretches = stretches;
    }

    /** Of each resource that was watched. */
    public static Map<String, History> of(List<Stretch> stretches) {
        Map<String, List<Stretch>> byResource = new TreeMap<>();
        for (Stretch stretch : stretches) {
            byResource
                    .computeIfAbsent(stretch.resource(), none -> new ArrayList<>())
                    .add(stretch);
        }
        Map<String, History> histories = new TreeMap<>();
        byResource.forEach((resource, some) -> histories.put(resource, of(resource, some)));
        return histories;
    }

    private static History of(String resource, List<Stretch> stretches) {
        History history = new History(resource, stretches);
        for (Stretch stretch : stretches) {
            for (Seen seen : stretch.events()) {
                history.add(stretch, seen);
            }
        }
        return history;
    }

    private void add(Stretch stretch, Seen seen) {
        Snapshot object = seen.object();
        Seen known = changes.putIfAbsent(object.version(), seen);
        if (known == null) {
            byKey.computeIfAbsent(object.key(), none -> new TreeMap<>()).put(object.version(), seen);
        } else if (known.type() != seen.type() || !known.object().equals(object)) {
            disagreements.add(Break.of(
                    "I4",
                    "two watchers saw different things at version " + object.version() + " of " + resource,
                    known,
                    stretch.watcher() + ": " + seen));
        }
    }

    public String resource() {
        return resource;
    }

    public List<Stretch> stretches() {
        return stretches;
    }

    /** Every change, by version. */
    public NavigableMap<Long, Seen> changes() {
        return changes;
    }

    public NavigableMap<Long, Seen> changesOf(Key key) {
        return byKey.getOrDefault(key, new TreeMap<>());
    }

    public List<Break> disagreements() {
        return disagreements;
    }

    /** Whether some watcher saw everything around that version. */
    public boolean covers(long version) {
        return stretches.stream().anyMatch(stretch -> stretch.covers(version));
    }

    /** What is there at a version, if a watcher began before it and went on past it. */
    public Optional<Map<Key, Snapshot>> at(long version) {
        return stretches.stream()
                .filter(stretch -> stretch.from() <= version && version <= stretch.through())
                .findFirst()
                .map(stretch -> {
                    Map<Key, Snapshot> state = new HashMap<>();
                    stretch.listed().forEach(object -> state.put(object.key(), object));
                    for (Seen seen :
                            changes.subMap(stretch.from(), false, version, true).values()) {
                        if (seen.type() == Seen.Type.DELETED) {
                            state.remove(seen.object().key());
                        } else {
                            state.put(seen.object().key(), seen.object());
                        }
                    }
                    return state;
                });
    }
}
