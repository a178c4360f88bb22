package io.everynode.controlplane.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * One JVM's way into the journal: what entities persist within a few milliseconds becomes one transaction, which is
 * stored or fails as a whole, whoever is to blame.
 */
final class SimWriter {

    enum Outcome {
        STORED,
        /** Not stored, or the entity does not learn that it was: it starts again. */
        FAILED
    }

    /** @param done told once, unless the write is withdrawn */
    record Persist(SimJournal.Write write, SimEntity<?, ?> by, String reason, Consumer<Outcome> done) {}

    private final Cluster cluster;
    private final List<Persist> waiting = new ArrayList<>();
    private boolean flushing;

    SimWriter(Cluster cluster) {
        this.cluster = cluster;
    }

    void write(Persist persist) {
        waiting.add(persist);
        if (!flushing) {
            flushing = true;
            cluster.queue.in(cluster.chance.writeDelay(), this::flush);
        }
    }

    /** It never left its JVM, if it has not yet. */
    void withdraw(Persist persist) {
        waiting.remove(persist);
    }

    private void flush() {
        flushing = false;
        List<Persist> batch = List.copyOf(waiting);
        waiting.clear();
        if (batch.isEmpty()) {
            return;
        }
        Chance.Persist fate = cluster.chance.persist();
        if (fate == Chance.Persist.FAILED) {
            cluster.journal.skip(batch.stream()
                    .mapToInt(persist -> persist.write().events().size())
                    .sum());
            batch.forEach(persist -> end(persist, "fault", "a persist failed: ", Outcome.FAILED));
            return;
        }
        List<List<SimJournal.Row>> stored = cluster.journal.append(
                batch.stream().map(Persist::write).toList(), cluster.chance, cluster.queue.millis());
        if (stored.isEmpty()) {
            batch.forEach(
                    persist -> end(persist, "fenced", "a sequence number of its batch is taken: ", Outcome.FAILED));
            return;
        }
        cluster.stored(batch, stored);
        boolean told = fate == Chance.Persist.STORED;
        for (Persist persist : batch) {
            if (told) {
                persist.done().accept(Outcome.STORED);
            } else {
                end(persist, "fault", "stored, but the answer was lost: ", Outcome.FAILED);
            }
        }
    }

    private void end(Persist persist, String what, String why, Outcome outcome) {
        cluster.trace.line(persist.by().id, what, why + persist.reason());
        persist.done().accept(outcome);
    }
}
