package io.everynode.faults.chaos.check;

import io.everynode.faults.chaos.record.Op;
import io.everynode.faults.chaos.record.Seen;
import io.everynode.faults.chaos.record.Stretch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;

/**
 * I3: what a client was told to be done is in the history, as it was told; and compare-and-set is what it says: nothing
 * lies between the version that a write demanded and the one it made.
 */
final class DurableCheck {

    private DurableCheck() {}

    static List<Break> of(Map<String, History> histories, List<Op> ops) {
        List<Break> breaks = new ArrayList<>();
        for (Op op : ops) {
            History history = histories.get(op.key().resource());
            if (op.isDoneWrite() && history != null) {
                if (op.verb() == Op.Verb.DELETE) {
                    deleted(history, op, breaks);
                } else {
                    written(history, op, breaks);
                    alone(history, op, breaks);
                }
            }
        }
        return breaks;
    }

    private static void written(History history, Op op, List<Break> breaks) {
        if (!history.covers(op.version())) {
            return;
        }
        Seen change = history.changes().get(op.version());
        if (change == null || !change.object().key().equals(op.key())) {
            breaks.add(Break.of("I3", "an acknowledged write is not in the history", op, change));
        } else if (!change.object().uid().equals(op.uid())) {
            breaks.add(Break.of("I3", "an acknowledged write is another object's in the history", op, change));
        } else if (!op.value().isEmpty() && !op.value().equals(change.object().value())) {
            breaks.add(Break.of("I3", "an acknowledged write has another value in the history", op, change));
        }
    }

    private static void alone(History history, Op op, List<Break> breaks) {
        if (op.expected() > 0 && op.expected() < op.version()) {
            NavigableMap<Long, Seen> between =
                    history.changesOf(op.key()).subMap(op.expected(), false, op.version(), false);
            if (!between.isEmpty()) {
                breaks.add(Break.of(
                        "I3",
                        "a write that demanded version " + op.expected() + " was done after another one",
                        op,
                        between.firstEntry().getValue()));
            }
        }
    }

    /** The object need not be gone, but must be gone or going. */
    private static void deleted(History history, Op op, List<Break> breaks) {
        if (op.uid().isEmpty()) {
            return;
        }
        boolean going = history.changesOf(op.key()).values().stream()
                .anyMatch(seen -> seen.object().uid().equals(op.uid())
                        && (seen.type() == Seen.Type.DELETED || seen.object().terminating()));
        boolean goingFromTheBegin = history.stretches().stream()
                .map(Stretch::listed)
                .flatMap(List::stream)
                .anyMatch(object -> object.uid().equals(op.uid()) && object.terminating());
        boolean everSeen = history.changesOf(op.key()).values().stream()
                        .anyMatch(seen -> seen.object().uid().equals(op.uid()))
                || history.stretches().stream()
                        .map(Stretch::listed)
                        .flatMap(List::stream)
                        .anyMatch(object -> object.uid().equals(op.uid()));
        if (everSeen && !going && !goingFromTheBegin) {
            breaks.add(Break.of("I3", "an acknowledged deletion is not in the history", op));
        }
    }
}
