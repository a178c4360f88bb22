package io.everynode.faults.chaos.check;

import io.everynode.faults.chaos.record.Key;
import io.everynode.faults.chaos.record.Seen;
import io.everynode.faults.chaos.record.Snapshot;
import io.everynode.faults.chaos.record.Stretch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** I4 for watches: every event once, in order, the same for all, and each event fits what is known before it. */
final class WatchCheck {

    private WatchCheck() {}

    static List<Break> of(History history) {
        List<Break> breaks = new ArrayList<>(history.disagreements());
        for (Stretch stretch : history.stretches()) {
            order(stretch, breaks);
            lost(history, stretch, breaks);
            fold(stretch, breaks);
        }
        return breaks;
    }

    private static void order(Stretch stretch, List<Break> breaks) {
        long before = stretch.from();
        Seen last = null;
        Set<Long> versions = new HashSet<>();
        for (Seen seen : stretch.events()) {
            long version = seen.object().version();
            if (!versions.add(version)) {
                breaks.add(Break.of("I4", stretch.watcher() + " was told a change twice", last, seen));
            } else if (version <= before) {
                breaks.add(Break.of(
                        "I4", stretch.watcher() + " was told a change out of order, after " + before, last, seen));
            }
            before = Math.max(before, version);
            last = seen;
        }
    }

    private static void lost(History history, Stretch stretch, List<Break> breaks) {
        Set<Long> told = new HashSet<>();
        stretch.events().forEach(seen -> told.add(seen.object().version()));
        for (Seen seen : history.changes()
                .subMap(stretch.from(), false, stretch.through(), true)
                .values()) {
            if (!told.contains(seen.object().version())) {
                breaks.add(Break.of(
                        "I4",
                        stretch.watcher() + " was never told a change, though it saw from " + stretch.from()
                                + " through " + stretch.through(),
                        seen));
            }
        }
    }

    private static void fold(Stretch stretch, List<Break> breaks) {
        Map<Key, Snapshot> state = new HashMap<>();
        stretch.listed().forEach(object -> state.put(object.key(), object));
        for (Seen seen : stretch.events()) {
            Snapshot object = seen.object();
            Snapshot before =
                    seen.type() == Seen.Type.DELETED ? state.remove(object.key()) : state.put(object.key(), object);
            boolean fits = seen.type() == Seen.Type.ADDED
                    ? before == null
                    : before != null && before.uid().equals(object.uid());
            if (!fits) {
                breaks.add(Break.of("I4", stretch.watcher() + " was told what does not follow", before, seen));
            }
        }
    }
}
