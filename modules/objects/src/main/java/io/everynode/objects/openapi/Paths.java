package io.everynode.objects.openapi;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.ActionSubresource;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import io.everynode.objects.PostedKinds;
import io.everynode.objects.patch.PatchType;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The paths of a document: for each kind its collections, its objects and their subresources, with their operations.
 */
final class Paths {

    private static final List<String> BODY_TYPES =
            List.of("application/json", "application/yaml", "application/vnd.kubernetes.protobuf");

    private static final List<String> ANSWER_TYPES = List.of("application/json", "application/vnd.kubernetes.protobuf");

    private static final Map<String, String> DESCRIPTIONS = Map.of("200", "OK", "201", "Created", "202", "Accepted");

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
        if (PostedKinds.all().contains(kind)) {
            ObjectNode collection = path(kind, false);
            collection.set("post", create(kind, "", kind));
            paths.put(collection(kind), collection);
            return;
        }
        String base = (kind.group().isEmpty() ? "/api/" : "/apis/") + kind.apiVersion();
        String collection = collection(kind);
        if (kind.namespaced()) {
            ObjectNode everywhere = Json.object();
            Parameters.pretty(everywhere.putArray("parameters"));
            everywhere.set("get", list(kind, "listAllNamespaces"));
            paths.put(base + "/" + kind.plural(), everywhere);
        }
        ObjectNode objects = path(kind, false);
        objects.set("get", list(kind, "list"));
        objects.set("post", create(kind, "", kind));
        // As upstream: emptying a cluster of its namespaces by one request is not offered.
        if (!kind.equals(Kinds.NAMESPACE)) {
            objects.set(
                    "delete", delete(kind, "deletecollection", "Delete all " + kind.plural() + " that are selected"));
        }
        paths.put(collection, objects);

        String item = collection + "/{name}";
        ObjectNode object = path(kind, true);
        object.set("get", read(kind, ""));
        object.set("put", replace(kind, ""));
        object.set("patch", patch(kind, ""));
        object.set("delete", delete(kind, "delete", "Delete one of " + kind.plural()));
        paths.put(item, object);

