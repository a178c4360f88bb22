package io.everynode.apiserver.form;

import io.everynode.controlplane.catalog.StoredObject;
import org.apache.pekko.util.ByteString;

/**
 * How an answer shows objects: whole, as rows of a Table, or as metadata alone. What it makes is JSON;
 * {@link #encoding} tells in what it is to be sent.
 */
public interface ObjectForm {

    default Encoding encoding() {
        return Encoding.JSON;
    }

    /** One object as a whole answer. */
    ByteString one(Shown object);

    /** A list's beginning, up to its first item. Items follow with commas between them, then {@link #listEnd}. */
    ByteString listStart(ListMeta meta);

    ByteString item(StoredObject object);

    default ByteString listEnd() {
        return ByteString.fromString("]}");
    }

    /**
     * The object within a watch event.
     *
     * @param first whether nothing was sent on this watch before: a Table then tells its columns
     */
    ByteString watched(Shown object, boolean first);

    /** The object within a BOOKMARK event. */
    ByteString bookmark(long version, boolean endOfInitialEvents);
}
