package io.everynode.apiserver;

import io.everynode.apiserver.form.EncodedForm;
import io.everynode.apiserver.form.Encoding;
import io.everynode.apiserver.form.ListMeta;
import io.everynode.apiserver.form.ObjectForm;
import io.everynode.controlplane.catalog.Catalog;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.objects.Kind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.util.ByteString;

/**
 * The objects of one page of a list, all of one version.
 *
 * @param more whether another page follows
 * @param remaining objects after this page; -1 when not counted
 */
record Page(Kind kind, long version, List<StoredObject> objects, boolean more, long remaining) {

    /** What a piece of a streamed list is at least long, but for the last. */
    static final int PIECE = 64 * 1024;

    /**
     * Reads a page. Everything up to the page's last object is looked at; with a selector also up to the next match.
     *
     * @param after null for the first page
     */
    static Page read(Catalog catalog, ObjectFilter filter, long limit, ContinueToken after) {
        List<StoredObject> objects = new ArrayList<>();
        Iterator<StoredObject> candidates = candidates(catalog, filter, after);
        while (candidates.hasNext()) {
            StoredObject object = candidates.next();
            if (!filter.test(object)) {
                continue;
            }
            if (limit > 0 && objects.size() == limit) {
                return new Page(
                        filter.kind(),
                        catalog.resourceVersion(),
                        objects,
                        true,
                        remaining(filter, after, objects.size(), candidates));
            }
            objects.add(object);
        }
        return new Page(filter.kind(), catalog.resourceVersion(), objects, false, 0);
    }

    /** Counted once, on the first page; later pages subtract. As upstream, only when nothing is selected. */
    private static long remaining(
            ObjectFilter filter, ContinueToken after, int read, Iterator<StoredObject> candidates) {
        if (!filter.isEverything()) {
            return -1;
        }
        if (after != null) {
            return after.remaining() < read ? -1 : after.remaining() - read;
        }
        long left = 1;
        while (candidates.hasNext()) {
            candidates.next();
            left++;
        }
        return left;
    }

    /** What may match, by the best key there is; still to be filtered. */
    static Iterator<StoredObject> candidates(Catalog catalog, ObjectFilter filter, ContinueToken after) {
        Kind kind = filter.kind();
        String namespace = filter.onlyNamespace();
        if (!filter.name().isEmpty() && (!kind.namespaced() || !namespace.isEmpty())) {
            return catalog.get(kind, namespace, filter.name())
                    .map(Collections::singletonList)
                    .orElse(List.of())
                    .iterator();
        }
        if (!filter.node().isEmpty()) {
            Iterator<StoredObject> all = catalog.podsOnNode(filter.node()).iterator();
            return after == null ? all : skip(all, after);
        }
        return after == null
                ? catalog.list(kind, namespace).iterator()
                : catalog.listAfter(kind, namespace, after.namespace(), after.name())
                        .iterator();
    }

    private static Iterator<StoredObject> skip(Iterator<StoredObject> all, ContinueToken after) {
        List<StoredObject> rest = new ArrayList<>();
        while (all.hasNext()) {
            StoredObject object = all.next();
            int order = object.namespace().compareTo(after.namespace());
            if (order > 0 || order == 0 && object.name().compareTo(after.name()) > 0) {
                rest.add(object);
            }
        }
        return rest.iterator();
    }

    /** The token of the next page, or "". */
    String continueToken() {
        if (!more) {
            return "";
        }
        StoredObject last = objects.get(objects.size() - 1);
        return new ContinueToken(version, last.namespace(), last.name(), remaining).encode();
    }

    /** The page as an answer. */
    HttpResponse answer(Call call, ObjectForm form) {
        ListMeta meta = new ListMeta(version, continueToken(), remaining < 0 ? null : remaining);
        if (form.encoding() == Encoding.PROTOBUF) {
            ObjectForm shape = ((EncodedForm) form).shape();
            ProtobufPage page = new ProtobufPage(shape, kind, meta, objects);
            return page.isLong()
                    ? Answers.stream(call, Encoding.PROTOBUF, page)
                    : Answers.whole(call, Encoding.PROTOBUF, page.whole());
        }
        long size = 0;
        for (StoredObject object : objects) {
            size += object.json().length;
            // YAML is written from the whole tree; nobody asks for long lists in it.
            if (size > Answers.STREAM_THRESHOLD && form.encoding() == Encoding.JSON) {
                return Answers.stream(call, Encoding.JSON, () -> new ListWriter(form, meta, objects));
            }
        }
        ByteString body = ByteString.emptyByteString();
        for (Iterator<ByteString> pieces = new ListWriter(form, meta, objects); pieces.hasNext(); ) {
            body = body.concat(pieces.next());
        }
        return Answers.json(call, 200, body);
    }

    /** Writes the list bit by bit. */
    private static final class ListWriter implements Iterator<ByteString> {
        private static final ByteString COMMA = ByteString.fromString(",");

        private final ObjectForm form;
        private final ListMeta meta;
        private final List<StoredObject> objects;
        private int next;
        private boolean ended;

        ListWriter(ObjectForm form, ListMeta meta, List<StoredObject> objects) {
            this.form = form;
            this.meta = meta;
            this.objects = objects;
        }

        @Override
        public boolean hasNext() {
            return !ended;
        }

        @Override
        public ByteString next() {
            if (ended) {
                throw new NoSuchElementException();
            }
            ByteString piece = next == 0 ? form.listStart(meta) : ByteString.emptyByteString();
            while (next < objects.size() && piece.size() < PIECE) {
                if (next > 0) {
                    piece = piece.concat(COMMA);
                }
                piece = piece.concat(form.item(objects.get(next++)));
            }
            if (next == objects.size()) {
                piece = piece.concat(form.listEnd());
                ended = true;
            }
            return piece;
        }
    }
}
