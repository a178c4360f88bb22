package io.everynode.objects.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Outcome;
import io.everynode.objects.decode.ApplyBody;
import io.everynode.objects.decode.ObjectDecoder.FieldValidation;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One object that managers write in turns. A second passes with each write. */
final class OwnedObject {

    private static final Instant START = Instant.parse("2026-11-22T03:00:00Z");

    final Kind kind;
    ObjectNode object;
    private int writes;

    OwnedObject(Kind kind) {
        this.kind = kind;
    }

    /** A tree of YAML. */
    static ObjectNode yaml(String text) {
        Outcome<ObjectNode> read = ApplyBody.read(text.getBytes(StandardCharsets.UTF_8), FieldValidation.STRICT);
        return ((Outcome.Done<ObjectNode>) read).value();
    }

    ObjectNode whole(String yaml) {
        ObjectNode tree = Json.object().put("apiVersion", kind.apiVersion()).put("kind", kind.kind());
        ObjectNode given = yaml(yaml);
        tree.putObject("metadata").put("name", "x");
        if (given.get("metadata") instanceof ObjectNode metadata) {
            tree.withObject("/metadata").setAll(metadata);
            given.remove("metadata");
        }
        tree.setAll(given);
        return tree;
    }

    Instant now() {
        return START.plusSeconds(writes++);
    }

    /** Null when it was done. */
    ApiStatus apply(String manager, String yaml, boolean force) {
        return apply(manager, "", whole(yaml), force);
    }

    ApiStatus apply(String manager, String subresource, ObjectNode config, boolean force) {
        Outcome<ObjectNode> outcome = FieldManager.apply(kind, subresource, object, config, manager, force, now());
        if (outcome instanceof Outcome.Refused<ObjectNode> refused) {
            return refused.status();
        }
        object = withoutNulls(((Outcome.Done<ObjectNode>) outcome).value());
        return null;
    }

    /** Replaces the object; its entries come with it only when the YAML has some. */
    void update(String manager, String yaml) {
        update(manager, "", whole(yaml));
    }

    void update(String manager, String subresource, ObjectNode next) {
        if (object == null) {
            object = FieldManager.created(kind, next, manager, now());
            return;
        }
        JsonNode sent = FieldManager.sentIn(next, object);
        ObjectNode copy = next.deepCopy();
        Json.child(copy, "metadata").remove("managedFields");
        object = FieldManager.updated(kind, subresource, object, copy, sent, manager, now());
    }

    /** As the decoder would. */
    private static ObjectNode withoutNulls(ObjectNode tree) {
        List<String> empty = new ArrayList<>();
        for (Map.Entry<String, JsonNode> entry : tree.properties()) {
            if (entry.getValue().isNull()) {
                empty.add(entry.getKey());
            } else if (entry.getValue() instanceof ObjectNode inner
                    && !entry.getKey().equals("managedFields")) {
                withoutNulls(inner);
            }
        }
        tree.remove(empty);
        return tree;
    }

    /** The part of the object at a path of field names, as JSON; "" without one. */
    String at(String... path) {
        JsonNode found = Json.at(object, path);
        return found.isMissingNode() ? "" : found.toString();
    }

    /** "manager: paths" for each manager, appliers marked with a star. */
    List<String> owners() {
        List<String> owners = new ArrayList<>();
        new TreeMap<>(ManagedFields.stored(object))
                .forEach((key, entry) -> owners.add((key.applies() ? "*" : "")
                        + key.manager()
                        + (key.subresource().isEmpty() ? "" : "/" + key.subresource())
                        + ": "
                        + String.join(
                                " ",
                                entry.fields().paths().stream()
                                        .map(FieldSet::shown)
                                        .toList())));
        return owners;
    }

    JsonNode entries() {
        return ManagedFields.in(object);
    }
}
