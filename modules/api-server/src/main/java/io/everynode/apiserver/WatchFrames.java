package io.everynode.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.apiserver.form.Encoding;
import io.everynode.apiserver.form.ObjectForm;
import io.everynode.apiserver.form.Shown;
import io.everynode.controlplane.catalog.Change;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Json;
import io.everynode.objects.encode.ProtobufEncoder;
import java.nio.ByteBuffer;
import org.apache.pekko.util.ByteString;

/**
 * Makes the events of one watch: lines {@code {"type":…,"object":…}}, or in protobuf frames with their length in four
 * bytes in front. An object that begins to match the selectors is ADDED, one that stops is DELETED. One caller at a
 * time.
 */
final class WatchFrames {

    private enum Type {
        ADDED,
        MODIFIED,
        DELETED,
        BOOKMARK,
        ERROR;

        private final ByteString start = ByteString.fromString("{\"type\":\"" + name() + "\",\"object\":");
    }

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
        return filter.test(object) ? frame(Type.ADDED, Shown.of(object)) : ByteString.emptyByteString();
    }

    /** Empty when the watcher has nothing to do with the change. */
    ByteString changed(Change change) {
        boolean before = change.previous() != null && filter.test(change.previous());
        if (change.type() == Change.Type.REMOVED) {
            boolean seen = change.previous() == null ? filter.test(change.object()) : before;
            return seen ? frame(Type.DELETED, Shown.of(change.object())) : ByteString.emptyByteString();
        }
        boolean after = filter.test(change.object());
        if (after) {
            return frame(before ? Type.MODIFIED : Type.ADDED, Shown.of(change.object()));
        }
        return before ? frame(Type.DELETED, lastMatching(change)) : ByteString.emptyByteString();
    }

    /** As the watcher knew the object, but with the version at which it stopped to match, so that a resume is right. */
    private static Shown lastMatching(Change change) {
        ObjectNode object = change.previous().tree();
        Json.child(object, "metadata").put("resourceVersion", String.valueOf(change.version()));
        return Shown.of(object);
    }

    ByteString bookmark(long version, boolean endOfInitialEvents) {
        return event(Type.BOOKMARK, form.bookmark(version, endOfInitialEvents));
    }

    ByteString error(ApiStatus status) {
        return event(Type.ERROR, ByteString.fromArrayUnsafe(Json.encode(status.toJson())));
    }

    private ByteString frame(Type type, Shown object) {
        ByteString shown = form.watched(object, first);
        first = false;
        return event(type, shown);
    }

    private ByteString event(Type type, ByteString json) {
        if (form.encoding() != Encoding.PROTOBUF) {
            return type.start.concat(json).concat(END);
        }
        byte[] object = Encoding.PROTOBUF
                .encode(json.toArrayUnsafe())
                .orElseThrow(() -> new IllegalStateException("watched in a form that protobuf lacks"));
        byte[] event = ProtobufEncoder.watchEvent(type.name(), object);
        byte[] length = ByteBuffer.allocate(Integer.BYTES).putInt(event.length).array();
        return ByteString.fromArrayUnsafe(length).concat(ByteString.fromArrayUnsafe(event));
    }
}
