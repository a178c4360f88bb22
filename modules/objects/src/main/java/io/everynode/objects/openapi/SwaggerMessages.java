package io.everynode.objects.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.objects.Json;
import java.util.Map;
import java.util.function.Function;

/**
 * Writes a swagger 2.0 tree as gnostic's protobuf messages (gnostic openapiv2/OpenAPIv2.proto has the field numbers).
 * It knows the words that {@link OpenApiV2} uses and fails on others, so that none is lost in silence.
 *
 * <p>Maps are lists of (name, value) there, a union is a message with one field set, and the value of an extension is a
 * text in YAML, for which JSON does.
 */
final class SwaggerMessages {

    private SwaggerMessages() {}

    static byte[] document(JsonNode document) {
        ProtobufWriter to = new ProtobufWriter();
        document.properties().forEach(part -> {
            JsonNode value = part.getValue();
            switch (part.getKey()) {
                case "swagger" -> to.string(1, value.asText());
                case "info" -> to.message(2, info(value));
                case "paths" -> to.message(8, named(2, value, SwaggerMessages::pathItem));
                case "definitions" -> to.message(9, named(1, value, SwaggerMessages::schema));
                default -> extension(to, 16, part);
            }
        });
        return to.toBytes();
    }

    private static ProtobufWriter info(JsonNode info) {
        ProtobufWriter to = new ProtobufWriter();
        info.properties().forEach(part -> {
            switch (part.getKey()) {
                case "title" -> to.string(1, part.getValue().asText());
                case "version" -> to.string(2, part.getValue().asText());
                default -> extension(to, 7, part);
            }
        });
        return to;
    }

    private static ProtobufWriter pathItem(JsonNode path) {
        ProtobufWriter to = new ProtobufWriter();
        path.properties().forEach(part -> {
            JsonNode value = part.getValue();
            switch (part.getKey()) {
                case "get" -> to.message(2, operation(value));
                case "put" -> to.message(3, operation(value));
                case "post" -> to.message(4, operation(value));
                case "delete" -> to.message(5, operation(value));
                case "patch" -> to.message(8, operation(value));
                case "parameters" -> value.forEach(one -> to.message(9, parameter(one)));
                default -> extension(to, 10, part);
            }
        });
        return to;
    }

    private static ProtobufWriter operation(JsonNode operation) {
        ProtobufWriter to = new ProtobufWriter();
        operation.properties().forEach(part -> {
            JsonNode value = part.getValue();
            switch (part.getKey()) {
                case "tags" -> to.strings(1, value);
                case "description" -> to.string(3, value.asText());
                case "operationId" -> to.string(5, value.asText());
                case "produces" -> to.strings(6, value);
                case "consumes" -> to.strings(7, value);
                case "parameters" -> value.forEach(one -> to.message(8, parameter(one)));
                case "responses" -> to.message(9, named(1, value, SwaggerMessages::response));
                default -> extension(to, 13, part);
            }
        });
        return to;
    }

    /**
     * ParametersItem, which holds a Parameter, which holds a BodyParameter or a NonBodyParameter, which holds the kinds
     * of these.
     */
    private static ProtobufWriter parameter(JsonNode parameter) {
        String in = parameter.path("in").asText();
        ProtobufWriter oneOf = switch (in) {
            case "body" -> ProtobufWriter.of(1, bodyParameter(parameter));
            // The two differ in nothing but that a query's fields begin, from the fifth on, with one more.
            case "query" -> ProtobufWriter.of(2, ProtobufWriter.of(3, plainParameter(parameter, 1)));
            case "path" -> ProtobufWriter.of(2, ProtobufWriter.of(4, plainParameter(parameter, 0)));
            default -> throw new IllegalArgumentException("no message for a parameter in " + in);
        };
        return ProtobufWriter.of(1, oneOf);
    }

    private static ProtobufWriter bodyParameter(JsonNode parameter) {
        ProtobufWriter to = new ProtobufWriter();
        parameter.properties().forEach(part -> {
            JsonNode value = part.getValue();
            switch (part.getKey()) {
                case "description" -> to.string(1, value.asText());
                case "name" -> to.string(2, value.asText());
                case "in" -> to.string(3, value.asText());
                case "required" -> to.bool(4, value.asBoolean());
                case "schema" -> to.message(5, schema(value));
                default -> extension(to, 6, part);
            }
        });
        return to;
    }

    private static ProtobufWriter plainParameter(JsonNode parameter, int shift) {
        ProtobufWriter to = new ProtobufWriter();
        parameter.properties().forEach(part -> {
            JsonNode value = part.getValue();
            switch (part.getKey()) {
                case "required" -> to.bool(1, value.asBoolean());
                case "in" -> to.string(2, value.asText());
                case "description" -> to.string(3, value.asText());
                case "name" -> to.string(4, value.asText());
                case "type" -> to.string(5 + shift, value.asText());
                case "uniqueItems" -> to.bool(19 + shift, value.asBoolean());
                default -> extension(to, 22 + shift, part);
            }
        });
        return to;
    }

    /** ResponseValue, which holds a Response, whose SchemaItem holds a schema. */
    private static ProtobufWriter response(JsonNode response) {
        ProtobufWriter to = new ProtobufWriter();
        response.properties().forEach(part -> {
            switch (part.getKey()) {
                case "description" -> to.string(1, part.getValue().asText());
                case "schema" -> to.message(2, ProtobufWriter.of(1, schema(part.getValue())));
                default -> extension(to, 5, part);
            }
        });
        return ProtobufWriter.of(1, to);
    }

    private static ProtobufWriter schema(JsonNode schema) {
        ProtobufWriter to = new ProtobufWriter();
        schema.properties().forEach(part -> {
            JsonNode value = part.getValue();
            switch (part.getKey()) {
                case "$ref" -> to.string(1, value.asText());
                case "format" -> to.string(2, value.asText());
                case "description" -> to.string(4, value.asText());
                case "required" -> to.strings(19, value);
                case "additionalProperties" -> to.message(21, ProtobufWriter.of(1, schema(value)));
                case "type" -> to.message(22, new ProtobufWriter().string(1, value.asText()));
                case "items" -> to.message(23, ProtobufWriter.of(1, schema(value)));
                case "properties" -> to.message(25, named(1, value, SwaggerMessages::schema));
                default -> extension(to, 31, part);
            }
        });
        return to;
    }

    /** A map: each entry is field {@code number}, a message of a name and a value. */
    private static ProtobufWriter named(int number, JsonNode map, Function<JsonNode, ProtobufWriter> form) {
        ProtobufWriter to = new ProtobufWriter();
        map.properties()
                .forEach(entry -> to.message(
                        number,
                        new ProtobufWriter().string(1, entry.getKey()).message(2, form.apply(entry.getValue()))));
        return to;
    }

    private static void extension(ProtobufWriter to, int number, Map.Entry<String, JsonNode> part) {
        if (!part.getKey().startsWith("x-")) {
            throw new IllegalArgumentException("no field for " + part.getKey());
        }
        ProtobufWriter any = new ProtobufWriter().bytes(2, Json.encode(part.getValue()));
        to.message(number, new ProtobufWriter().string(1, part.getKey()).message(2, any));
    }
}
