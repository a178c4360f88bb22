package io.everynode.faults.chaos.run;

import io.everynode.faults.chaos.record.Key;
import io.everynode.faults.chaos.record.Op;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** How long after a moment every counter, of any JVM's entities, could be written again. Pure. */
final class Recovery {

    private Recovery() {}

    /**
     * Seconds from the moment to the first answer of the counter that was the last to answer; a request counts when it
     * began after the moment. Empty when a counter had no answer until the end of the record.
     */
    static OptionalDouble seconds(List<Op> ops, long moment) {
        Map<Key, Long> first = new HashMap<>();
        for (Op op : ops) {
            if (op.key().resource().equals("configmaps")
                    && !op.key().name().isEmpty()
                    && op.verb().isWrite()) {
                if (op.isDone() && op.start() >= moment) {
                    first.merge(op.key(), op.end(), Math::min);
                } else {
                    first.putIfAbsent(op.key(), Long.MAX_VALUE);
                }
            }
        }
        long last = first.values().stream().mapToLong(Long::longValue).max().orElse(Long.MAX_VALUE);
        return last == Long.MAX_VALUE ? OptionalDouble.empty() : OptionalDouble.of((last - moment) / 1e9);
    }
}
