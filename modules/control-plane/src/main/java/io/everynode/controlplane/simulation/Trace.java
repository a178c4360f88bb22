package io.everynode.controlplane.simulation;

import io.everynode.controlplane.event.EventTypes;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * One line for each event and each fault: time, ordering, entity, event, why. The last ones are kept for a failure's
 * report.
 */
final class Trace {

    private static final int KEPT = 50;

    private final EventQueue queue;
    private final Consumer<String> sink;
    /** Made only when they are asked for: most runs are clean. */
    private final Deque<Supplier<String>> last = new ArrayDeque<>();

    /** @param sink may be null */
    Trace(EventQueue queue, Consumer<String> sink) {
        this.queue = queue;
        this.sink = sink;
    }

    void row(SimJournal.Row row) {
        long elapsed = queue.elapsed();
        add(() -> line(
                elapsed,
                Long.toString(row.ordering()),
                row.persistenceId() + "#" + row.sequence(),
                EventTypes.of(row.recorded().event()).manifest(),
                why(row)));
    }

    private static String why(SimJournal.Row row) {
        var meta = row.recorded().meta();
        return meta.reason()
                + (meta.plannedAt() > 0 ? " (planned at " + meta.plannedAt() + ")" : "")
                + (meta.more() > 0 ? " +" + meta.more() : "")
                + Describe.event(row.recorded().event());
    }

    void line(String entity, String what, String why) {
        long elapsed = queue.elapsed();
        add(() -> line(elapsed, "", entity, what, why));
    }

    private void add(Supplier<String> line) {
        last.addLast(line);
        if (last.size() > KEPT) {
            last.removeFirst();
        }
        if (sink != null) {
            sink.accept(line.get());
        }
    }

    private static String line(long elapsed, String ordering, String entity, String what, String why) {
        String shown = entity.length() > 34 ? entity.substring(0, 33) + "~" : entity;
        return String.format(
                "%6d.%03d %6s  %-34s %-28s %s", elapsed / 1000, elapsed % 1000, ordering, shown, what, why);
    }

    List<String> lastLines() {
        return last.stream().map(Supplier::get).toList();
    }
}
