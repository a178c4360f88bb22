package io.everynode.objects.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.everynode.objects.Json;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * Reads gnostic's openapi.v2.Document back into swagger, by a table of its messages and not by what the writer does.
 */
final class SwaggerReader {

    /**
     * Message: fields as number, name and type; * is repeated. The type is a message, string, bool or yaml. A message
     * before "=" is nothing but its one field that is set; one before "~" is a map.
     */
    private static final String MESSAGES = """
            Document : 1 swagger string, 2 info Info, 8 paths Paths, 9 definitions Definitions, 16 * NamedAny
            Info : 1 title string, 2 version string, 3 description string, 7 * NamedAny
            Paths ~ 1 * NamedAny, 2 * NamedPathItem
            Definitions ~ 1 * NamedSchema
            Properties ~ 1 * NamedSchema
            NamedAny : 1 name string, 2 value Any
            NamedPathItem : 1 name string, 2 value PathItem
            NamedSchema : 1 name string, 2 value Schema
            NamedResponseValue : 1 name string, 2 value ResponseValue
            Any = 2 yaml yaml
            PathItem : 2 get Operation, 3 put Operation, 4 post Operation, 5 delete Operation, 8 patch Operation, \
            9 parameters* ParametersItem, 10 * NamedAny
            Operation : 1 tags* string, 2 summary string, 3 description string, 5 operationId string, \
            6 produces* string, 7 consumes* string, 8 parameters* ParametersItem, 9 responses Responses, \
            10 schemes* string, 11 deprecated bool, 13 * NamedAny
            Responses ~ 1 * NamedResponseValue, 2 * NamedAny
            ResponseValue = 1 response Response
            Response : 1 description string, 2 schema SchemaItem, 5 * NamedAny
            SchemaItem = 1 schema Schema
            ParametersItem = 1 parameter Parameter
            Parameter = 1 body BodyParameter, 2 nonBody NonBodyParameter
            NonBodyParameter = 3 query QueryParameterSubSchema, 4 path PathParameterSubSchema
            BodyParameter : 1 description string, 2 name string, 3 in string, 4 required bool, 5 schema Schema, 6 * NamedAny
            QueryParameterSubSchema : 1 required bool, 2 in string, 3 description string, 4 name string, \
            5 allowEmptyValue bool, 6 type string, 7 format string, 9 collectionFormat string, 20 uniqueItems bool, \
            23 * NamedAny
            PathParameterSubSchema : 1 required bool, 2 in string, 3 description string, 4 name string, \
            5 type string, 6 format string, 8 collectionFormat string, 19 uniqueItems bool, 22 * NamedAny
            Schema : 1 $ref string, 2 format string, 3 title string, 4 description string, 13 pattern string, \
            16 uniqueItems bool, 19 required* string, 21 additionalProperties AdditionalPropertiesItem, \
            22 type TypeItem, 23 items ItemsItem, 25 properties Properties, 31 * NamedAny
            AdditionalPropertiesItem = 1 schema Schema
            TypeItem = 1 value string
            ItemsItem = 1 schema Schema
            """;

    private static final Map<String, String> RULES = new HashMap<>();
    private static final Map<String, String[]> FIELDS = new HashMap<>();

    static {
        MESSAGES.lines().forEach(line -> {
            String[] parts = line.split(" ", 3);
            RULES.put(parts[0], parts[1]);
            for (String field : parts[2].split(", ")) {
                String[] words = field.split(" ");
                FIELDS.put(parts[0] + " " + words[0], words);
            }
        });
    }

    private SwaggerReader() {}

    static JsonNode document(byte[] bytes) {
        return message("Document", ByteBuffer.wrap(bytes));
    }

    private static JsonNode message(String type, ByteBuffer from) {
        ObjectNode tree = Json.object();
        JsonNode only = null;
        while (from.hasRemaining()) {
            int tag = varint(from);
            String[] field = FIELDS.get(type + " " + (tag >>> 3));
            if (field == null) {
                throw new AssertionError(type + " should not have field " + (tag >>> 3));
            }
            String name = field[1];
            if ((tag & 7) != (field[2].equals("bool") ? 0 : 2)) {
                throw new AssertionError("wire type of " + type + "." + name + ": " + (tag & 7));
            }
            JsonNode value = value(field[2], from);
            if (RULES.get(type).equals("=")) {
                if (only != null) {
                    throw new AssertionError("two fields of " + type);
                }
                only = value;
            } else if (name.equals("*")) {
                tree.set(value.path("name").textValue(), value.get("value"));
            } else if (name.endsWith("*")) {
                String plural = name.substring(0, name.length() - 1);
                (tree.has(plural) ? tree.withArray("/" + plural) : tree.putArray(plural)).add(value);
            } else if (tree.replace(name, value) != null) {
                throw new AssertionError(type + "." + name + " twice");
            }
        }
        return only == null ? tree : only;
    }

    private static JsonNode value(String type, ByteBuffer from) {
        if (type.equals("bool")) {
            return BooleanNode.valueOf(varint(from) != 0);
        }
        int length = varint(from);
        ByteBuffer content = from.slice(from.position(), length);
        from.position(from.position() + length);
        return switch (type) {
            case "string" ->
                TextNode.valueOf(StandardCharsets.UTF_8.decode(content).toString());
            case "yaml" ->
                Json.parse(("{\"any\":" + StandardCharsets.UTF_8.decode(content) + "}")
                                .getBytes(StandardCharsets.UTF_8))
                        .get("any");
            default -> message(type, content);
        };
    }

    private static int varint(ByteBuffer from) {
        int value = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = from.get();
            value |= (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }
}
