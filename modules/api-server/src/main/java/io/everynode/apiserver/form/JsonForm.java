package io.everynode.apiserver.form;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import org.apache.pekko.util.ByteString;

/** Whole objects: the catalog's bytes as they are. */
public record JsonForm(Kind kind) implements ObjectForm {

    @Override
    public ByteString one(Shown object) {
        return ByteString.fromArrayUnsafe(object.json().get());
    }

    @Override
    public ByteString listStart(ListMeta meta) {
        ObjectNode list = Json.object();
        list.put("kind", kind.listKind()).put("apiVersion", kind.apiVersion());
        list.set("metadata", meta.toJson());
        return Pieces.openArray(list, "items");
    }

    @Override
    public ByteString item(StoredObject object) {
        return ByteString.fromArrayUnsafe(object.json());
    }

    @Override
    public ByteString watched(Shown object, boolean first) {
        return one(object);
    }

    @Override
    public ByteString bookmark(long version, boolean endOfInitialEvents) {
        ObjectNode object = Json.object();
        object.put("kind", kind.kind()).put("apiVersion", kind.apiVersion());
        object.set("metadata", Pieces.bookmarkMeta(version, endOfInitialEvents));
        return Pieces.bytes(object);
    }
}
