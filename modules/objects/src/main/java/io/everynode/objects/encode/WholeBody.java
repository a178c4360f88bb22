package io.everynode.objects.encode;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.schema.ObjectType;
import io.everynode.objects.schema.Schemas;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Finds out what a tree is by its own apiVersion and kind, and writes it as a protobuf body. Pure and thread-safe. */
public final class WholeBody {

    private static final String LIST = "List";
    private static final String META_GROUP = "meta.k8s.io/";

    private WholeBody() {}

    /** Empty for what has no protobuf form here: a Table, or a kind without a schema. */
    public static Optional<byte[]> protobuf(ObjectNode tree) {
        String apiVersion = Json.text(tree, "apiVersion");
        String kind = Json.text(tree, "kind");
        if (apiVersion.startsWith(META_GROUP)) {
            return partial(tree, apiVersion, kind);
        }
        Optional<ObjectType> own = type(apiVersion, kind);
        if (own.isPresent()) {
            return own.map(type -> ProtobufEncoder.body(apiVersion, kind, ProtobufEncoder.message(type, tree)));
        }
        return itemType(apiVersion, kind).map(item -> list(tree, apiVersion, kind, item, false));
    }

    /** The type of a kind's messages; empty when there is no schema. */
    static Optional<ObjectType> type(String apiVersion, String kind) {
        if (apiVersion.equals("v1") && kind.equals("Status")) {
            return Optional.of(Schemas.status());
        }
        int slash = apiVersion.indexOf('/');
        try {
            return Optional.of(Schemas.of(new Kind(
                    slash < 0 ? "" : apiVersion.substring(0, slash),
                    apiVersion.substring(slash + 1),
                    kind,
                    "",
                    "",
                    List.of(),
                    List.of(),
                    false,
                    Set.of())));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Optional<ObjectType> itemType(String apiVersion, String kind) {
        return kind.endsWith(LIST)
                ? type(apiVersion, kind.substring(0, kind.length() - LIST.length()))
                : Optional.empty();
    }

    private static Optional<byte[]> partial(ObjectNode tree, String apiVersion, String kind) {
        return switch (kind) {
            case "PartialObjectMetadata" -> Optional.of(ProtobufEncoder.body(apiVersion, kind, partialMessage(tree)));
            case "PartialObjectMetadataList" -> Optional.of(list(tree, apiVersion, kind, null, true));
            default -> Optional.empty();
        };
    }

    /** A PartialObjectMetadata's message: its metadata is field 1. */
    public static byte[] partialMessage(ObjectNode partial) {
        WireBuffer out = new WireBuffer(512);
        if (partial.path("metadata") instanceof ObjectNode meta) {
            out.bytes(1, ProtobufEncoder.message(Schemas.objectMeta(), meta));
        }
        return out.toBytes();
    }

    private static byte[] list(ObjectNode tree, String apiVersion, String kind, ObjectType item, boolean partial) {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        if (tree.path("metadata") instanceof ObjectNode meta) {
            message.writeBytes(ProtobufEncoder.listMeta(meta));
        }
        tree.path("items").forEach(element -> {
            ObjectNode object = (ObjectNode) element;
            byte[] bytes = partial ? partialMessage(object) : ProtobufEncoder.message(item, object);
            message.writeBytes(ProtobufEncoder.itemStart(bytes.length));
            message.writeBytes(bytes);
        });
        return ProtobufEncoder.body(apiVersion, kind, message.toByteArray());
    }
}
