package io.everynode.apiserver.form;

import io.everynode.controlplane.catalog.StoredObject;
import org.apache.pekko.util.ByteString;

/**
 * A form whose answers go out in another encoding than JSON. The form itself still makes JSON; what sends it encodes
 * whole answers, pages and watch events.
 */
public record EncodedForm(ObjectForm shape, Encoding encoding) implements ObjectForm {

    @Override
    public ByteString one(Shown object) {
        return shape.one(object);
    }

    @Override
    public ByteString listStart(ListMeta meta) {
        return shape.listStart(meta);
    }

    @Override
    public ByteString item(StoredObject object) {
        return shape.item(object);
    }

    @Override
    public ByteString watched(Shown object, boolean first) {
        return shape.watched(object, first);
    }

    @Override
    public ByteString bookmark(long version, boolean endOfInitialEvents) {
        return shape.bookmark(version, endOfInitialEvents);
    }
}
