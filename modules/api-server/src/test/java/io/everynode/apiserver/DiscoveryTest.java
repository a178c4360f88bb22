package io.everynode.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.apiserver.TestServer.Answer;
import io.everynode.objects.Json;
import io.everynode.objects.openapi.OpenApiV2;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DiscoveryTest {

    private static final String AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

    @RegisterExtension
    static final TestServer server = new TestServer();

    @ParameterizedTest
    @CsvSource({
        "/api,             APIVersions",
        "/apis,            APIGroupList",
        "/apis/apps,       APIGroup",
        "/api/v1,          APIResourceList",
        "/apis/apps/v1,    APIResourceList",
        "/apis/apps/v1/,   APIResourceList",
    })
    void tellsWhatThereIs(String path, String kind) {
        Answer answer = server.get(path);

        assertThat(answer.code()).isEqualTo(200);
        assertThat(Json.text(answer.json(), "kind")).isEqualTo(kind);
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
        assertThat(answer.header("Vary")).isEqualTo("Accept");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api", "/apis"})
    void aggregatesWhenAsked(String path) {
        Answer answer = server.get(path, "Accept", AGGREGATED + "," + AGGREGATED.replace("v2", "v2beta1"));

        assertThat(answer.header("Content-Type").replace(" ", ""))
                .startsWith("application/json")
                .contains(";g=apidiscovery.k8s.io", ";v=v2", ";as=APIGroupDiscoveryList");
        assertThat(Json.text(answer.json(), "kind")).isEqualTo("APIGroupDiscoveryList");
        assertThat(Json.text(answer.json(), "apiVersion")).isEqualTo("apidiscovery.k8s.io/v2");
    }

    @Test
    void olderClientsGetTheOlderAggregation() {
        Answer answer = server.get("/apis", "Accept", AGGREGATED.replace("v2", "v2beta1"));

        assertThat(Json.text(answer.json(), "apiVersion")).isEqualTo("apidiscovery.k8s.io/v2beta1");
    }

    @Test
    void namesVerbsAndSubresources() {
        JsonNode apps =
                server.get("/apis", "Accept", AGGREGATED).json().path("items").get(0);
        JsonNode daemonSet = null;
        for (JsonNode resource : apps.at("/versions/0/resources")) {
            if (resource.path("resource").asText().equals("daemonsets")) {
                daemonSet = resource;
            }
        }

        assertThat(daemonSet).isNotNull();
        assertThat(daemonSet.path("scope").asText()).isEqualTo("Namespaced");
        assertThat(daemonSet.at("/responseKind/kind").asText()).isEqualTo("DaemonSet");
        assertThat(daemonSet.path("verbs").toString())
                .isEqualTo(
                        "[\"create\",\"delete\",\"deletecollection\",\"get\",\"list\",\"patch\",\"update\",\"watch\"]");
        assertThat(daemonSet.at("/subresources/0/subresource").asText()).isEqualTo("status");
    }

    /** How {@code kubectl drain} finds out that it can evict. */
    @Test
    void actionsHaveAKindOfTheirOwn() {
        JsonNode plain = null;
        for (JsonNode resource : server.get("/api/v1").json().path("resources")) {
            if (resource.path("name").asText().equals("pods/eviction")) {
                plain = resource;
            }
        }
        JsonNode aggregated = null;
        for (JsonNode resource : server.get("/api", "Accept", AGGREGATED).json().at("/items/0/versions/0/resources")) {
            for (JsonNode part : resource.path("subresources")) {
                if (part.path("subresource").asText().equals("eviction")) {
                    aggregated = part;
                }
            }
        }

        assertThat(plain)
                .hasToString("{\"name\":\"pods/eviction\",\"singularName\":\"\",\"namespaced\":true,"
                        + "\"group\":\"policy\",\"version\":\"v1\",\"kind\":\"Eviction\",\"verbs\":[\"create\"]}");
        assertThat(aggregated)
                .hasToString("{\"subresource\":\"eviction\",\"responseKind\":{\"group\":\"policy\","
                        + "\"version\":\"v1\",\"kind\":\"Eviction\"},\"verbs\":[\"create\"]}");
    }

    @Test
    void sparesAClientWhatItHas() {
        String etag = server.get("/apis").header("ETag");

        Answer again = server.get("/apis", "If-None-Match", etag);

        assertThat(etag).startsWith("\"").endsWith("\"");
        assertThat(again.code()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
        assertThat(server.get("/apis", "If-None-Match", etag, "Accept", AGGREGATED)
                        .code())
                .isEqualTo(200);
    }

    @Test
    void tellsItsVersion() {
        ObjectNode version = server.get("/version?timeout=32s").json();

        assertThat(Json.text(version, "gitVersion")).isEqualTo("v1.35.0+everynode-0.1.0");
        assertThat(Json.text(version, "minor")).isEqualTo("35");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/apis/nope",
                "/apis/apps/v9",
                "/apis/apps/v1/things",
                "/api/v2",
                "/api/v1/namespaces/a/things",
                "/openapi/v2/api/v1",
                "/openapi/v4",
            })
    void knowsNothingElse(String path) {
        Answer answer = server.get(path);

        assertThat(answer.code()).isEqualTo(404);
        assertThat(answer.message()).isEqualTo("the server could not find the requested resource");
        assertThat(answer.reason()).isEqualTo("NotFound");
        assertThat(answer.json().path("details").isObject()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "POST,   /version",
        "PUT,    /apis/apps/v1/namespaces/default/daemonsets",
        "POST,   /apis/apps/v1/namespaces/default/daemonsets/x",
        "POST,   /api/v1/pods",
        "DELETE, /api/v1/namespaces",
        "DELETE, /api/v1/pods",
        "DELETE, /api/v1/nodes/x/status",
        "PATCH,  /api/v1/namespaces/default/pods",
        "PATCH,  /api/v1/namespaces/default/finalize",
        "GET,    /api/v1/namespaces/default/finalize",
        "OPTIONS,/api/v1/nodes",
        "HEAD,   /api/v1/nodes",
    })
    void allowsOnlyWhatMakesSense(String method, String path) {
        Answer answer = server.send(method, path, method.startsWith("P") ? "{}" : null);

        assertThat(answer.code()).isEqualTo(405);
    }

    @Test
    void everyAnswerCanBeTraced() {
        Answer answer = server.get("/api/v1/nodes");

        assertThat(answer.header("Audit-Id")).hasSize(36);
        assertThat(answer.header("Cache-Control")).isEqualTo("no-cache, private");
    }

    @Test
    void publishesItsSchemas() {
        ObjectNode index = server.get("/openapi/v3").json();
        String url = Json.text(index, "paths", "apis/apps/v1", "serverRelativeURL");
        Answer document = server.get(url, "Accept", "application/json");

        assertThat(url).startsWith("/openapi/v3/apis/apps/v1?hash=");
        assertThat(document.code()).isEqualTo(200);
        assertThat(document.header("Cache-Control")).contains("immutable");
        assertThat(Json.text(document.json(), "openapi")).startsWith("3.");
        assertThat(server.get("/openapi/v3/apis/apps/v1?hash=old").code()).isEqualTo(301);
        assertThat(server.get("/openapi/v3/apis/nope").code()).isEqualTo(404);
        assertThat(server.get(url, "Accept", "application/com.github.proto-openapi.spec.v3.v1.0+protobuf")
                        .code())
                .isEqualTo(406);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/com.github.proto-openapi.spec.v2.v1.0+protobuf | protobuf",
                "application/com.github.proto-openapi.spec.v2@v1.0+protobuf | protobuf",
                "application/com.github.proto-openapi.spec.v2.v1.0+protobuf, application/json;q=0.9 | protobuf",
                "application/com.github.proto-openapi.spec.v2.v1.0+protobuf;q=0.5, application/json | json",
                "application/vnd.kubernetes.protobuf, application/json | json",
                "application/json | json",
                "application/* | json",
                "*/* | json",
                "application/com.github.proto-openapi.spec.v3.v1.0+protobuf | ",
                "text/html | ",
            })
    void publishesOneSchemaForOlderClients(String accept, String form) {
        Answer answer = server.get("/openapi/v2", "Accept", accept);

        if (form == null) {
            assertThat(answer.code()).isEqualTo(406);
            return;
        }
        boolean json = form.equals("json");
        assertThat(answer.code()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(json ? OpenApiV2.json() : OpenApiV2.protobuf());
        assertThat(answer.headers("Content-Type"))
                .containsExactly(
                        json ? "application/json" : "application/com.github.proto-openapi.spec.v2.v1.0+protobuf");
        assertThat(answer.header("Vary")).isEqualTo("Accept");
        String etag = answer.header("ETag");
        assertThat(etag).matches("\"[0-9A-F]{128}\"");
        assertThat(server.get("/openapi/v2", "Accept", accept, "If-None-Match", etag)
                        .code())
                .isEqualTo(304);
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            /apis/apiextensions.k8s.io/v1/customresourcedefinitions, apiextensions.k8s.io/v1, CustomResourceDefinition
            /api/v1/namespaces/default/replicationcontrollers, v1, ReplicationController
            /apis/apps/v1/namespaces/default/deployments, apps/v1, Deployment
            /apis/apps/v1/deployments, apps/v1, Deployment
            /apis/apps/v1/namespaces/default/replicasets, apps/v1, ReplicaSet
            """)
    void tellsThatThereAreNoneOfWhatClientsListUnasked(String path, String apiVersion, String kind) {
        Answer answer = server.get(path);

        assertThat(answer.code()).isEqualTo(200);
        assertThat(answer.json())
                .isEqualTo(Json.parse(("""
                        {"kind": "%sList", "apiVersion": "%s", "metadata": {"resourceVersion": "1"}, "items": []}
                        """.formatted(kind, apiVersion)).getBytes(StandardCharsets.UTF_8)));
        assertThat(server.get(path, "Accept", "application/vnd.kubernetes.protobuf")
                        .code())
                .isEqualTo(406);
        assertThat(server.get(path + "?watch=true").code()).isEqualTo(404);
        assertThat(server.post(path, "{}").code()).isEqualTo(404);
        assertThat(server.get(path + "/x").code()).isEqualTo(404);
        assertThat(server.get("/apis").text()).doesNotContain("apiextensions");
        assertThat(server.get(apiVersion.contains("/") ? "/apis/apps/v1" : "/api/v1")
                        .text())
                .doesNotContain(kind);
    }
}
