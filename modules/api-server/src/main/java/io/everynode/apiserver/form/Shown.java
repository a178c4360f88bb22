package io.everynode.apiserver.form;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.objects.Json;
import java.util.function.Supplier;

/**
 * An object to be shown, as bytes or as a tree, whichever a form needs; the other is never made.
 *
 * @param json shared bytes; not to be changed
 * @param tree not to be changed either
 */
public record Shown(Supplier<byte[]> json, Supplier<ObjectNode> tree) {

    public static Shown of(StoredObject object) {
        return new Shown(object::json, object::tree);
    }

    public static Shown of(ObjectNode object) {
        return new Shown(() -> Json.encode(object), () -> object);
    }
}
