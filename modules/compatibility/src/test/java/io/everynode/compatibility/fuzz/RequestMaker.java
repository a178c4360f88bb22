package io.everynode.compatibility.fuzz;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Makes the requests of a run by a grammar: what real clients send, then changed in path, query, headers and body.
 * Immutable.
 */
final class RequestMaker {

    /** Each writes into a namespace of its own, so that nobody removes what another reads back. */
    static final int WORKERS = 4;

    private static final List<Kind> KINDS = Kinds.all();
    private static final String JSON = "application/json";

    private static final List<String> WORDS = List.of(
            "api",
            "apis",
            "v1",
            "apps",
            "namespaces",
            "default",
            "pods",
            "daemonsets",
            "nodes",
            "configmaps",
            "status",
            "finalize",
            "log",
            "eviction",
            "binding",
            "token",
            "exec",
            "proxy",
            "scale",
            "x",
            ".",
            "..",
            "%2e%2e",
            "a%2Fb",
            "%00",
            "%F0%9F%98%80",
            "%ff",
            "%",
            "%zz",
            "openapi",
            "v2",
            "v3",
            "",
            "readyz",
            "healthz",
            "livez",
            "version",
            "metrics",
            "logs",
            "swagger.json",
            "%25",
            "watch",
            "~",
            "*",
            "a b",
            "policy",
            "events.k8s.io",
            "coordination.k8s.io",
            "authorization.k8s.io",
            "selfsubjectaccessreviews",
            "v9",
            "v1beta1",
            "kube-system");

