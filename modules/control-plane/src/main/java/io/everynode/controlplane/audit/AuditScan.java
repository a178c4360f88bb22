package io.everynode.controlplane.audit;

import io.everynode.controlplane.event.EventCodec;
import io.everynode.controlplane.event.EventSerializer;
import io.everynode.controlplane.journal.AuditRows;
import io.everynode.controlplane.journal.JournalRow;
import io.everynode.core.audit.RequestCause;
import io.everynode.core.event.EventMeta;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Goes back through the journal, from its end or where the query says, in ranges of orderings, and keeps what is
 * wanted. What was before each change comes by one statement for many. Memory does not grow with the journal. For one
 * thread at a time.
 */
final class AuditScan {

    /** Orderings that are looked at together. */
    private static final long RANGE = 1_000;

    /** Of events that are kept at a time, in bytes; with larger ones ranges get shorter. */
    private static final long MOST_BYTES = 16 << 20;

    /** After so many orderings, or entries, a page ends. */
    private static final long PAGE_ORDERINGS = 20_000;

    private static final int PAGE_ENTRIES = 200;

    /** Members' clocks differ, and a row is written some time after its event was decided. */
    private static final long SLACK_MILLIS = 60_000;

    private static final String NODES = "system:node:";

    private final AuditRows rows;
    private final AuditQuery query;
    private final AuditEntries entries;

    private long floor = -1;
    private long next;
    private int left;

    private record Found(JournalRow row, EventMeta meta) {}

    AuditScan(AuditRows rows, AuditEntries entries, AuditQuery query) {
        this.rows = rows;
        this.query = query;
        this.entries = entries;
        this.left = query.limit();
    }

    /** Blocks; throws JournalUnavailable. */
    AuditPage next() {
        if (floor < 0) {
            begin();
        }
        List<AuditEntry> page = new ArrayList<>();
        long stop = Math.max(floor, next - PAGE_ORDERINGS);
        long range = RANGE;
        while (next > stop && page.size() < PAGE_ENTRIES && left > 0) {
            long above = Math.max(stop, next - range);
            List<Found> found = new ArrayList<>();
            if (!collect(above, next, found) && range > 1) {
                range = Math.max(1, range / 8);
                continue;
            }
            next = add(found, page) ? above : page.get(page.size() - 1).ordering() - 1;
        }
        return new AuditPage(page, next <= floor ? 0 : next + 1);
    }

    /** How far there is to go is found by times of rows, some twenty of them. */
    private void begin() {
        long newest = rows.maxOrdering();
        next = query.before() > 0 ? Math.min(newest, query.before() - 1) : newest;
        floor = query.sinceMillis() <= 0 ? 0 : lastBefore(query.sinceMillis() - SLACK_MILLIS, newest);
        if (query.untilMillis() < Long.MAX_VALUE - SLACK_MILLIS) {
            next = Math.min(next, lastBefore(query.untilMillis() + SLACK_MILLIS, newest));
        }
    }

    /** An ordering from which on rows are not older than that. */
    private long lastBefore(long millis, long newest) {
        long low = 0;
        long high = newest;
        while (low < high) {
            long middle = low + (high - low) / 2;
            Optional<AuditRows.Stamp> stamp = rows.firstFrom(middle + 1);
            if (stamp.isPresent() && stamp.get().writtenAtMillis() < millis) {
                low = Math.min(high, stamp.get().ordering());
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** @return false when there is too much of it */
    private boolean collect(long above, long upTo, List<Found> found) {
        long[] bytes = {0};
        Set<String> without = query.everything() ? AuditedEvents.NEVER : AuditedEvents.NOT_BY_PEOPLE;
        rows.between(above, upTo, without, row -> {
            if (row.serializerId() == EventSerializer.IDENTIFIER) {
                EventMeta meta = EventCodec.meta(row.payload());
                if (isWanted(meta)) {
                    found.add(new Found(row, meta));
                    bytes[0] += row.payload().length;
                }
            }
            return bytes[0] <= MOST_BYTES;
        });
        return bytes[0] <= MOST_BYTES;
    }

    private boolean isWanted(EventMeta meta) {
        return query.wantsTime(meta.atMillis())
                && query.wantsUser(meta.caller().user())
                && (query.everything() || asked(meta));
    }

    /** By somebody beyond the nodes and the control plane itself; who asks for a user by name gets that one. */
    private boolean asked(EventMeta meta) {
        return RequestCause.parse(meta.cause()).isPresent()
                && (!query.users().isEmpty() || !meta.caller().user().startsWith(NODES));
    }

    /** @return false when the page or the answer is full before the last of them */
    private boolean add(List<Found> found, List<AuditEntry> page) {
        List<AuditEntries.Draft> drafts = new ArrayList<>();
        for (int i = found.size() - 1; i >= 0; i--) {
            entries.draft(found.get(i).row(), found.get(i).meta()).ifPresent(drafts::add);
        }
        for (AuditEntry entry : entries.complete(drafts)) {
            if (query.wants(entry)) {
                if (left == 0 || page.size() >= PAGE_ENTRIES) {
                    return false;
                }
                page.add(entry);
                left--;
            }
        }
        return true;
    }
}
