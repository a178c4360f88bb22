package io.everynode.compatibility.golden;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.objects.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * What a client branches on, of two answers: the status; of a Status its reason, details, causes and message as far as
 * it does not print Go structures; of an object all but what differs from run to run; of a Table its columns and cells.
 */
final class Comparison {

    /** Blanked in the recording, or left out of it. */
    private static final List<String> VARYING = List.of(
            "uid",
            "creationTimestamp",
            "deletionTimestamp",
            "deletionGracePeriodSeconds",
            "resourceVersion",
            "generation",
            "managedFields",
            "selfLink",
            "continue");

    private final List<String> differences = new ArrayList<>();

    private Comparison() {}

    /** What is different, each with its path; empty when nothing is. */
    static List<String> of(JsonNode expected, JsonNode actual) {
        Comparison comparison = new Comparison();
        comparison.answer(steady(expected), steady(actual));
        return comparison.differences;
    }

    /** Without the letters at which each Pod's volume of a token ends. */
    private static JsonNode steady(JsonNode answer) {
        if (!answer.isObject()) {
            return answer;
        }
        String text = new String(Json.encode(answer), StandardCharsets.UTF_8);
        return Json.parse(
                text.replaceAll("(kube-api-access-)[a-z0-9]{5}\"", "$1.....\"").getBytes(StandardCharsets.UTF_8));
    }

    private void answer(JsonNode expected, JsonNode actual) {
        String kind = expected.path("kind").asText();
        same("kind", expected.path("kind"), actual.path("kind"));
        if (!differences.isEmpty()) {
            differences.add("answered: " + actual);
            return;
        }
        switch (kind) {
            case "" -> {
                if (expected.isTextual()) {
                    same("", expected, actual);
                }
            }
            case "Status" -> status(expected, actual);
            case "Table" -> table(expected, actual);
            case "APIResourceList" -> resources(expected, actual);
            case "APIGroupList" -> groups(expected, actual);
            default -> {
                if (!expected.path("any").asBoolean()) {
                    object("", expected, actual);
                }
            }
        }
    }

    private void status(JsonNode expected, JsonNode actual) {
        for (String field : List.of("apiVersion", "status", "reason", "code")) {
            same(field, expected.path(field), actual.path(field));
        }
        for (String field : List.of("name", "group", "kind", "retryAfterSeconds")) {
            same(
                    "details." + field,
                    expected.path("details").path(field),
                    actual.path("details").path(field));
        }
        // A uid differs from run to run, whether there is one does not.
        boolean uid = expected.path("details").has("uid");
        if (uid != actual.path("details").has("uid")) {
            differences.add("details.uid: " + (uid ? "missing" : "should not be there"));
        }
        JsonNode wanted = expected.path("details").path("causes");
        JsonNode got = actual.path("details").path("causes");
        if (wanted.size() != got.size()) {
            differences.add("causes: expected " + wanted + " but got " + got);
            return;
        }
        boolean go = printsGo(expected.path("message").asText());
        for (int i = 0; i < wanted.size(); i++) {
            same(
                    "causes[" + i + "].reason",
                    wanted.get(i).path("reason"),
                    got.get(i).path("reason"));
            same(
                    "causes[" + i + "].field",
                    wanted.get(i).path("field"),
                    got.get(i).path("field"));
            go |= printsGo(wanted.get(i).path("message").asText());
            text(
                    "causes[" + i + "].message",
                    wanted.get(i).path("message").asText(),
                    got.get(i).path("message").asText());
        }
        if (!go) {
            same(
                    "message",
                    withoutUids(expected.path("message").asText()),
                    withoutUids(actual.path("message").asText()));
        }
    }

    /** Of messages with Go structures only what follows them is the same. */
    private void text(String path, String expected, String actual) {
        if (!printsGo(expected)) {
            if (!expected.equals(actual)) {
                differences.add(path + ": expected " + expected + " but got " + actual);
            }
            return;
        }
        int end = Math.max(expected.lastIndexOf("}: "), expected.lastIndexOf("(nil): "));
        String tail = end < 0 ? "" : expected.substring(expected.indexOf(": ", end));
        if (!actual.endsWith(tail)) {
            differences.add(path + ": expected the end " + tail + " but got " + actual);
        }
    }