        for (ActionSubresource action : ActionSubresource.of(kind)) {
            ObjectNode part = path(kind, true);
            part.set("post", create(kind, action.name(), action.body()));
            paths.put(item + "/" + action.name(), part);
        }
        for (String subresource : new TreeSet<>(kind.subresources())) {
            ObjectNode part = path(kind, true);
            if (subresource.equals("log")) {
                part.set("get", readLog(kind));
                paths.put(item + "/" + subresource, part);
                continue;
            }
            part.set("put", replace(kind, subresource));
            if (!subresource.equals("finalize")) {
                part.set("get", read(kind, subresource));
                part.set("patch", patch(kind, subresource));
            }
            paths.put(item + "/" + subresource, part);
        }
    }

    private static String collection(Kind kind) {
        return (kind.group().isEmpty() ? "/api/" : "/apis/")
                + kind.apiVersion()
                + (kind.namespaced() ? "/namespaces/{namespace}/" : "/")
                + kind.plural();
    }

    private static ObjectNode path(Kind kind, boolean named) {
        ObjectNode path = Json.object();
        ArrayNode parameters = path.putArray("parameters");
        if (named) {
            Parameters.path(parameters, "name", "Name of the object.");
        }
        if (kind.namespaced()) {
            Parameters.path(parameters, "namespace", "Namespace of the object.");
        }
        Parameters.pretty(parameters);
        return path;
    }

    private static ObjectNode list(Kind kind, String idVerb) {
        ObjectNode operation = operation(kind, "list", idVerb, "", "List or watch " + kind.plural());
        ArrayNode parameters = operation.putArray("parameters");
        Parameters.query(parameters, "allowWatchBookmarks", "boolean", "Lets the server send bookmarks into a watch.");
        Parameters.query(parameters, "continue", "string", "Token of the part of the list to go on from.");
        Parameters.query(parameters, "limit", "integer", "The most items to answer with.");
        Parameters.query(parameters, "sendInitialEvents", "boolean", "Starts a watch with all objects that there are.");
        Parameters.query(parameters, "watch", "boolean", "Streams changes instead of a list.");
        Parameters.selection(parameters);
        List<String> types = new ArrayList<>(ANSWER_TYPES);
        ANSWER_TYPES.forEach(type -> types.add(type + ";stream=watch"));
        answer(operation, "200", Components.listNameOf(kind), types);
        return operation;
    }

    /** @param body what is posted: the kind itself, or that of an action on it */
    private static ObjectNode create(Kind kind, String subresource, Kind body) {
        String text = subresource.isEmpty()
                ? "Create one of " + kind.plural()
                : "Ask one of " + kind.plural() + " for its " + subresource;
        ObjectNode operation = operation(kind, "post", "create", subresource, text);
        operation.set("x-kubernetes-group-version-kind", Components.groupVersionKind(body, body.kind()));
        Parameters.ofWrites(operation);
        body(operation, Components.nameOf(body), true, BODY_TYPES);
        for (String code : List.of("200", "201", "202")) {
            answer(operation, code, Components.nameOf(body));
        }
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
        Parameters.query(parameters, "container", "string", "Which container; may be left out if there is only one.");
        Parameters.query(parameters, "follow", "boolean", "Goes on with new lines until the container ends.");
        Parameters.query(
                parameters, "insecureSkipTLSVerifyBackend", "boolean", "Accepts any certificate of the kubelet.");
        Parameters.query(parameters, "limitBytes", "integer", "Ends after so many bytes.");
        Parameters.query(parameters, "previous", "boolean", "The run of the container before the present one.");
        Parameters.query(parameters, "sinceSeconds", "integer", "Only lines that are not older.");
        Parameters.query(parameters, "tailLines", "integer", "Only so many lines from the end.");
        Parameters.query(parameters, "timestamps", "boolean", "Begins each line with its time.");
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
        Parameters.ofWrites(operation);
        body(operation, Components.nameOf(kind), true, BODY_TYPES);
        answer(operation, "200", Components.nameOf(kind));
        answer(operation, "201", Components.nameOf(kind));
        return operation;
    }

    private static ObjectNode patch(Kind kind, String subresource) {
        ObjectNode operation =
                operation(kind, "patch", "patch", subresource, "Change parts of" + what(kind, subresource));
        ArrayNode parameters = Parameters.ofWrites(operation);
        Parameters.query(
                parameters, "force", "boolean", "Takes fields over from other managers; for server-side apply only.");
        Set<String> types = new LinkedHashSet<>(List.of("application/apply-patch+yaml"));
        List.of(PatchType.values()).forEach(type -> types.add(type.mediaType()));
        body(operation, Components.PATCH, true, List.copyOf(types));
        answer(operation, "200", Components.nameOf(kind));
        answer(operation, "201", Components.nameOf(kind));
        return operation;
    }

    private static ObjectNode delete(Kind kind, String action, String description) {
        ObjectNode operation = operation(kind, action, action, "", description);
        ArrayNode parameters = operation.putArray("parameters");
        Parameters.query(parameters, "dryRun", "string", "All checks the request without keeping the result.");
        Parameters.query(parameters, "gracePeriodSeconds", "integer", "Seconds to wait for a graceful end.");
        Parameters.query(parameters, "orphanDependents", "boolean", "Deprecated; use propagationPolicy.");
        Parameters.query(parameters, "propagationPolicy", "string", "Orphan, Background or Foreground.");
        Parameters.query(
                parameters,
                "ignoreStoreReadErrorWithClusterBreakingPotential",
                "boolean",
                "Accepted and of no effect: there are no objects here that cannot be read.");
        if (action.equals("deletecollection")) {
            Parameters.query(parameters, "continue", "string", "Token of the part of the list to go on from.");
            Parameters.query(parameters, "limit", "integer", "The most objects to delete.");
            Parameters.selection(parameters);
        }
        body(operation, Components.META + "DeleteOptions", false, BODY_TYPES);
        answer(operation, "200", Components.META + "Status");
        if (action.equals("delete")) {
            answer(operation, "202", Components.META + "Status");
        }
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

    private static void body(ObjectNode operation, String schema, boolean required, List<String> mediaTypes) {
        ObjectNode body = operation.putObject("requestBody");
        ObjectNode content = body.putObject("content");
        mediaTypes.forEach(type -> content.putObject(type).set("schema", Components.reference(schema)));
        if (required) {
            body.put("required", true);
        }
    }

    private static void answer(ObjectNode operation, String code, String schema) {
        answer(operation, code, schema, ANSWER_TYPES);
    }

    private static void answer(ObjectNode operation, String code, String schema, List<String> types) {
        ObjectNode content = Json.child(operation, "responses")
                .putObject(code)
                .put("description", DESCRIPTIONS.get(code))
                .putObject("content");
        types.forEach(type -> content.putObject(type).set("schema", Components.reference(schema)));
    }
}
