package io.everynode.objects.openapi;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.patch.PatchType;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The paths of a document: for each kind its collections, its objects and their subresources, with their operations.
 */
final class Paths {

    private static final List<String> BODY_TYPES =
            List.of("application/json", "application/yaml", "application/vnd.kubernetes.protobuf");

    private final TreeMap<String, ObjectNode> paths = new TreeMap<>();

    private Paths() {}

    static ObjectNode of(List<Kind> kinds) {
        Paths paths = new Paths();
        kinds.forEach(paths::add);
        ObjectNode all = Json.object();
        paths.paths.forEach(all::set);
        return all;
    }

    private void add(Kind kind) {
        String base = (kind.group().isEmpty() ? "/api/" : "/apis/") + kind.apiVersion();
        String collection = base + (kind.namespaced() ? "/namespaces/{namespace}/" : "/") + kind.plural();
        if (kind.namespaced()) {
            ObjectNode everywhere = Json.object();
            everywhere.set("get", list(kind, "listAllNamespaces"));
            paths.put(base + "/" + kind.plural(), everywhere);
        }
        ObjectNode objects = path(kind, false);
        objects.set("get", list(kind, "list"));
        objects.set("post", create(kind));
        objects.set("delete", delete(kind, "deletecollection", "Delete all " + kind.plural() + " that are selected"));
        paths.put(collection, objects);

        String item = collection + "/{name}";
        ObjectNode object = path(kind, true);
        object.set("get", read(kind, ""));
        object.set("put", replace(kind, ""));
        object.set("patch", patch(kind, ""));
        object.set("delete", delete(kind, "delete", "Delete one of " + kind.plural()));
        paths.put(item, object);

        for (String subresource : new TreeSet<>(kind.subresources())) {
            ObjectNode part = path(kind, true);
            if (subresource.equals("log")) {
                part.set("get", readLog(kind));
                paths.put(item + "/" + subresource, part);
                continue;
            }
            part.set("put", replace(kind, subresource));
            if (subresource.equals("status")) {
                part.set("get", read(kind, subresource));
                part.set("patch", patch(kind, subresource));
            }
            paths.put(item + "/" + subresource, part);
        }
    }

    private static ObjectNode path(Kind kind, boolean named) {
        ObjectNode path = Json.object();
        ArrayNode parameters = path.putArray("parameters");
        if (named) {
            pathParameter(parameters, "name", "Name of the object.");
        }
        if (kind.namespaced()) {
            pathParameter(parameters, "namespace", "Namespace of the object.");
        }
        return path;
    }

    private static ObjectNode list(Kind kind, String idVerb) {
        ObjectNode operation = operation(kind, "list", idVerb, "", "List or watch " + kind.plural());
        ArrayNode parameters = operation.putArray("parameters");
        query(parameters, "allowWatchBookmarks", "boolean", "Lets the server send bookmarks into a watch.");
        query(parameters, "continue", "string", "Token of the part of the list to go on from.");
        query(parameters, "limit", "integer", "The most items to answer with.");
        query(parameters, "sendInitialEvents", "boolean", "Starts a watch with all objects that there are.");
        query(parameters, "watch", "boolean", "Streams changes instead of a list.");
        selection(parameters);
        answer(operation, "200", Components.listNameOf(kind));
        return operation;
    }

    private static ObjectNode create(Kind kind) {
        ObjectNode operation = operation(kind, "post", "create", "", "Create one of " + kind.plural());
        writeParameters(operation);
        body(operation, Components.nameOf(kind), true, BODY_TYPES);
        answer(operation, "200", Components.nameOf(kind));
        answer(operation, "201", Components.nameOf(kind));
        return operation;
    }

    private static ObjectNode read(Kind kind, String subresource) {
        ObjectNode operation = operation(kind, "get", "read", subresource, "Read" + what(kind, subresource));
        answer(operation, "200", Components.nameOf(kind));
        return operation;
    }

    private static ObjectNode readLog(Kind kind) {
        ObjectNode operation = operation(kind, "get", "read", "log", "Read the log of a container of one of pods");
        ArrayNode parameters = operation.putArray("parameters");
        query(parameters, "container", "string", "Which container; may be left out if there is only one.");
        query(parameters, "follow", "boolean", "Goes on with new lines until the container ends.");
        query(parameters, "insecureSkipTLSVerifyBackend", "boolean", "Accepts any certificate of the kubelet.");
        query(parameters, "limitBytes", "integer", "Ends after so many bytes.");
        query(parameters, "previous", "boolean", "The run of the container before the present one.");
        query(parameters, "sinceSeconds", "integer", "Only lines that are not older.");
        query(parameters, "tailLines", "integer", "Only so many lines from the end.");
        query(parameters, "timestamps", "boolean", "Begins each line with its time.");
        Json.child(operation, "responses")
                .putObject("200")
                .put("description", "OK")
                .putObject("content")
                .putObject("text/plain")
                .putObject("schema")
                .put("type", "string");
        return operation;
    }

