package io.everynode.loadtest.seen;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.everynode.objects.Json;
import java.io.IOException;

/**
 * A watch event with the few fields of its object that are measured, read in one pass over its bytes: at thousands of
 * events a second, trees would take the processor time that the server shall have. What is not there is "" or false.
 *
 * @param type ADDED, MODIFIED, DELETED, BOOKMARK or ERROR
 * @param version the object's resourceVersion
 * @param daemonSet name of the DaemonSet among its owners
 * @param mark value of the annotation {@link #MARK}
 * @param deleting whether it has a deletionTimestamp
 * @param node spec.nodeName
 * @param ready whether its condition Ready is True
 */
public record ObjectEvent(
        String type,
        String version,
        String name,
        String uid,
        String daemonSet,
        String mark,
        boolean deleting,
        String node,
        boolean ready) {

    /** Annotation of templates, by which Pods of one revision are told from those of another on any server. */
    public static final String MARK = "everynode.io/load-test";

    /** What is collected in passing. */
    private static final class Found {
        private String type = "";
        private String version = "";
        private String name = "";
        private String uid = "";
        private String daemonSet = "";
        private String mark = "";
        private boolean deleting;
        private String node = "";
        private boolean ready;
    }

    /** What to do with the value of one field, on which the parser stands. */
    @FunctionalInterface
    private interface Field {
        void read(String name, JsonParser parser, Found found) throws IOException;
    }

    /** @throws IOException when it is no event */
    public static ObjectEvent parse(byte[] json) throws IOException {
        Found found = new Found();
        try (JsonParser parser = Json.parser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("no watch event");
            }
            fields(parser, found, ObjectEvent::ofEvent);
        }
        return new ObjectEvent(
                found.type,
                found.version,
                found.name,
                found.uid,
                found.daemonSet,
                found.mark,
                found.deleting,
                found.node,
                found.ready);
    }

    /** Of the object on whose brace the parser stands; anything else is skipped. */
    private static void fields(JsonParser parser, Found found, Field each) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return;
        }
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            parser.nextToken();
            each.read(name, parser, found);
            // A field that was read stands on its last token, where this does nothing.
            parser.skipChildren();
        }
        if (parser.currentToken() != JsonToken.END_OBJECT) {
            throw new IOException("an object that does not end");
        }
    }

    private static void ofEvent(String name, JsonParser parser, Found found) throws IOException {
        if (name.equals("type")) {
            found.type = parser.getText();
        } else if (name.equals("object")) {
            fields(parser, found, ObjectEvent::ofObject);
        }
    }

    private static void ofObject(String name, JsonParser parser, Found found) throws IOException {
        switch (name) {
            case "metadata" -> fields(parser, found, ObjectEvent::ofMetadata);
            case "spec" -> fields(parser, found, ObjectEvent::ofSpec);
            case "status" -> fields(parser, found, ObjectEvent::ofStatus);
            default -> {}
        }
    }

    private static void ofMetadata(String name, JsonParser parser, Found found) throws IOException {
        switch (name) {
            case "name" -> found.name = parser.getText();
            case "uid" -> found.uid = parser.getText();
            case "resourceVersion" -> found.version = parser.getText();
            case "deletionTimestamp" -> found.deleting = parser.currentToken() != JsonToken.VALUE_NULL;
            case "annotations" -> fields(parser, found, ObjectEvent::ofAnnotations);
            case "ownerReferences" -> {
                if (parser.currentToken() == JsonToken.START_ARRAY) {
                    while (parser.nextToken() == JsonToken.START_OBJECT) {
                        owner(parser, found);
                    }
                }
            }
            default -> {}
        }
    }

    private static void ofAnnotations(String name, JsonParser parser, Found found) throws IOException {
        if (name.equals(MARK)) {
            found.mark = parser.getText();
        }
    }

    private static void ofSpec(String name, JsonParser parser, Found found) throws IOException {
        if (name.equals("nodeName")) {
            found.node = parser.getText();
        }
    }

    private static void ofStatus(String name, JsonParser parser, Found found) throws IOException {
        if (name.equals("conditions") && parser.currentToken() == JsonToken.START_ARRAY) {
            while (parser.nextToken() == JsonToken.START_OBJECT) {
                String[] pair = pair(parser, found, "type", "status");
                if (pair[0].equals("Ready")) {
                    found.ready = pair[1].equals("True");
                }
            }
        }
    }

    private static void owner(JsonParser parser, Found found) throws IOException {
        String[] pair = pair(parser, found, "kind", "name");
        if (pair[0].equals("DaemonSet")) {
            found.daemonSet = pair[1];
        }
    }

    private static String[] pair(JsonParser parser, Found found, String first, String second) throws IOException {
        String[] pair = {"", ""};
        fields(parser, found, (name, at, ignored) -> {
            if (name.equals(first)) {
                pair[0] = at.getText();
            } else if (name.equals(second)) {
                pair[1] = at.getText();
            }
        });
        return pair;
    }
}
