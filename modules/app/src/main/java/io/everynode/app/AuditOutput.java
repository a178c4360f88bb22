package io.everynode.app;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.objects.Json;

/** Entries of the audit for people. What clients have said is shown without control characters. Pure. */
final class AuditOutput {

    private static final String RECORD = "%-24s %-24s %7s %-4s %-32s %-15s %-10s %-32s %s";

    private AuditOutput() {}

    /** Several lines: what, then from where, then each field. */
    static String entry(JsonNode entry) {
        StringBuilder text = new StringBuilder();
        JsonNode object = entry.path("object");
        JsonNode request = entry.path("request");
        text.append(Json.text(entry, "time")).append("  #").append(Json.text(entry, "resourceVersion"));
        text.append("  ").append(safe(Json.text(entry, "user")));
        String sender = Json.text(request, "impersonatedBy");
        if (!sender.isEmpty()) {
            text.append(" (sent by ").append(safe(sender)).append(')');
        }
        text.append("  ").append(Json.text(entry, "verb")).append(' ').append(Json.text(object, "kind"));
        text.append(' ').append(safe(place(object)));
        String part = Json.text(object, "subresource");
        text.append(part.isEmpty() ? "" : " (" + safe(part) + ")").append("\n    ");
        text.append(request.isMissingNode() ? safe(Json.text(entry, "cause")) : from(entry, request));
        if (!Json.text(entry, "reason").isEmpty()) {
            text.append("; ").append(safe(Json.text(entry, "reason")));
        }
        for (JsonNode change : entry.path("changes")) {
            text.append("\n    ").append(safe(Json.text(change, "path"))).append(": ");
            if (change.has("from")) {
                text.append(change.get("from")).append(" -> ");
            }
            text.append(change.has("to") ? change.get("to").toString() : "gone");
        }
        if (entry.path("changesLeftOut").asInt() > 0) {
            text.append("\n    and ")
                    .append(entry.path("changesLeftOut").asInt())
                    .append(" more fields");
        }
        return text.toString();
    }

    private static String place(JsonNode object) {
        String namespace = Json.text(object, "namespace");
        String name = Json.text(object, "name");
        String shown = name.isEmpty() ? "with uid " + Json.text(object, "uid") : name;
        return namespace.isEmpty() ? shown : namespace + "/" + shown;
    }

    private static String from(JsonNode entry, JsonNode request) {
        String address = Json.text(request, "address");
        String command = Json.text(request, "command");
        String client = Json.text(entry, "client");
        StringBuilder text = new StringBuilder("from ").append(address.isEmpty() ? "?" : safe(address));
        if (!command.isEmpty()) {
            text.append(" by ").append(safe(command));
        }
        if (!client.isEmpty()) {
            text.append(command.isEmpty() ? " by " : ", ").append(safe(client));
        }
        return text.append(", request ").append(safe(Json.text(request, "id"))).toString();
    }

    static String recordHead() {
        return RECORD.formatted("LAST", "FIRST", "COUNT", "CODE", "USER", "ADDRESS", "VERB", "RESOURCE", "CLIENT");
    }

    /** With what was violated on a line of its own. */
    static String record(JsonNode record) {
        String violations = Json.text(record, "violations");
        return line(record) + (violations.isEmpty() ? "" : "\n    " + safe(violations));
    }

    private static String line(JsonNode record) {
        String namespace = Json.text(record, "namespace");
        String name = Json.text(record, "name");
        String what = Json.text(record, "resource")
                + (namespace.isEmpty() ? "" : " " + namespace)
                + (name.isEmpty() ? "" : "/" + name);
        return RECORD.formatted(
                Json.text(record, "last"),
                Json.text(record, "first"),
                record.path("count").asLong(),
                record.path("code").asText(""),
                safe(Json.text(record, "user")),
                safe(Json.text(record, "address")),
                safe(Json.text(record, "verb")),
                safe(what),
                safe(Json.text(record, "client")));
    }

    private static String safe(String text) {
        StringBuilder safe = new StringBuilder(text.length());
        text.codePoints().forEach(c -> safe.appendCodePoint(Character.isISOControl(c) ? '?' : c));
        return safe.toString();
    }
}
