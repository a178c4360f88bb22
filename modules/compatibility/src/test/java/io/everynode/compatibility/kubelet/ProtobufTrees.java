package io.everynode.compatibility.kubelet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.everynode.objects.Json;
import io.kubernetes.client.proto.Meta;
import io.kubernetes.client.proto.Runtime;
import io.kubernetes.client.proto.V1;
import io.kubernetes.client.proto.V1Authentication;
import io.kubernetes.client.proto.V1Coordination;
import io.kubernetes.client.proto.V1Node;
import io.kubernetes.client.proto.V1Storage;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Between JSON trees and Kubernetes' protobuf form, by the messages that the official Java client brings: nothing here
 * is the server's own idea of them. Knows the kinds that a kubelet reads and writes.
 */
final class ProtobufTrees {

    private static final byte[] MAGIC = {'k', '8', 's', 0};
    private static final Map<String, Message> KINDS = new TreeMap<>();

    /** Embedded structs: messages on the wire, and nothing in JSON. */
    private static final Set<String> INLINE = Set.of("volumeSource", "localObjectReference", "handler");

    static {
        List<Message> kinds = List.of(
                V1.Node.getDefaultInstance(),
                V1.NodeList.getDefaultInstance(),
                V1.Pod.getDefaultInstance(),
                V1.PodList.getDefaultInstance(),
                V1.Service.getDefaultInstance(),
                V1.ServiceList.getDefaultInstance(),
                V1.ConfigMap.getDefaultInstance(),
                V1.Secret.getDefaultInstance(),
                V1.Event.getDefaultInstance(),
                V1Coordination.Lease.getDefaultInstance(),
                V1Node.RuntimeClass.getDefaultInstance(),
                V1Node.RuntimeClassList.getDefaultInstance(),
                V1Storage.CSIDriver.getDefaultInstance(),
                V1Storage.CSIDriverList.getDefaultInstance(),
                V1Storage.CSINode.getDefaultInstance(),
                V1Authentication.TokenRequest.getDefaultInstance(),
                Meta.DeleteOptions.getDefaultInstance(),
                Meta.Status.getDefaultInstance());
        kinds.forEach(kind -> KINDS.put(kind.getDescriptorForType().getName(), kind));
    }

    private ProtobufTrees() {}

    /** A whole object with its envelope. */
    static byte[] encode(ObjectNode object) {
        String kind = Json.text(object, "kind");
        Message.Builder builder = KINDS.get(kind).newBuilderForType();
        ObjectNode fields = object.deepCopy();
        fields.remove(List.of("kind", "apiVersion"));
        fill(builder, fields);
        Runtime.Unknown envelope = Runtime.Unknown.newBuilder()
                .setTypeMeta(Runtime.TypeMeta.newBuilder()
                        .setApiVersion(Json.text(object, "apiVersion"))
                        .setKind(kind))
                .setRaw(builder.build().toByteString())
                .build();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(MAGIC);
        out.writeBytes(envelope.toByteArray());
        return out.toByteArray();
    }

