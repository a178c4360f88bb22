package io.everynode.controlplane.simulation;

import io.everynode.controlplane.event.EventTypes;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;

/**
 * One line for each event and each fault: time, ordering, entity, event, why. The last ones are kept for a failure's
 * report.
 */
final class Trace {

    private static final int KEPT = 50;

    private final EventQueue queue;
    private final Consumer<String> sink;
    private final Deque<String> last = new ArrayDeque<>();

    /** @param sink may be null */
    Trace(EventQueue queue, Consumer<String> sink) {
        this.queue = queue;
        this.sink = sink;
    }

    void row(SimJournal.Row row) {
        var meta = row.recorded().meta();
        String why = meta.reason()
                + (meta.plannedAt() > 0 ? " (planned at " + meta.plannedAt() + ")" : "")
                + (meta.more() > 0 ? " +" + meta.more() : "");
        add(
                Long.toString(row.ordering()),
                row.persistenceId() + "#" + row.sequence(),
                EventTypes.of(row.recorded().event()).manifest(),
                why + Describe.event(row.recorded().event()));
    }

    void line(String entity, String what, String why) {
        add("", entity, what, why);
    }

    private void add(String ordering, String entity, String what, String why) {
        long elapsed = queue.elapsed();
        String shown = entity.length() > 34 ? entity.substring(0, 33) + "~" : entity;
        String line = String.format(
                "%6d.%03d %6s  %-34s %-28s %s", elapsed / 1000, elapsed % 1000, ordering, shown, what, why);
        last.addLast(line);
        if (last.size() > KEPT) {
            last.removeFirst();
        }
        if (sink != null) {
            sink.accept(line);
        }
    }

    List<String> lastLines() {
        return List.copyOf(last);
    }
}
