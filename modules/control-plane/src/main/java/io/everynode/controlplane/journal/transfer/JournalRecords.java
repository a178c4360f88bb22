package io.everynode.controlplane.journal.transfer;

import io.everynode.controlplane.secrets.WrappedKey;
import java.util.List;

/**
 * The rows of a whole journal, one after the other in their order: of a database or of an export. It holds some of them
 * at a time, however many there are. For one thread.
 */
public interface JournalRecords extends AutoCloseable {

    /** The lowest ordering there is, 0 when there is none. */
    long first();

    /** The highest ordering that will be delivered, 0 when there is none. */
    long last();

    /** The keys of its Secrets, each encrypted under a master key, in the order of their ids. */
    default List<WrappedKey> keys() {
        return List.of();
    }

    /**
     * The next row, or null behind the last.
     *
     * @throws BrokenExport when a file is not what was written
     * @throws io.everynode.controlplane.journal.JournalUnavailable when a database fails
     */
    JournalRecord next();

    @Override
    void close();
}
