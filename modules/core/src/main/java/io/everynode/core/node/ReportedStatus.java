package io.everynode.core.node;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.everynode.core.object.JsonBytes;
import io.everynode.objects.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * What decisions need of a Pod's status, read without a tree of the rest: each report is applied at its Node and in
 * every catalog.
 *
 * @param phase "Pending" without one
 * @param ready condition Ready, the first of them
 */
record ReportedStatus(String phase, boolean ready) {

    /** What nearly all Pods are; one copy for all of them. */
    private static final List<ReportedStatus> USUAL = List.of(
            new ReportedStatus("Running", true),
            new ReportedStatus("Running", false),
            new ReportedStatus("Pending", false),
            new ReportedStatus("Failed", false),
            new ReportedStatus("Succeeded", false));

    static ReportedStatus of(JsonBytes status) {
        String phase = "Pending";
        Boolean ready = null;
        try (JsonParser parser = Json.parser(status.utf8())) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String field = parser.currentName();
                JsonToken value = parser.nextToken();
                if (field.equals("phase") && value.isScalarValue() && value != JsonToken.VALUE_NULL) {
                    phase = parser.getText();
                } else if (field.equals("conditions") && value == JsonToken.START_ARRAY) {
                    while (parser.nextToken() != JsonToken.END_ARRAY) {
                        Boolean one = parser.currentToken() == JsonToken.START_OBJECT ? readiness(parser) : null;
                        parser.skipChildren();
                        ready = ready == null ? one : ready;
                    }
                } else {
                    parser.skipChildren();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        boolean isReady = ready != null && ready;
        for (ReportedStatus usual : USUAL) {
            if (usual.ready == isReady && usual.phase.equals(phase)) {
                return usual;
            }
        }
        return new ReportedStatus(phase, isReady);
    }

    /** Reads one condition to its end; null when it is not about readiness. */
    private static Boolean readiness(JsonParser parser) throws IOException {
        boolean isReady = false;
        boolean isTrue = false;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String field = parser.currentName();
            JsonToken value = parser.nextToken();
            if (value == JsonToken.VALUE_STRING && field.equals("type")) {
                isReady = parser.getText().equals("Ready");
            } else if (value == JsonToken.VALUE_STRING && field.equals("status")) {
                isTrue = parser.getText().equals("True");
            } else {
                parser.skipChildren();
            }
        }
        return isReady ? isTrue : null;
    }
}
