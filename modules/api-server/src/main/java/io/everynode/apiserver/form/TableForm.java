package io.everynode.apiserver.form;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.table.Tables;
import java.time.InstantSource;
import org.apache.pekko.util.ByteString;

/**
 * Rows of a meta/v1 Table.
 *
 * @param apiVersion "meta.k8s.io/v1" or "meta.k8s.io/v1beta1"
 * @param clock ages count up to its time when a row is made
 */
public record TableForm(Kind kind, String apiVersion, Include include, InstantSource clock) implements ObjectForm {

    /** What a row carries besides its cells. */
    public enum Include {
        NONE,
        METADATA,
        OBJECT
    }

    @Override
    public ByteString one(Shown object) {
        return table(object, true);
    }

    @Override
    public ByteString listStart(ListMeta meta) {
        ObjectNode table = head(true);
        table.set("metadata", meta.toJson());
        return Pieces.openArray(table, "rows");
    }

    @Override
    public ByteString item(StoredObject object) {
        return Pieces.bytes(row(object.tree()));
    }

    @Override
    public ByteString watched(Shown object, boolean first) {
        return table(object, first);
    }

    @Override
    public ByteString bookmark(long version, boolean endOfInitialEvents) {
        ObjectNode object = Json.object();
        object.put("kind", kind.kind()).put("apiVersion", kind.apiVersion());
        object.set("metadata", Pieces.bookmarkMeta(version, endOfInitialEvents));
        ObjectNode table = head(false);
        table.putObject("metadata").put("resourceVersion", String.valueOf(version));
        table.putArray("rows").addObject().putNull("cells").set("object", Pieces.partial(apiVersion, object));
        return Pieces.bytes(table);
    }

    private ByteString table(Shown shown, boolean columns) {
        ObjectNode object = shown.tree().get();
        ObjectNode table = head(columns);
        table.putObject("metadata").put("resourceVersion", Json.text(object, "metadata", "resourceVersion"));
        table.putArray("rows").add(row(object));
        return Pieces.bytes(table);
    }

    private ObjectNode head(boolean columns) {
        ObjectNode table = Json.object();
        table.put("kind", "Table").put("apiVersion", apiVersion);
        table.putNull("metadata");
        if (columns) {
            table.set("columnDefinitions", Tables.columns(kind));
        } else {
            table.putNull("columnDefinitions");
        }
        return table;
    }

    private ObjectNode row(ObjectNode object) {
        ObjectNode row = Json.object();
        row.set("cells", Tables.cells(kind, object, clock.instant()));
        switch (include) {
            case NONE -> row.putNull("object");
            case METADATA -> row.set("object", Pieces.partial(apiVersion, object));
            case OBJECT -> row.set("object", object);
        }
        return row;
    }
}
