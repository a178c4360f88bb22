package io.everynode.controlplane.catalog;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Who waits for changes of the past that are still being told from the journal. Not thread-safe. */
final class PastWaits<C> {

    /** Those who need not wait any longer. */
    record Woken<C>(List<C> cursors, List<CompletableFuture<Void>> readers) {}

    private final Map<C, Long> cursors = new LinkedHashMap<>();
    private final Map<CompletableFuture<Void>, Long> readers = new LinkedHashMap<>();
    private boolean open;

    void begin() {
        open = true;
    }

    /** Whether more of the past comes. */
    boolean open() {
        return open;
    }

    boolean any() {
        return !cursors.isEmpty() || !readers.isEmpty();
    }

    void add(C cursor, long afterVersion) {
        cursors.put(cursor, afterVersion);
    }

    void remove(C cursor) {
        cursors.remove(cursor);
    }

    CompletableFuture<Void> reader(long version) {
        CompletableFuture<Void> reader = new CompletableFuture<>();
        readers.put(reader, version);
        return reader;
    }

    /** The changes after this version are held now. */
    Woken<C> reached(long version) {
        return new Woken<>(taken(cursors, version), taken(readers, version));
    }

    /** No more comes. */
    Woken<C> end() {
        open = false;
        return reached(0);
    }

    private static <W> List<W> taken(Map<W, Long> waiting, long version) {
        List<W> taken = new ArrayList<>();
        for (Iterator<Map.Entry<W, Long>> all = waiting.entrySet().iterator(); all.hasNext(); ) {
            Map.Entry<W, Long> one = all.next();
            if (one.getValue() >= version) {
                taken.add(one.getKey());
                all.remove();
            }
        }
        return taken;
    }
}