    private static final List<String> METHODS =
            List.of("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "LINK", "get");

    private static final List<String> PARAMETERS = List.of(
            "limit",
            "continue",
            "resourceVersion",
            "resourceVersionMatch",
            "labelSelector",
            "fieldSelector",
            "dryRun",
            "fieldValidation",
            "timeoutSeconds",
            "propagationPolicy",
            "gracePeriodSeconds",
            "includeObject",
            "pretty",
            "timeout",
            "sendInitialEvents",
            "fieldManager",
            "orphanDependents",
            "force",
            "allowWatchBookmarks",
            "watch",
            "follow",
            "tailLines",
            "sinceSeconds",
            "container",
            "previous",
            "verbose",
            "exclude",
            "hash",
            "ignoreStoreReadErrorWithClusterBreakingPotential",
            "");

    private static final List<String> VALUES = List.of(
            "",
            "0",
            "1",
            "-1",
            "x",
            "All",
            "true",
            "false",
            "Exact",
            "NotOlderThan",
            "a=b",
            "a in (",
            "a in (b,c),!d",
            "!",
            "metadata.name=x",
            "metadata.name!=x,metadata.namespace=y",
            "spec.nodeName=",
            "status.phase=Running",
            "spec.nope=1",
            "Strict",
            "Warn",
            "Ignore",
            "99999999999999999999",
            "eyJ2IjotMX0",
            "eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MSwic3RhcnQiOiJ4XHUwMDAwIn0",
            "Background",
            "Foreground",
            "Orphan",
            "Nope",
            "1h",
            "1ns",
            "\u0000",
            "ä=ö",
            "a=b,,c",
            "=",
            "fuzz=l1",
            "fuzz notin (l1)",
            "kubectl",
            "%");

    private static final List<String> TYPES = List.of(
            JSON,
            "application/yaml",
            "application/vnd.kubernetes.protobuf",
            "application/merge-patch+json",
            "application/strategic-merge-patch+json",
            "application/json-patch+json",
            "application/apply-patch+yaml",
            "text/plain",
            "application/cbor",
            "application/json;charset=utf-16",
            "a",
            ";",
            "",
            "application/json, text/html");

    private static final List<String> ACCEPTS = List.of(
            "*/*",
            JSON,
            "application/json;as=Table;v=v1;g=meta.k8s.io",
            "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io",
            "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json",
            "application/vnd.kubernetes.protobuf",
            "application/vnd.kubernetes.protobuf,application/json",
            "application/yaml",
            ";",
            "text/html",
            "a/b;q=x,*/*;q=0",
            "application/json;as=Nope;v=v1;g=x",
            "application/json;q=2;stream=watch",
            ",,,",
            "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList",
            "application/com.github.proto-openapi.spec.v2@v1.0+protobuf",
            "application/json;as=Table;v=v9;g=meta.k8s.io");

    private final long seed;

    RequestMaker(long seed) {
        this.seed = seed;
    }

    static String namespace(int index) {
        return "fuzz-" + index % WORKERS;
    }

    FuzzRequest make(int index) {
        Random random = new Random(seed * 1_000_003L + index);
        random.nextInt();
        int choice = random.nextInt(100);
        if (choice < 2) {
            return new FuzzRequest(index, "BROKEN", "", List.of(), new byte[0], BrokenHttp.of(random));
        }
        FuzzRequest request = choice < 10
                ? anywhere(index, random)
                : choice < 24
                        ? read(index, random)
                        : choice < 58
                                ? write(index, random)
                                : choice < 88 ? patch(index, random) : delete(index, random);
        // The workers' own namespaces stay, or there would be nothing to write into for the rest of the run.
        boolean ends = request.method().equals("DELETE")
                && request.target().matches("/api/v1/namespaces/(fuzz-\\d.*|default.*|\\?.*)?");
        return ends ? read(index, random) : request;
    }

    private FuzzRequest anywhere(int index, Random random) {
        StringBuilder path = new StringBuilder();
        for (int i = random.nextInt(7); i >= 0; i--) {
            path.append('/').append(pick(random, WORDS).replace(" ", "%20"));
        }
        String method = pick(random, METHODS);
        byte[] body = random.nextBoolean() ? new byte[0] : Encodings.json(OddValues.any(random));
        return request(index, random, method, path + query(random), pick(random, TYPES), body);
    }

    private FuzzRequest read(int index, Random random) {
        Kind kind = pick(random, KINDS);
        String path = random.nextInt(3) > 0 ? collection(index, random, kind) : object(index, random, kind);
        return request(index, random, random.nextInt(20) == 0 ? "HEAD" : "GET", path + query(random), "", new byte[0]);
    }

    private FuzzRequest write(int index, Random random) {
        Kind kind = pick(random, KINDS);
        SampleObjects samples = new SampleObjects(random);
        String name = name(index, random);
        ObjectNode object =
                random.nextInt(5) == 0 ? samples.any(kind, name) : samples.valid(kind, namespace(index), name);
        if (random.nextInt(4) > 0) {
            new TreeMutator(random).mutate(object, random.nextInt(4));
        }
        boolean create = random.nextInt(3) > 0;
        String base = path(index, random, kind);
        String path = create
                ? base
                : base + "/" + (random.nextInt(10) == 0 ? name(index, random) : name) + subresource(random, kind);
        Encodings encodings = new Encodings(random);
        String type = JSON;
        byte[] body;
        switch (random.nextInt(8)) {
            case 0 -> {
                type = "application/yaml";
                body = Encodings.yaml(object);
            }
            case 1 -> {
                type = "application/vnd.kubernetes.protobuf";
                body = encodings.protobuf(kind, object);
            }
            default -> body = Encodings.json(object);
        }
        if (random.nextInt(10) == 0) {
            body = encodings.damaged(body);
        }
        if (random.nextInt(30) == 0) {
            type = pick(random, TYPES);
        }
        return request(index, random, create ? "POST" : "PUT", path + query(random), type, body);
    }

    private FuzzRequest patch(int index, Random random) {
        Kind kind = pick(random, KINDS);
        SampleObjects samples = new SampleObjects(random);
        String name = name(index, random);
        ObjectNode like =
                random.nextInt(5) == 0 ? samples.any(kind, name) : samples.valid(kind, namespace(index), name);
        PatchBodies patches = new PatchBodies(random);
        String type;
        byte[] body;
        switch (random.nextInt(4)) {
            case 0 -> {
                type = "application/json-patch+json";
                body = Encodings.json(patches.operations(like));
            }
            case 1 -> {
                type = "application/merge-patch+json";
                body = Encodings.json(patches.part(like));
            }
            case 2 -> {
                type = "application/strategic-merge-patch+json";
                body = Encodings.json(patches.strategic(like));
            }
            default -> {
                type = "application/apply-patch+yaml";
                if (random.nextInt(3) > 0) {
                    new TreeMutator(random).mutate(like, random.nextInt(3));
                }
                body = random.nextBoolean() ? Encodings.yaml(like) : Encodings.json(like);
            }
        }
        if (random.nextInt(12) == 0) {
            body = new Encodings(random).damaged(body);
        }
        if (random.nextInt(30) == 0) {
            type = pick(random, TYPES);
        }
        String manager = random.nextInt(3) > 0
                ? "fieldManager=m" + random.nextInt(3) + "&force=" + random.nextBoolean() + "&"
                : "";
        String path = path(index, random, kind) + "/" + name + subresource(random, kind);
        return request(index, random, "PATCH", path + query(random).replaceFirst("\\?|$", "?" + manager), type, body);
    }

    private FuzzRequest delete(int index, Random random) {
        Kind kind = pick(random, KINDS);
        ObjectNode options = Json.object().put("kind", "DeleteOptions").put("apiVersion", "v1");
        if (random.nextBoolean()) {
            options.put("propagationPolicy", pick(random, List.of("Background", "Foreground", "Orphan", "x")));
        }
        if (random.nextInt(3) == 0) {
            options.put("gracePeriodSeconds", random.nextInt(4) - 1);
        }
        if (random.nextInt(4) == 0) {
            options.putObject("preconditions").put("uid", "u").put("resourceVersion", OddValues.text(random));
        }
        if (random.nextInt(4) == 0) {
            new TreeMutator(random).mutate(options, 1);
        }
        byte[] body = random.nextBoolean() ? new byte[0] : Encodings.json(options);
        boolean all = kind.namespaced() && random.nextInt(20) == 0;
        String path = all ? path(index, random, kind) : path(index, random, kind) + "/" + name(index, random);
        return request(
                index,
                random,
                "DELETE",
                path + query(random),
                random.nextInt(10) == 0 ? pick(random, TYPES) : JSON,
                body);
    }

    private static FuzzRequest request(
            int index, Random random, String method, String target, String type, byte[] body) {
        List<Map.Entry<String, String>> headers = new ArrayList<>();
        if (!type.isEmpty()) {
            headers.add(Map.entry("Content-Type", type));
        }
        if (random.nextInt(10) == 0) {
            headers.add(Map.entry("Accept", pick(random, ACCEPTS)));
        }
        if (random.nextInt(15) == 0) {
            headers.add(Map.entry(
                    pick(
                            random,
                            List.of(
                                    "Accept-Encoding",
                                    "If-None-Match",
                                    "User-Agent",
                                    "Authorization",
                                    "Content-Encoding",
                                    "Impersonate-User",
                                    "X")),
                    pick(
                            random,
                            List.of(
                                    "gzip",
                                    "*",
                                    "\"x\"",
                                    "Bearer \u00e9 x",
                                    "identity;q=0",
                                    "deflate, gzip;q=1.0, *;q=0.5",
                                    "",
                                    "a".repeat(5000)))));
        }
        // Larger ones only fill the wire: the server refuses them unread.
        byte[] sent = body.length > 4_000_000 ? Arrays.copyOf(body, 4_000_000) : body;
        return new FuzzRequest(index, method, target, headers, sent, null);
    }

    private String collection(int index, Random random, Kind kind) {
        return kind.namespaced() && random.nextBoolean() ? root(kind) + "/" + kind.plural() : path(index, random, kind);
    }

    private String object(int index, Random random, Kind kind) {
        return path(index, random, kind) + "/" + name(index, random) + subresource(random, kind);
    }

    private static String path(int index, Random random, Kind kind) {
        String namespace = random.nextInt(40) == 0 ? pick(random, WORDS).replace(" ", "%20") : namespace(index);
        return root(kind) + (kind.namespaced() ? "/namespaces/" + namespace : "") + "/" + kind.plural();
    }

    private static String root(Kind kind) {
        return kind.group().isEmpty() ? "/api/" + kind.version() : "/apis/" + kind.group() + "/" + kind.version();
    }

    private static String subresource(Random random, Kind kind) {
        if (random.nextInt(6) > 0) {
            return "";
        }
        List<String> own = new ArrayList<>(new java.util.TreeSet<>(kind.subresources()));
        return "/"
                + (own.isEmpty() || random.nextInt(4) == 0
                        ? pick(random, WORDS).replace(" ", "%20")
                        : pick(random, own));
    }

    private static String name(int index, Random random) {
        return random.nextInt(25) == 0
                ? URLEncoder.encode(OddValues.text(random), StandardCharsets.UTF_8)
                : "n" + random.nextInt(4) + "-" + index % WORKERS;
    }

    private static String query(Random random) {
        if (random.nextInt(3) > 0) {
            return "";
        }
        StringBuilder query = new StringBuilder("?");
        for (int i = random.nextInt(3); i >= 0; i--) {
            String value = random.nextInt(10) == 0 ? OddValues.text(random) : pick(random, VALUES);
            query.append(pick(random, PARAMETERS))
                    .append('=')
                    .append(random.nextInt(50) == 0 ? "%zz" : URLEncoder.encode(value, StandardCharsets.UTF_8))
                    .append('&');
        }
        if (random.nextInt(4) == 0) {
            query.append("dryRun=All&");
        }
        return query.length() > 8000 ? "" : query.toString();
    }

    private static <T> T pick(Random random, List<T> from) {
        return from.get(random.nextInt(from.size()));
    }
}