    private static ObjectNode replace(Kind kind, String subresource) {
        ObjectNode operation = operation(kind, "put", "replace", subresource, "Replace" + what(kind, subresource));
        writeParameters(operation);
        body(operation, Components.nameOf(kind), true, BODY_TYPES);
        answer(operation, "200", Components.nameOf(kind));
        answer(operation, "201", Components.nameOf(kind));
        return operation;
    }

    private static ObjectNode patch(Kind kind, String subresource) {
        ObjectNode operation =
                operation(kind, "patch", "patch", subresource, "Change parts of" + what(kind, subresource));
        ArrayNode parameters = writeParameters(operation);
        query(parameters, "force", "boolean", "Takes fields over from other managers; for server-side apply only.");
        body(
                operation,
                Components.PATCH,
                true,
                List.of(PatchType.values()).stream().map(PatchType::mediaType).toList());
        answer(operation, "200", Components.nameOf(kind));
        answer(operation, "201", Components.nameOf(kind));
        return operation;
    }

    private static ObjectNode delete(Kind kind, String action, String description) {
        ObjectNode operation = operation(kind, action, action, "", description);
        ArrayNode parameters = operation.putArray("parameters");
        query(parameters, "dryRun", "string", "All checks the request without keeping the result.");
        query(parameters, "gracePeriodSeconds", "integer", "Seconds to wait for a graceful end.");
        query(parameters, "orphanDependents", "boolean", "Deprecated; use propagationPolicy.");
        query(parameters, "propagationPolicy", "string", "Orphan, Background or Foreground.");
        if (action.equals("deletecollection")) {
            selection(parameters);
        }
        body(operation, Components.META + "DeleteOptions", false, BODY_TYPES);
        answer(operation, "200", Components.META + "Status");
        return operation;
    }

    private static String what(Kind kind, String subresource) {
        return (subresource.isEmpty() ? " one of " : " the " + subresource + " of one of ") + kind.plural();
    }

    private static ObjectNode operation(Kind kind, String action, String idVerb, String subresource, String text) {
        String group = kind.group().isEmpty() ? "core" : kind.group().split("\\.", 2)[0];
        ObjectNode operation = Json.object().put("description", text + ".");
        operation.put(
                "operationId",
                idVerb
                        + capital(group)
                        + capital(kind.version())
                        + (kind.namespaced() ? "Namespaced" : "")
                        + kind.kind()
                        + capital(subresource));
        operation.putArray("tags").add(group + "_" + kind.version());
        operation.put("x-kubernetes-action", action);
        // An object here, while schemas hold an array: kubectl reads both just so.
        operation.set("x-kubernetes-group-version-kind", Components.groupVersionKind(kind, kind.kind()));
        return operation;
    }

    private static String capital(String word) {
        return word.isEmpty() ? "" : Character.toUpperCase(word.charAt(0)) + word.substring(1);
    }

    private static ArrayNode writeParameters(ObjectNode operation) {
        ArrayNode parameters = operation.putArray("parameters");
        query(parameters, "dryRun", "string", "All checks the request without keeping the result.");
        query(parameters, "fieldManager", "string", "Who makes the change.");
        query(parameters, "fieldValidation", "string", "What to do about unknown fields: Ignore, Warn or Strict.");
        return parameters;
    }

    private static void selection(ArrayNode parameters) {
        query(parameters, "fieldSelector", "string", "Selects objects by fields.");
        query(parameters, "labelSelector", "string", "Selects objects by labels.");
        query(parameters, "resourceVersion", "string", "Version that the answer must have reached.");
        query(parameters, "resourceVersionMatch", "string", "Exact or NotOlderThan.");
        query(parameters, "timeoutSeconds", "integer", "Longest time that the call may take.");
    }

    private static void query(ArrayNode parameters, String name, String type, String description) {
        parameters
                .addObject()
                .put("description", description)
                .put("in", "query")
                .put("name", name)
                .putObject("schema")
                .put("type", type)
                .put("uniqueItems", true);
    }

    private static void pathParameter(ArrayNode parameters, String name, String description) {
        parameters
                .addObject()
                .put("description", description)
                .put("in", "path")
                .put("name", name)
                .put("required", true)
                .putObject("schema")
                .put("type", "string")
                .put("uniqueItems", true);
    }

    private static void body(ObjectNode operation, String schema, boolean required, List<String> mediaTypes) {
        ObjectNode body = operation.putObject("requestBody");
        ObjectNode content = body.putObject("content");
        mediaTypes.forEach(type -> content.putObject(type).set("schema", Components.reference(schema)));
        if (required) {
            body.put("required", true);
        }
    }

    private static void answer(ObjectNode operation, String code, String schema) {
        Json.child(operation, "responses")
                .putObject(code)
                .put("description", code.equals("201") ? "Created" : "OK")
                .putObject("content")
                .putObject("application/json")
                .set("schema", Components.reference(schema));
    }
}
