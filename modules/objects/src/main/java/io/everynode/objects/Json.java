package io.everynode.objects;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;

/** JSON trees: the one mapper of the project and small helpers. Thread-safe; trees themselves are not. */
public final class Json {

    /**
     * Deeper documents are refused when parsed; upstream's own depth limit for YAML and JSON bodies is 10,000 on the
     * wire, no real object nests past 100.
     */
    public static final int MAX_DEPTH = 500;

    private static final ObjectMapper MAPPER = JsonMapper.builder(com.fasterxml.jackson.core.JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .build())
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    /** For bytes of this program's own, in which no name stands twice: it need not be looked for. */
    private static final ObjectReader OWN = MAPPER.reader().without(StreamReadFeature.STRICT_DUPLICATE_DETECTION);

    /** For one value in the middle of a document. */
    private static final ObjectReader PART = MAPPER.reader().without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private Json() {}

    /** The shared mapper. Refuses duplicate keys, trailing tokens and documents deeper than {@link #MAX_DEPTH}. */
    public static ObjectMapper mapper() {
        return MAPPER;
    }

    public static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** Parses bytes that this program wrote itself; broken ones are a defect and throw. */
    public static ObjectNode parse(byte[] json) {
        try {
            return (ObjectNode) OWN.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * A parser for those who need little of a document. A name that stands twice in an object is not noticed: looking
     * for those was a quarter of a profile.
     */
    public static JsonParser parser(byte[] json) throws IOException {
        return OWN.createParser(json);
    }

    /** Whether an object that this program wrote has a field of this name, at its top. */
    public static boolean has(byte[] json, String field) {
        try (JsonParser parser = OWN.createParser(json)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                if (parser.currentName().equals(field)) {
                    return true;
                }
                parser.nextToken();
                parser.skipChildren();
            }
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Of an object that this program wrote, its metadata alone, under that name and without managedFields: what an
     * index needs, without a tree of the rest.
     */
    public static ObjectNode metadata(byte[] json) {
        ObjectNode head = object();
        try (JsonParser parser = OWN.createParser(json)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String field = parser.currentName();
                if (parser.nextToken() == JsonToken.START_OBJECT && field.equals("metadata")) {
                    ObjectNode metadata = head.putObject("metadata");
                    while (parser.nextToken() == JsonToken.FIELD_NAME) {
                        String name = parser.currentName();
                        parser.nextToken();
                        if (name.equals("managedFields")) {
                            parser.skipChildren();
                        } else {
                            metadata.set(name, PART.<JsonNode>readTree(parser));
                        }
                    }
                } else {
                    parser.skipChildren();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return head;
    }

    public static byte[] encode(JsonNode node) {
        try {
            return MAPPER.writeValueAsBytes(node);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The node at a path of field names, or a missing node; never null. */
    public static JsonNode at(JsonNode node, String... path) {
        JsonNode current = node;
        for (String name : path) {
            if (current == null) {
                return MissingNode.getInstance();
            }
            current = current.path(name);
        }
        return current;
    }

    /** The text at a path, or "" when there is none. */
    public static String text(JsonNode node, String... path) {
        return at(node, path).asText("");
    }

    /** The object under the name, made when absent or not an object. */
    public static ObjectNode child(ObjectNode node, String name) {
        return node.get(name) instanceof ObjectNode existing ? existing : node.putObject(name);
    }
}
