package io.everynode.objects.decode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.schema.Field;
import io.everynode.objects.schema.ObjectType;
import io.everynode.objects.schema.Schemas;
import io.everynode.objects.schema.ValueType;
import java.time.Instant;
import java.util.Random;

/** Makes objects of a kind with random fields of the schema, in the form that the decoder gives. */
final class AnyObjects {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final int MAX_DEPTH = 9;

    private final Random random;

    AnyObjects(long seed) {
        random = new Random(seed);
    }

    ObjectNode of(Kind kind) {
        ObjectNode object = Json.object().put("apiVersion", kind.apiVersion()).put("kind", kind.kind());
        ObjectNode filled = object(Schemas.of(kind), 0);
        filled.remove("apiVersion");
        filled.remove("kind");
        if (filled.has("metadata")) {
            object.set("metadata", filled.get("metadata"));
        }
        filled.properties().forEach(entry -> object.putIfAbsent(entry.getKey(), entry.getValue()));
        return object;
    }

    private ObjectNode object(ObjectType type, int depth) {
        ObjectNode object = Json.object();
        for (Field field : type.fields()) {
            if (random.nextInt(100) < (depth > 4 ? 30 : 60)) {
                JsonNode value = shaped(field, depth);
                if (value != null) {
                    object.set(field.name(), value);
                }
            }
        }
        return object;
    }

    private JsonNode shaped(Field field, int depth) {
        if (depth > MAX_DEPTH && field.type() instanceof ValueType.Structured) {
            return null;
        }
        switch (field.shape()) {
            case LIST -> {
                ArrayNode list = NODES.arrayNode();
                for (int i = random.nextInt(2); i >= 0; i--) {
                    list.add(value(field.type(), depth));
                }
                return list;
            }
            case MAP -> {
                ObjectNode map = Json.object();
                for (int i = random.nextInt(2); i >= 0; i--) {
                    map.set("k" + i, value(field.type(), depth));
                }
                return map;
            }
            default -> {
                return value(field.type(), depth);
            }
        }
    }

    private JsonNode value(ValueType type, int depth) {
        if (type instanceof ValueType.Structured structured) {
            return object(structured.object(), depth + 1);
        }
        return switch ((ValueType.Scalar) type) {
            case STRING -> NODES.textNode("t" + random.nextInt(100) + "é\"\n");
            case BOOLEAN -> NODES.booleanNode(true);
            case INT32 -> NODES.numberNode(random.nextBoolean() ? -7 : 1 + random.nextInt(Integer.MAX_VALUE));
            case INT64 -> NODES.numberNode(-(1L << 33) - random.nextInt(100));
            case DOUBLE -> NODES.numberNode(1.5);
            case BYTES -> NODES.textNode("YWJj");
            case TIME -> NODES.textNode(Instant.ofEpochSecond(random.nextInt()).toString());
            case MICRO_TIME -> NODES.textNode("2024-01-02T03:04:05.000006Z");
            case QUANTITY -> NODES.textNode(1 + random.nextInt(99) + "Gi");
            case INT_OR_STRING -> random.nextBoolean() ? NODES.textNode("10%") : NODES.numberNode(0);
            case TEXTS -> NODES.arrayNode().add("a").add("b");
            case RAW, FIELDS_V1 -> Json.object().put("f:x", "");
        };
    }
}
