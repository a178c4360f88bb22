package io.everynode.controlplane.secrets;

import io.everynode.controlplane.event.EventCodec;
import io.everynode.controlplane.event.EventTypes;
import io.everynode.controlplane.journal.JournalReader;
import io.everynode.controlplane.journal.JournalRow;
import io.everynode.core.event.Event;
import io.everynode.core.event.Recorded;
import io.everynode.core.resource.ResourceEvent;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A journal whose sealed events can be opened: it fetches the keys of each page with it, so that a database that fails
 * then fails the page, which is tried again, and not the fold, which is not.
 */
public final class OpeningReader implements JournalReader {

    private static final String SEALED = EventTypes.manifest(ResourceEvent.Sealed.class);

    private final JournalReader journal;
    private final SecretKeys keys;

    public OpeningReader(JournalReader journal, SecretKeys keys) {
        this.journal = journal;
        this.keys = keys;
    }

    @Override
    public Page page(long ordering, int maxRows, long maxBytes) {
        Page page = journal.page(ordering, maxRows, maxBytes);
        fetchKeys(page.rows());
        return page;
    }

    @Override
    public List<JournalRow> rows(Collection<Long> orderings) {
        List<JournalRow> rows = journal.rows(orderings);
        fetchKeys(rows);
        return rows;
    }

    private void fetchKeys(List<JournalRow> rows) {
        Set<String> ids = null;
        for (JournalRow row : rows) {
            if (row.manifest().equals(SEALED)) {
                ids = ids == null ? new HashSet<>() : ids;
                ids.add(key(row));
            }
        }
        if (ids != null) {
            keys.load(ids);
        }
    }

    /** "" of a row that cannot be read: who applies it tells so. */
    private static String key(JournalRow row) {
        try {
            return EventCodec.decode(row.manifest(), row.payload()).event() instanceof ResourceEvent.Sealed sealed
                    ? sealed.key()
                    : "";
        } catch (IllegalArgumentException unreadable) {
            return "";
        }
    }

    @Override
    public long maxOrdering() {
        return journal.maxOrdering();
    }

    @Override
    public Recorded<? extends Event> event(JournalRow row) {
        return keys.opened(journal.event(row));
    }
}