    /** Reads a whole object with its envelope. */
    static ObjectNode decode(byte[] bytes) {
        try {
            if (bytes.length < MAGIC.length || !ByteString.copyFrom(bytes, 0, 4).equals(ByteString.copyFrom(MAGIC))) {
                throw new IllegalStateException("no protobuf: " + new String(bytes, 0, Math.min(bytes.length, 200)));
            }
            Runtime.Unknown envelope = Runtime.Unknown.parseFrom(ByteString.copyFrom(bytes, 4, bytes.length - 4));
            String kind = envelope.getTypeMeta().getKind();
            ObjectNode object = Json.object()
                    .put("apiVersion", envelope.getTypeMeta().getApiVersion())
                    .put("kind", kind);
            Message read = KINDS.get(kind)
                    .newBuilderForType()
                    .mergeFrom(envelope.getRaw())
                    .build();
            object.setAll(tree(read));
            return object;
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }

    /** One frame of a watch, without its length: {@code {"type", "object"}}. */
    static ObjectNode decodeEvent(byte[] frame) {
        try {
            Meta.WatchEvent event = Meta.WatchEvent.parseFrom(frame);
            ObjectNode tree = Json.object().put("type", event.getType());
            tree.set("object", decode(event.getObject().getRaw().toByteArray()));
            return tree;
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void fill(Message.Builder builder, JsonNode fields) {
        fields.properties().forEach(entry -> {
            FieldDescriptor field = field(builder.getDescriptorForType(), entry.getKey());
            if (field.isMapField()) {
                entry.getValue().properties().forEach(pair -> {
                    Message.Builder one = builder.newBuilderForField(field);
                    one.setField(one.getDescriptorForType().findFieldByNumber(1), pair.getKey());
                    FieldDescriptor value = one.getDescriptorForType().findFieldByNumber(2);
                    one.setField(value, value(one, value, pair.getValue()));
                    builder.addRepeatedField(field, one.build());
                });
            } else if (field.isRepeated()) {
                entry.getValue().forEach(item -> builder.addRepeatedField(field, value(builder, field, item)));
            } else {
                builder.setField(field, value(builder, field, entry.getValue()));
            }
        });
    }

    /** Some are written in another case than in JSON, such as uID. */
    private static FieldDescriptor field(Descriptor type, String name) {
        return type.getFields().stream()
                .filter(field -> field.getName().equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(type.getName() + " has no " + name));
    }

    private static Object value(Message.Builder parent, FieldDescriptor field, JsonNode value) {
        return switch (field.getJavaType()) {
            case BOOLEAN -> value.asBoolean();
            case INT -> value.asInt();
            case LONG -> value.asLong();
            case STRING -> value.asText();
            case BYTE_STRING -> ByteString.copyFrom(Base64.getDecoder().decode(value.asText()));
            case MESSAGE -> {
                Message.Builder builder = parent.newBuilderForField(field);
                Descriptor type = builder.getDescriptorForType();
                switch (type.getName()) {
                    case "Time", "MicroTime" -> {
                        Instant time = Instant.parse(value.asText());
                        builder.setField(type.findFieldByName("seconds"), time.getEpochSecond());
                        builder.setField(type.findFieldByName("nanos"), time.getNano());
                    }
                    case "Quantity" -> builder.setField(type.findFieldByName("string"), value.asText());
                    default -> fill(builder, value);
                }
                yield builder.build();
            }
            default -> throw new IllegalStateException(field.toString());
        };
    }

    private static ObjectNode tree(Message message) {
        ObjectNode tree = Json.object();
        message.getAllFields().forEach((field, value) -> {
            if (field.isMapField()) {
                ObjectNode map = tree.putObject(field.getName());
                for (Object pair : (List<?>) value) {
                    Message one = (Message) pair;
                    Descriptor type = one.getDescriptorForType();
                    map.set(
                            (String) one.getField(type.findFieldByNumber(1)),
                            node(type.findFieldByNumber(2), one.getField(type.findFieldByNumber(2))));
                }
            } else if (field.isRepeated()) {
                ArrayNode list = tree.putArray(field.getName());
                ((List<?>) value).forEach(item -> list.add(node(field, item)));
            } else if (INLINE.contains(field.getName())) {
                tree.setAll(tree((Message) value));
            } else {
                tree.set(field.getName(), node(field, value));
            }
        });
        return tree;
    }

    private static JsonNode node(FieldDescriptor field, Object value) {
        return switch (field.getJavaType()) {
            case BOOLEAN -> Json.object().put("v", (Boolean) value).get("v");
            case INT -> Json.object().put("v", (Integer) value).get("v");
            case LONG -> Json.object().put("v", (Long) value).get("v");
            case STRING -> TextNode.valueOf((String) value);
            case BYTE_STRING ->
                TextNode.valueOf(Base64.getEncoder().encodeToString(((ByteString) value).toByteArray()));
            case MESSAGE -> {
                Message message = (Message) value;
                Descriptor type = message.getDescriptorForType();
                yield switch (type.getName()) {
                    case "Time", "MicroTime" ->
                        TextNode.valueOf(Instant.ofEpochSecond(
                                        (Long) message.getField(type.findFieldByName("seconds")),
                                        (Integer) message.getField(type.findFieldByName("nanos")))
                                .toString());
                    case "Quantity" -> TextNode.valueOf((String) message.getField(type.findFieldByName("string")));
                    default -> tree(message);
                };
            }
            default -> throw new IllegalStateException(field.toString());
        };
    }
}
