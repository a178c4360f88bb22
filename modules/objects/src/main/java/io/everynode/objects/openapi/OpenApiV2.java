package io.everynode.objects.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One OpenAPI v2 document for all groups, made from the v3 documents ({@link OpenApi}) and so never at odds with them.
 * Thread-safe; each call builds it anew (some 100 ms), so callers keep what they get. Always the same bytes.
 *
 * <p>What v2 cannot say is left out as upstream leaves it out (kube-openapi's openapiconv and default pruning):
 * defaults, and that a value may be of one of two types, which becomes a string.
 *
 * <p>Who reads it: kubectl before 1.27 for explain, for its own validation and for merge keys; any kubectl when v3 does
 * not know a kind.
 */
public final class OpenApiV2 {

    private static final String V3_REFERENCE = "#/components/schemas/";
    private static final String V2_REFERENCE = "#/definitions/";
    private static final String GROUP_VERSION_KIND = "x-kubernetes-group-version-kind";

    private OpenApiV2() {}

    /** The document as JSON. */
    public static byte[] json() {
        return Json.encode(document());
    }

    /** The document as gnostic's message openapi.v2.Document: the only form that kubectl reads. */
    public static byte[] protobuf() {
        return SwaggerMessages.document(document());
    }

    static ObjectNode document() {
        TreeMap<String, ObjectNode> paths = new TreeMap<>();
        TreeMap<String, ObjectNode> definitions = new TreeMap<>();
        ObjectNode document = Json.object().put("swagger", "2.0");
        for (String groupVersion : OpenApi.hashes().keySet()) {
            ObjectNode v3 = Json.parse(OpenApi.document(groupVersion).orElseThrow());
            document.set("info", v3.get("info"));
            v3.path("paths").properties().forEach(path -> paths.put(path.getKey(), pathItem(path.getValue())));
            v3.at("/components/schemas")
                    .properties()
                    .forEach(schema -> definitions.merge(
                            schema.getKey(), schema(schema.getValue()), OpenApiV2::withGroupVersionKindsOf));
        }
        ObjectNode allPaths = document.putObject("paths");
        paths.forEach(allPaths::set);
        ObjectNode allDefinitions = document.putObject("definitions");
        definitions.forEach(allDefinitions::set);
        return document;
    }

    /** Types such as DeleteOptions are in the documents of several groups, and each names only its own. */
    private static ObjectNode withGroupVersionKindsOf(ObjectNode known, ObjectNode other) {
        if (known.get(GROUP_VERSION_KIND) instanceof ArrayNode kinds) {
            for (JsonNode kind : other.path(GROUP_VERSION_KIND)) {
                boolean there = false;
                for (JsonNode one : kinds) {
                    there |= one.equals(kind);
                }
                if (!there) {
                    kinds.add(kind);
                }
            }
        }
        return known;
    }

    private static ObjectNode pathItem(JsonNode v3) {
        ObjectNode item = Json.object();
        v3.properties().forEach(part -> {
            if (!part.getKey().equals("parameters")) {
                item.set(part.getKey(), operation(part.getValue()));
            } else if (!part.getValue().isEmpty()) {
                item.set("parameters", parameters(part.getValue()));
            }
        });
        return item;
    }

    private static ObjectNode operation(JsonNode v3) {
        ObjectNode operation = Json.object();
        ArrayNode parameters = parameters(v3.path("parameters"));
        TreeSet<String> produced = new TreeSet<>();
        v3.properties().forEach(part -> {
            switch (part.getKey()) {
                case "parameters" -> {
                    // They come last, together with the body.
                }
                case "requestBody" -> {
                    JsonNode content = part.getValue().path("content");
                    parameters.insert(0, body(part.getValue(), content));
                    names(operation.putArray("consumes"), mediaTypes(content));
                }
                case "responses" -> {
                    ObjectNode responses = operation.putObject("responses");
                    part.getValue().properties().forEach(response -> {
                        JsonNode content = response.getValue().path("content");
                        produced.addAll(mediaTypes(content));
                        responses
                                .putObject(response.getKey())
                                .put(
                                        "description",
                                        response.getValue().path("description").asText())
                                .set("schema", anySchema(content));
                    });
                }
                default -> operation.set(part.getKey(), part.getValue());
            }
        });
        names(operation.putArray("produces"), produced);
        if (!parameters.isEmpty()) {
            operation.set("parameters", parameters);
        }
        return operation;
    }

    private static ObjectNode body(JsonNode v3, JsonNode content) {
        ObjectNode body = Json.object().put("in", "body").put("name", "body");
        if (v3.path("required").asBoolean()) {
            body.put("required", true);
        }
        body.set("schema", anySchema(content));
        return body;
    }

    private static List<String> mediaTypes(JsonNode content) {
        List<String> types = new ArrayList<>();
        content.fieldNames().forEachRemaining(types::add);
        return types;
    }

    /** The schema of the first media type: v2 knows one for all of them. */
    private static ObjectNode anySchema(JsonNode content) {
        return schema(content.elements().next().path("schema"));
    }

    private static void names(ArrayNode to, Iterable<String> names) {
        names.forEach(to::add);
    }

    /** A parameter's schema is part of it in v2. */
    private static ArrayNode parameters(JsonNode v3) {
        ArrayNode parameters = Json.object().arrayNode();
        for (JsonNode one : v3) {
            ObjectNode parameter = parameters.addObject();
            one.properties().forEach(part -> {
                if (part.getKey().equals("schema")) {
                    part.getValue().properties().forEach(word -> parameter.set(word.getKey(), word.getValue()));
                } else {
                    parameter.set(part.getKey(), part.getValue());
                }
            });
        }
        return parameters;
    }

    private static ObjectNode schema(JsonNode v3) {
        ObjectNode schema = Json.object();
        for (Map.Entry<String, JsonNode> word : v3.properties()) {
            JsonNode value = word.getValue();
            switch (word.getKey()) {
                case "default" -> {
                    // Left out: older kubectl takes a reference with a default for something else.
                }
                case "$ref" -> schema.put("$ref", reference(value));
                case "allOf" -> schema.put("$ref", reference(value.path(0).path("$ref")));
                case "oneOf" -> schema.put("type", "string");
                case "items", "additionalProperties" -> schema.set(word.getKey(), schema(value));
                case "properties" -> {
                    ObjectNode properties = schema.putObject("properties");
                    value.properties().forEach(one -> properties.set(one.getKey(), schema(one.getValue())));
                }
                default -> schema.set(word.getKey(), value);
            }
        }
        return schema;
    }

    private static String reference(JsonNode v3) {
        return V2_REFERENCE + v3.asText().substring(V3_REFERENCE.length());
    }
}
