package io.everynode.objects.decode;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;

/** Reads JSON bodies, remembering duplicate keys, which {@link Json#mapper()} would refuse. Thread-safe. */
final class JsonBody {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(Json.MAX_DEPTH)
                    .build())
            .build();

    private JsonBody() {}

    static Parsed read(byte[] body) throws MalformedBodyException {
        Parsed.Duplicates duplicates = new Parsed.Duplicates();
        try (JsonParser parser = FACTORY.createParser(body)) {
            if (parser.nextToken() == null) {
                throw new MalformedBodyException("unexpected end of JSON input");
            }
            JsonNode root = value(parser, duplicates);
            if (parser.nextToken() != null) {
                throw new MalformedBodyException(
                        JsonSyntax.problem(body).orElse("invalid content after top-level value"));
            }
            return new Parsed(root, duplicates.found());
        } catch (NumberFormatException e) {
            throw new MalformedBodyException("a number's exponent is out of range");
        } catch (StreamConstraintsException e) {
            throw new MalformedBodyException(e.getOriginalMessage() + at(e.getLocation()));
        } catch (JsonProcessingException e) {
            throw new MalformedBodyException(
                    JsonSyntax.problem(body).orElseGet(() -> e.getOriginalMessage() + at(e.getLocation())));
        } catch (IOException e) {
            // Bytes in memory fail only when they are in no encoding of JSON.
            throw new MalformedBodyException(String.valueOf(e.getMessage()));
        }
    }

    /** The node of an integer, of the same class as a parser gives, so that equal numbers are equal nodes. */
    static JsonNode number(long value) {
        return value == (int) value ? NODES.numberNode((int) value) : NODES.numberNode(value);
    }

    private static JsonNode value(JsonParser parser, Parsed.Duplicates duplicates) throws IOException {
        switch (parser.currentToken()) {
            case START_OBJECT -> {
                ObjectNode object = Json.object();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String key = wellFormed(parser.currentName());
                    parser.nextToken();
                    if (object.replace(key, value(parser, duplicates)) != null) {
                        duplicates.add(object, key);
                    }
                }
                return object;
            }
            case START_ARRAY -> {
                ArrayNode array = NODES.arrayNode();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    array.add(value(parser, duplicates));
                }
                return array;
            }
            case VALUE_STRING -> {
                return NODES.textNode(wellFormed(parser.getText()));
            }
            case VALUE_NUMBER_INT -> {
                return integer(parser.getBigIntegerValue());
            }
            case VALUE_NUMBER_FLOAT -> {
                return NODES.numberNode(new BigDecimal(parser.getText()));
            }
            case VALUE_TRUE, VALUE_FALSE -> {
                return NODES.booleanNode(parser.getBooleanValue());
            }
            default -> {
                return NODES.nullNode();
            }
        }
    }

    static JsonNode integer(BigInteger value) {
        return value.bitLength() < Long.SIZE ? number(value.longValue()) : NODES.numberNode(value);
    }

    /**
     * Escapes may spell half a surrogate pair, which no UTF-8 can hold; like Go, put the replacement character there.
     */
    static String wellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                return replaceHalves(text);
            }
        }
        return text;
    }

    private static String replaceHalves(String text) {
        StringBuilder whole = new StringBuilder(text.length());
        text.codePoints()
                .map(point -> point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE ? 0xfffd : point)
                .forEach(whole::appendCodePoint);
        return whole.toString();
    }

    private static String at(JsonLocation location) {
        return location == null ? "" : " (line " + location.getLineNr() + ", column " + location.getColumnNr() + ")";
    }
}