    private static String withoutUids(String message) {
        return message.replaceAll("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "UID");
    }

    static boolean printsGo(String message) {
        return message.contains("map[string]string")
                || message.contains("core.")
                || message.contains("v1.")
                || message.contains("intstr.")
                || message.contains("apps.") && message.contains("{Type");
    }

    private void object(String path, JsonNode expected, JsonNode actual) {
        if (expected.isObject() && actual.isObject()) {
            TreeSet<String> names = new TreeSet<>();
            expected.fieldNames().forEachRemaining(names::add);
            actual.fieldNames().forEachRemaining(names::add);
            boolean metadata = path.endsWith("metadata");
            for (String name : names) {
                boolean status = name.equals("status") && (path.isEmpty() || path.matches("\\.items\\[\\d+\\]"));
                // Items of a list need not repeat what kind they are of.
                boolean repeated =
                        path.matches("\\.items\\[\\d+\\]") && (name.equals("kind") || name.equals("apiVersion"));
                if (!status && !repeated && !(metadata && VARYING.contains(name))) {
                    object(path + "." + name, expected.path(name), actual.path(name));
                }
            }
        } else if (expected.isArray() && actual.isArray() && expected.size() == actual.size()) {
            for (int i = 0; i < expected.size(); i++) {
                object(path + "[" + i + "]", expected.get(i), actual.get(i));
            }
        } else {
            same(path, expected, actual);
        }
    }

    private void table(JsonNode expected, JsonNode actual) {
        same("apiVersion", expected.path("apiVersion"), actual.path("apiVersion"));
        same("columns", columns(expected), columns(actual));
        same("rows", expected.path("rows").size(), actual.path("rows").size());
        for (int i = 0;
                i < Math.min(expected.path("rows").size(), actual.path("rows").size());
                i++) {
            same(
                    "rows[" + i + "]",
                    cells(expected.path("rows").get(i)),
                    cells(actual.path("rows").get(i)));
            object(
                    ".rows.metadata",
                    expected.path("rows").get(i).path("object").path("metadata"),
                    actual.path("rows").get(i).path("object").path("metadata"));
        }
    }

    private static List<String> columns(JsonNode table) {
        List<String> columns = new ArrayList<>();
        table.path("columnDefinitions")
                .forEach(column -> columns.add(String.join(
                        " ",
                        column.path("name").asText(),
                        column.path("type").asText(),
                        column.path("format").asText(),
                        column.path("priority").asText())));
        return columns;
    }

    /** Ages differ from run to run. */
    private static List<String> cells(JsonNode row) {
        List<String> cells = new ArrayList<>();
        row.path("cells").forEach(cell -> cells.add(cell.toString().replaceAll("^\"\\d+[sm]\"$", "an age")));
        return cells;
    }

    /** Each resource that both serve is described in the same way. */
    private void resources(JsonNode expected, JsonNode actual) {
        same("groupVersion", expected.path("groupVersion"), actual.path("groupVersion"));
        Map<String, JsonNode> wanted = byName(expected.path("resources"));
        byName(actual.path("resources")).forEach((name, got) -> {
            if (!wanted.containsKey(name)) {
                differences.add("unknown resource " + name);
                return;
            }
            for (String field : List.of(
                    "kind", "namespaced", "singularName", "shortNames", "categories", "verbs", "group", "version")) {
                same(name + "." + field, wanted.get(name).path(field), got.path(field));
            }
        });
    }

    private void groups(JsonNode expected, JsonNode actual) {
        same("apiVersion", expected.path("apiVersion"), actual.path("apiVersion"));
        Map<String, JsonNode> wanted = byName(expected.path("groups"));
        byName(actual.path("groups")).forEach((name, got) -> {
            if (!wanted.containsKey(name)) {
                differences.add("unknown group " + name);
            } else {
                same(name, wanted.get(name).path("preferredVersion"), got.path("preferredVersion"));
            }
        });
    }

    private static Map<String, JsonNode> byName(JsonNode list) {
        Map<String, JsonNode> named = new LinkedHashMap<>();
        list.forEach(item -> named.put(item.path("name").asText(), item));
        return named;
    }

    private void same(String path, Object expected, Object actual) {
        if (!expected.equals(actual)) {
            differences.add(path + ": expected " + shown(expected) + " but got " + shown(actual));
        }
    }

    private static String shown(Object value) {
        return value instanceof JsonNode node && node.isMissingNode() ? "nothing" : String.valueOf(value);
    }
}
