package io.everynode.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.apiserver.form.ListMeta;
import io.everynode.apiserver.form.MetadataForm;
import io.everynode.apiserver.form.ObjectForm;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.objects.Kind;
import io.everynode.objects.encode.ProtobufEncoder;
import io.everynode.objects.encode.WholeBody;
import io.everynode.objects.schema.Schemas;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.pekko.util.ByteString;

/**
 * A page of a list as a protobuf body. Its length stands in front, so the objects are encoded before the first byte is
 * sent; of a long page only their lengths are kept and they are encoded again as they are sent: a list of a hundred
 * thousand objects costs time twice instead of memory.
 */
final class ProtobufPage implements Iterable<ByteString> {

    /** Up to so much JSON, what was encoded is kept. */
    static final long KEPT_BYTES = 16 * 1024 * 1024;

    private final ObjectForm shape;
    private final Kind kind;
    private final List<StoredObject> objects;
    private final ByteString start;
    private final List<byte[]> kept;
    private final long length;

    /** @param shape whole objects or their metadata; Tables are not written in protobuf */
    ProtobufPage(ObjectForm shape, Kind kind, ListMeta meta, List<StoredObject> objects) {
        this.shape = shape;
        this.kind = kind;
        this.objects = objects;
        long json = 0;
        for (StoredObject object : objects) {
            json += object.json().length;
        }
        this.kept = json <= KEPT_BYTES ? new ArrayList<>(objects.size()) : null;
        byte[] listMeta = ProtobufEncoder.listMeta(meta.toJson());
        long sum = listMeta.length;
        for (StoredObject object : objects) {
            byte[] item = encode(object);
            sum += ProtobufEncoder.itemStart(item.length).length + item.length;
            if (kept != null) {
                kept.add(item);
            }
        }
        this.length = sum;
        this.start = ByteString.fromArrayUnsafe(bodyStart(length)).concat(ByteString.fromArrayUnsafe(listMeta));
    }

    private byte[] bodyStart(long length) {
        return shape instanceof MetadataForm partial
                ? ProtobufEncoder.bodyStart(partial.apiVersion(), "PartialObjectMetadataList", length)
                : ProtobufEncoder.bodyStart(kind.apiVersion(), kind.listKind(), length);
    }

    private byte[] encode(StoredObject object) {
        ObjectNode tree = object.tree();
        return shape instanceof MetadataForm
                ? WholeBody.partialMessage(tree)
                : ProtobufEncoder.message(Schemas.of(object.kind()), tree);
    }

    /** Whether it is better sent bit by bit. */
    boolean isLong() {
        return length > Answers.STREAM_THRESHOLD;
    }

    /** The body bit by bit. */
    @Override
    public Iterator<ByteString> iterator() {
        return new Iterator<>() {
            private int next = -1;

            @Override
            public boolean hasNext() {
                return next < objects.size();
            }

            @Override
            public ByteString next() {
                if (next < 0) {
                    next = 0;
                    return start;
                }
                ByteString piece = ByteString.emptyByteString();
                while (next < objects.size() && piece.size() < Page.PIECE) {
                    byte[] item = kept != null ? kept.get(next) : encode(objects.get(next));
                    piece = piece.concat(ByteString.fromArrayUnsafe(ProtobufEncoder.itemStart(item.length)))
                            .concat(ByteString.fromArrayUnsafe(item));
                    next++;
                }
                return piece;
            }
        };
    }

    /** The whole body at once. */
    ByteString whole() {
        ByteString body = ByteString.emptyByteString();
        for (Iterator<ByteString> pieces = iterator(); pieces.hasNext(); ) {
            body = body.concat(pieces.next());
        }
        return body;
    }
}
