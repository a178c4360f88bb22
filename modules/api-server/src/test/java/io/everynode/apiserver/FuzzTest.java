package io.everynode.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.everynode.apiserver.TestServer.Answer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Requests that make little sense: each gets an answer below 500, and the server goes on. */
class FuzzTest {

    private static final List<String> METHODS = List.of("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");
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
            "x",
            "%2e%2e",
            "a%2Fb",
            "%00",
            "%F0%9F%98%80",
            "openapi",
            "v3",
            "",
            "readyz",
            "%25");
    private static final List<String> PREFIXES = List.of(
            "/api/v1/namespaces/default/pods",
            "/apis/apps/v1/namespaces/default/daemonsets/x",
            "/api/v1/nodes",
            "/api/v1/namespaces/default/configmaps/c",
            "/api/v1/namespaces/default",
            "");
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
            "orphanDependents");
    private static final List<String> VALUES = List.of(
            "",
            "0",
            "1",
            "-1",
            "x",
            "All",
            "true",
            "Exact",
            "NotOlderThan",
            "a=b",
            "a in (",
            "!",
            "metadata.name=x",
            "Strict",
            "99999999999999999999",
            "eyJ2IjotMX0",
            "Background",
            "9223372036854775807",
            "1h",
            "\u0000",
            "ä=ö",
            "a=b,,c",
            "=");
    private static final List<String> TYPES = List.of(
            "application/json",
            "application/yaml",
            "application/vnd.kubernetes.protobuf",
            "application/merge-patch+json",
            "application/strategic-merge-patch+json",
            "application/json-patch+json",
            "text/plain",
            "application/apply-patch+yaml");
    private static final List<String> ACCEPTS = List.of(
            "*/*",
            "application/json",
            "application/json;as=Table;v=v1;g=meta.k8s.io",
            ";",
            "text/html",
            "a/b;q=x,*/*;q=0",
            "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io");
    private static final List<String> PIECES = List.of(
            "{",
            "}",
            "[",
            "]",
            ":",
            ",",
            "\"metadata\"",
            "\"name\"",
            "\"x\"",
            "\"spec\"",
            "null",
            "true",
            "-1",
            "1e999",
            "\"containers\"",
            "\"op\"",
            "\"path\"",
            "\"/spec\"",
            "\"\\ud800\"",
            "k8s\0",
            "\n- ",
            "&a *a",
            "\"$patch\"",
            "\"finalizers\"",
            "\"labels\"",
            "\"deletionTimestamp\"",
            "\"ownerReferences\"",
            "\"status\"");
    private static final List<String> BODIES = List.of(
            "{}",
            "[]",
            "",
            "null",
            "{\"metadata\":null}",
            "{\"metadata\":{\"name\":3}}",
            "{\"metadata\":{\"name\":\"x\",\"labels\":[]}}",
            "{\"spec\":{\"template\":{\"spec\":{\"containers\":[null]}}}}",
            "{\"metadata\":{\"name\":\"x\",\"finalizers\":[null]}}",
            "[{\"op\":\"remove\",\"path\":\"\"}]",
            "[{\"op\":\"replace\",\"path\":\"\",\"value\":3}]",
            "{\"metadata\":{\"labels\":null,\"annotations\":null,\"name\":null}}",
            "{\"$patch\":\"delete\"}",
            "{\"metadata\":{\"name\":\"c\"},\"data\":{\"a\":\"b\"}}",
            "{\"kind\":\"Nope\",\"apiVersion\":\"v1\"}",
            "{\"metadata\":{\"generateName\":\"g-\"}}",
            "{\"metadata\":{\"$patch\":\"replace\"}}");

    @RegisterExtension
    static final TestServer server = new TestServer();

    @Test
    void nothingIsTheServersFault() {
        for (long seed = 0; seed < 2500; seed++) {
            Random random = new Random(seed);
            String method = pick(random, METHODS);
            String path = path(random) + query(random);
            String body = method.equals("GET") ? null : body(random);
            String type = pick(random, TYPES);

            Answer answer = server.send(method, path, body, "Content-Type", type, "Accept", pick(random, ACCEPTS));

            // The fake has a version or two; a client that asks for a later one is told to come back.
            boolean waits = answer.code() == 504 && answer.message().contains("Too large resource version");
            assertThat(waits || answer.code() < 500)
                    .as("seed %d: %s %s %s %s gave %d %s", seed, method, path, type, body, answer.code(), answer.text())
                    .isTrue();
            if (answer.code() >= 400 && answer.header("Content-Type").equals("application/json")) {
                assertThat(answer.json().path("code").asInt()).isEqualTo(answer.code());
            }
        }
        assertThat(server.get("/healthz").text()).isEqualTo("ok");
    }

    private static String path(Random random) {
        StringBuilder path = new StringBuilder(random.nextInt(4) == 0 ? "" : pick(random, PREFIXES));
        for (int i = random.nextInt(path.isEmpty() ? 7 : 3); i > 0; i--) {
            path.append('/').append(pick(random, WORDS));
        }
        return path.isEmpty() ? "/" : path.toString().startsWith("//") ? path.substring(1) : path.toString();
    }

    private static String query(Random random) {
        StringBuilder query = new StringBuilder("?");
        for (int i = random.nextInt(4); i > 0; i--) {
            query.append(pick(random, PARAMETERS))
                    .append('=')
                    .append(URLEncoder.encode(pick(random, VALUES), StandardCharsets.UTF_8))
                    .append('&');
        }
        return query.toString();
    }

    private static String body(Random random) {
        if (random.nextInt(3) > 0) {
            return pick(random, BODIES);
        }
        StringBuilder body = new StringBuilder();
        for (int i = random.nextInt(12); i > 0; i--) {
            body.append(pick(random, PIECES));
        }
        return body.toString();
    }

    private static String pick(Random random, List<String> from) {
        return from.get(random.nextInt(from.size()));
    }
}
