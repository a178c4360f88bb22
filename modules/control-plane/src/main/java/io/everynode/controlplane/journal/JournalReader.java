package io.everynode.controlplane.journal;

import io.everynode.controlplane.event.EventCodec;
import io.everynode.core.event.Event;
import io.everynode.core.event.Recorded;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Reads events in the order of all. Because that order is also the order of commits, a reader that has seen an ordering
 * will never find a row below it that it did not see before; a gap stays a gap.
 *
 * <p>All methods block on the database, throw {@link JournalUnavailable} if it fails, and may be called by several
 * threads.
 */
public interface JournalReader {
    /**
     * Some rows of the journal, in order.
     *
     * @param complete whether these were all the rows there were when the read began; otherwise read on
     */
    record Page(List<JournalRow> rows, boolean complete) {}

    /**
     * Reads rows above {@code ordering}, the lowest first: at most {@code maxRows}, and none after the row that brings
     * the payloads to {@code maxBytes}.
     */
    Page page(long ordering, int maxRows, long maxBytes);

    /** The highest ordering that is committed, or 0 if there is none; every lower one is visible as well. */
    long maxOrdering();

    /** At most {@code limit} rows above {@code ordering}, the lowest first. */
    default List<JournalRow> after(long ordering, int limit) {
        return page(ordering, limit, Long.MAX_VALUE).rows();
    }

    /** The rows of these orderings, as far as they are there, in any order. */
    default List<JournalRow> rows(Collection<Long> orderings) {
        List<JournalRow> rows = new ArrayList<>();
        for (long ordering : orderings) {
            for (JournalRow row : after(ordering - 1, 1)) {
                if (row.ordering() == ordering) {
                    rows.add(row);
                }
            }
        }
        return rows;
    }

    /**
     * The event of a row of this journal; a sealed one stays sealed, unless this reader has keys.
     *
     * @throws IllegalArgumentException for one that this program cannot read
     */
    default Recorded<? extends Event> event(JournalRow row) {
        return EventCodec.decode(row.manifest(), row.payload());
    }
}
