package io.everynode.nodes.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.everynode.objects.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads objects, lists and watch events in one pass over their bytes, without a tree. Whatever it does not look for, it
 * skips; what is not there is "" or false. Pure.
 */
final class ObjectScanner {

    private ObjectScanner() {}

    /**
     * One page of a list.
     *
     * @param next token of the next page, "" for none
     */
    record Page(String version, String next, List<HttpObject> items) {}

    /** @param object the Status of an ERROR, an object of nothing but a version for a BOOKMARK */
    record Event(String type, HttpObject object) {}

    /** What is collected of one object. */
    private static final class Found {
        private String namespace = "";
        private String name = "";
        private String uid = "";
        private String version = "";
        private String next = "";
        private boolean deleting;
        private boolean ready;
        private String node = "";

        HttpObject object(byte[] source, int begin, int end) {
            return new HttpObject(namespace, name, uid, version, deleting, ready, node, source, begin, end);
        }
    }

    /** @throws IOException when it is no JSON object */
    static HttpObject object(byte[] source) throws IOException {
        try (JsonParser parser = open(source)) {
            return object(parser, source);
        }
    }

    /**
     * What an object's metadata says. What follows it is not read: a server tells the writer of a Pod's status the
     * whole Pod, of which the version is wanted.
     *
     * @throws IOException when it is no JSON object as far as it was read
     */
    static HttpObject head(byte[] source) throws IOException {
        try (JsonParser parser = open(source)) {
            Found found = new Found();
            for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
                parser.nextToken();
                if (field.equals("metadata")) {
                    metadata(parser, found);
                    break;
                }
                parser.skipChildren();
            }
            return found.object(source, 0, source.length);
        }
    }

    /** @throws IOException when it is no JSON object */
    static Event event(byte[] source) throws IOException {
        try (JsonParser parser = open(source)) {
            String type = "";
            HttpObject object = null;
            for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
                parser.nextToken();
                if (field.equals("type")) {
                    type = text(parser);
                } else if (field.equals("object") && parser.currentToken() == JsonToken.START_OBJECT) {
                    object = object(parser, source);
                } else {
                    parser.skipChildren();
                }
            }
            if (object == null) {
                throw new IOException("an event without an object");
            }
            return new Event(type, object);
        }
    }

    /** @throws IOException when it is no JSON object */
    static Page page(byte[] source) throws IOException {
        try (JsonParser parser = open(source)) {
            Found list = new Found();
            List<HttpObject> items = new ArrayList<>();
            for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
                JsonToken token = parser.nextToken();
                if (field.equals("metadata")) {
                    metadata(parser, list);
                } else if (field.equals("items") && token == JsonToken.START_ARRAY) {
                    while (parser.nextToken() == JsonToken.START_OBJECT) {
                        items.add(object(parser, source));
                    }
                } else {
                    parser.skipChildren();
                }
            }
            return new Page(list.version, list.next, items);
        }
    }

    private static JsonParser open(byte[] source) throws IOException {
        JsonParser parser = Json.parser(source);
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            parser.close();
            throw new IOException("no JSON object");
        }
        return parser;
    }

    /** The parser stands on the object's brace and goes to its other one. */
    private static HttpObject object(JsonParser parser, byte[] source) throws IOException {
        int begin = (int) parser.currentTokenLocation().getByteOffset();
        Found found = new Found();
        for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
            parser.nextToken();
            switch (field) {
                case "metadata" -> metadata(parser, found);
                case "spec" -> spec(parser, found);
                case "status" -> status(parser, found);
                default -> parser.skipChildren();
            }
        }
        if (parser.currentToken() != JsonToken.END_OBJECT) {
            throw new IOException("an object that does not end");
        }
        int end = (int) parser.currentLocation().getByteOffset();
        return found.object(source, begin, end);
    }

    private static void metadata(JsonParser parser, Found found) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return;
        }
        for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
            JsonToken token = parser.nextToken();
            switch (field) {
                case "namespace" -> found.namespace = text(parser);
                case "name" -> found.name = text(parser);
                case "uid" -> found.uid = text(parser);
                case "resourceVersion" -> found.version = text(parser);
                case "continue" -> found.next = text(parser);
                case "deletionTimestamp" -> found.deleting = token != JsonToken.VALUE_NULL;
                default -> parser.skipChildren();
            }
        }
    }

    private static void spec(JsonParser parser, Found found) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return;
        }
        for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
            parser.nextToken();
            if (field.equals("nodeName")) {
                found.node = text(parser);
            } else {
                parser.skipChildren();
            }
        }
    }

    private static void status(JsonParser parser, Found found) throws IOException {
        // A Status, the object of an ERROR, has a text here.
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return;
        }
        for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
            JsonToken token = parser.nextToken();
            if (field.equals("conditions") && token == JsonToken.START_ARRAY) {
                while (parser.nextToken() == JsonToken.START_OBJECT) {
                    condition(parser, found);
                }
            } else {
                parser.skipChildren();
            }
        }
    }

    private static void condition(JsonParser parser, Found found) throws IOException {
        String type = "";
        String status = "";
        for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
            parser.nextToken();
            switch (field) {
                case "type" -> type = text(parser);
                case "status" -> status = text(parser);
                default -> parser.skipChildren();
            }
        }
        if (type.equals("Ready")) {
            found.ready = status.equals("True");
        }
    }

    private static String text(JsonParser parser) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_STRING) {
            return parser.getText();
        }
        parser.skipChildren();
        return "";
    }
}
