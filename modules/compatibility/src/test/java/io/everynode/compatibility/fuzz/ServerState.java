package io.everynode.compatibility.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** All that a server has stored, asked for over HTTP: each object with its version. Not thread-safe. */
final class ServerState {

    /** What a quiet server may still do on its own account is done after so many looks. */
    private static final int LOOKS = 600;

    private final FuzzConnection connection;

    ServerState(FuzzConnection connection) {
        this.connection = connection;
    }

    /** Every object's resourceVersion and uid, by kind, namespace and name; node leases are no part of it. */
    Map<String, String> objects() throws IOException {
        Map<String, String> state = new TreeMap<>();
        for (Kind kind : Kinds.all()) {
            FuzzConnection.Answer answer = connection.send(request("GET", path(kind, ""), null));
            if (answer.code() == 405 || answer.code() == 404) {
                continue;
            }
            if (answer.code() != 200) {
                throw new IOException("listing " + kind + " gave " + answer.code() + " " + answer.text());
            }
            for (JsonNode item : Json.mapper().readTree(answer.body()).path("items")) {
                JsonNode meta = item.path("metadata");
                String namespace = meta.path("namespace").asText();
                if (!namespace.equals("kube-node-lease")) {
                    state.put(
                            kind + " " + namespace + "/" + meta.path("name").asText(),
                            meta.path("resourceVersion").asText() + " "
                                    + meta.path("uid").asText());
                }
            }
        }
        return state;
    }

    /** The state once two looks in a row see the same: controllers have caught up with what was written. */
    Map<String, String> settled() throws IOException {
        Map<String, String> before = objects();
        for (int i = 0; i < LOOKS; i++) {
            Map<String, String> now = objects();
            if (now.equals(before)) {
                return now;
            }
            before = now;
        }
        throw new IOException("the server does not come to rest");
    }

    /** Removes what the workers made, with all that holds it. */
    void clear() throws IOException {
        for (Kind kind : Kinds.all()) {
            if (kind.equals(Kinds.NAMESPACE)) {
                continue;
            }
            for (int look = 0; look < 3; look++) {
                for (JsonNode item : items(kind)) {
                    String namespace = item.path("metadata").path("namespace").asText();
                    String name = item.path("metadata").path("name").asText();
                    boolean own = kind.namespaced() ? namespace.startsWith("fuzz-") : name.matches("n\\d-\\d");
                    if (own) {
                        remove(kind, item, path(kind, namespace) + "/" + encoded(name));
                    }
                }
            }
        }
    }

    private List<JsonNode> items(Kind kind) throws IOException {
        FuzzConnection.Answer answer = connection.send(request("GET", path(kind, ""), null));
        List<JsonNode> items = new ArrayList<>();
        if (answer.code() == 200) {
            Json.mapper().readTree(answer.body()).path("items").forEach(items::add);
        }
        return items;
    }

    private void remove(Kind kind, JsonNode item, String path) throws IOException {
        if (!item.path("metadata").path("finalizers").isEmpty()) {
            ObjectNode patch = Json.object();
            patch.putObject("metadata").putNull("finalizers");
            connection.send(request("PATCH", path, patch));
        }
        ObjectNode options = Json.object().put("propagationPolicy", "Background");
        if (kind.equals(Kinds.POD)) {
            options.put("gracePeriodSeconds", 0);
        }
        connection.send(request("DELETE", path, options));
    }

    private static String encoded(String name) {
        return java.net.URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }

    static String path(Kind kind, String namespace) {
        String root =
                kind.group().isEmpty() ? "/api/" + kind.version() : "/apis/" + kind.group() + "/" + kind.version();
        return root + (namespace.isEmpty() ? "" : "/namespaces/" + namespace) + "/" + kind.plural();
    }

    static FuzzRequest request(String method, String target, JsonNode body) {
        String type = method.equals("PATCH") ? "application/merge-patch+json" : "application/json";
        return new FuzzRequest(
                -1,
                method,
                target,
                List.of(Map.entry("Content-Type", type)),
                body == null ? new byte[0] : Json.encode(body),
                null);
    }
}
