package io.everynode.apiserver.form;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.objects.Json;
import org.apache.pekko.util.ByteString;

/**
 * PartialObjectMetadata and its list.
 *
 * @param apiVersion "meta.k8s.io/v1" or "meta.k8s.io/v1beta1"
 */
public record MetadataForm(String apiVersion) implements ObjectForm {

    @Override
    public ByteString one(Shown object) {
        return Pieces.bytes(Pieces.partial(apiVersion, object.tree().get()));
    }

    @Override
    public ByteString listStart(ListMeta meta) {
        ObjectNode list = Json.object();
        list.put("kind", "PartialObjectMetadataList").put("apiVersion", apiVersion);
        list.set("metadata", meta.toJson());
        return Pieces.openArray(list, "items");
    }

    @Override
    public ByteString item(StoredObject object) {
        return one(Shown.of(object));
    }

    @Override
    public ByteString watched(Shown object, boolean first) {
        return one(object);
    }

    @Override
    public ByteString bookmark(long version, boolean endOfInitialEvents) {
        ObjectNode object = Json.object();
        object.set("metadata", Pieces.bookmarkMeta(version, endOfInitialEvents));
        return Pieces.bytes(Pieces.partial(apiVersion, object));
    }
}
