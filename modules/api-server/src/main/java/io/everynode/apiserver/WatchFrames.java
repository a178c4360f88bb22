package io.everynode.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.apiserver.form.ObjectForm;
import io.everynode.apiserver.form.Shown;
import io.everynode.controlplane.catalog.Change;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Json;
import org.apache.pekko.util.ByteString;

/**
 * Makes the lines of one watch: {@code {"type":…,"object":…}}. An object that begins to match the selectors is ADDED,
 * one that stops is DELETED. One caller at a time.
 */
final class WatchFrames {

    private static final ByteString ADDED = ByteString.fromString("{\"type\":\"ADDED\",\"object\":");
    private static final ByteString MODIFIED = ByteString.fromString("{\"type\":\"MODIFIED\",\"object\":");
    private static final ByteString DELETED = ByteString.fromString("{\"type\":\"DELETED\",\"object\":");
    private static final ByteString BOOKMARK = ByteString.fromString("{\"type\":\"BOOKMARK\",\"object\":");
    private static final ByteString ERROR = ByteString.fromString("{\"type\":\"ERROR\",\"object\":");
    private static final ByteString END = ByteString.fromString("}\n");

    private final ObjectFilter filter;
    private final ObjectForm form;
    private boolean first = true;

    WatchFrames(ObjectFilter filter, ObjectForm form) {
        this.filter = filter;
        this.form = form;
    }

    /** An object that is there when the watch begins; empty when it is not selected. */
    ByteString initial(StoredObject object) {
        return filter.test(object) ? frame(ADDED, Shown.of(object)) : ByteString.emptyByteString();
    }

    /** Empty when the watcher has nothing to do with the change. */
    ByteString changed(Change change) {
        boolean before = change.previous() != null && filter.test(change.previous());
        if (change.type() == Change.Type.REMOVED) {
            boolean seen = change.previous() == null ? filter.test(change.object()) : before;
            return seen ? frame(DELETED, Shown.of(change.object())) : ByteString.emptyByteString();
        }
        boolean after = filter.test(change.object());
        if (after) {
            return frame(before ? MODIFIED : ADDED, Shown.of(change.object()));
        }
        return before ? frame(DELETED, lastMatching(change)) : ByteString.emptyByteString();
    }

    /** As the watcher knew the object, but with the version at which it stopped to match, so that a resume is right. */
    private static Shown lastMatching(Change change) {
        ObjectNode object = change.previous().tree();
        Json.child(object, "metadata").put("resourceVersion", String.valueOf(change.version()));
        return Shown.of(object);
    }

    ByteString bookmark(long version, boolean endOfInitialEvents) {
        return BOOKMARK.concat(form.bookmark(version, endOfInitialEvents)).concat(END);
    }

    static ByteString error(ApiStatus status) {
        return ERROR.concat(ByteString.fromArrayUnsafe(Json.encode(status.toJson())))
                .concat(END);
    }

    private ByteString frame(ByteString start, Shown object) {
        ByteString shown = form.watched(object, first);
        first = false;
        return start.concat(shown).concat(END);
    }
}
