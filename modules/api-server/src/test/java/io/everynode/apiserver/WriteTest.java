package io.everynode.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.apiserver.TestServer.Answer;
import io.everynode.core.object.ObjectWrite;
import io.everynode.objects.Json;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WriteTest {

    private static final String LIST = "/api/v1/namespaces/default/configmaps";
    private static final String SETS = "/apis/apps/v1/namespaces/default/daemonsets";

    @RegisterExtension
    static final TestServer server = new TestServer("max-body = 100000");

    @Test
    void createsAndTellsWhoAndWhy() {
        Answer answer = server.send(
                "POST",
                LIST + "?fieldManager=me&timeout=5s",
                "{\"metadata\":{\"name\":\"created\"}}",
                "User-Agent",
                "kubectl/v1",
                "Content-Type",
                "application/json; charset=utf-8");

        assertThat(answer.code()).isEqualTo(201);
        assertThat(Json.text(answer.json(), "metadata", "namespace")).isEqualTo("default");
        assertThat(Json.text(answer.json(), "metadata", "uid")).hasSize(36);
        assertThat(server.lastWrite().caller().client()).isEqualTo("kubectl/v1");
        assertThat(server.lastWrite().cause())
                .isEqualTo("request " + answer.header("Audit-Id")
                        + " 127.0.0.1 POST /api/v1/namespaces/default/configmaps");
        assertThat(server.lastWrite().deadline()).isBefore(Instant.now().plusSeconds(6));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ann|/api/v1/nodes|{'metadata':{'name':'c1'}}|127.0.0.1 POST /api/v1/nodes by=system:admin command=kubectl%20apply",
                "system:node:c2|/api/v1/nodes|{'metadata':{'name':'c2'}}|",
                "ann|/apis/coordination.k8s.io/v1/namespaces/default/leases|{'metadata':{'name':'l'},'spec':{}}|"
            })
    void theCauseTellsFromWhereAndHowButForNodesAndTheirReports(
            String user, String path, String body, String expected) {
        Answer answer = server.send(
                "POST",
                path,
                body.replace('\'', '"'),
                "Content-Type",
                "application/json",
                "Impersonate-User",
                user,
                "Impersonate-Group",
                "system:nodes",
                "Kubectl-Command",
                "kubectl apply");
        assertThat(answer.code()).as(answer.text()).isEqualTo(201);
        assertThat(server.lastWrite().cause())
                .isEqualTo("request " + answer.header("Audit-Id") + (expected == null ? "" : " " + expected));
    }

    @Test
    void reportsOfAStatusNameOnlyTheRequest() {
        server.post("/api/v1/nodes", "{\"metadata\":{\"name\":\"reports\"}}");
        Answer answer =
                server.merge("/api/v1/nodes/reports/status", "{\"status\":{\"nodeInfo\":{\"kernelVersion\":\"6\"}}}");
        assertThat(answer.code()).as(answer.text()).isEqualTo(200);
        assertThat(server.lastWrite().cause()).isEqualTo("request " + answer.header("Audit-Id"));
    }

    @Test
    void aBodyWithoutContentTypeIsJson() {
        assertThat(server.postRaw(LIST, "{\"metadata\":{\"name\":\"untyped\"}}").code())
                .isEqualTo(201);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "POST|configmaps|{\"metadata\":{\"name\":\"x\",\"namespace\":\"other\"}}|400|the namespace of the provided object does not match the namespace sent on the request",
                "POST|configmaps|{\"metadata\":{\"name\":\"x\",\"resourceVersion\":\"5\"}}|400|resourceVersion should not be set on objects to be created",
                "POST|configmaps?dryRun=Some|{}|422|CreateOptions.meta.k8s.io \"\" is invalid: dryRun: Unsupported value: \"Some\": supported values: \"All\"",
                "POST|configmaps?fieldValidation=strict|{}|422|CreateOptions.meta.k8s.io \"\" is invalid: fieldValidation: Unsupported value: \"strict\": supported values: \"\", \"Ignore\", \"Strict\", \"Warn\"",
                "POST|configmaps?timeout=soon|{\"metadata\":{\"name\":\"x\"}}|400|invalid timeout specified in the request URL",
                "PUT|configmaps/x|{\"metadata\":{\"name\":\"y\"}}|400|the name of the object (y) does not match the name on the URL (x)",
                "PUT|configmaps/x|{\"metadata\":{}}|400|the name of the object (x based on URL) was undeterminable: name must be provided",
                "PUT|configmaps/x|{\"metadata\":{\"name\":\"x\",\"namespace\":\"other\"}}|400|the namespace of the provided object does not match the namespace sent on the request",
                "PUT|configmaps/absent|{\"metadata\":{\"name\":\"absent\"}}|404|configmaps \"absent\" not found",
                "PATCH|configmaps/x|{}|415|415: Unsupported Media Type",
                "DELETE|configmaps/absent||404|configmaps \"absent\" not found",
                "DELETE|configmaps/x?propagationPolicy=Sideways||422|DeleteOptions.meta.k8s.io \"\" is invalid: propagationPolicy: Unsupported value: \"Sideways\": supported values: \"Foreground\", \"Background\", \"Orphan\", \"nil\"",
                "DELETE|configmaps/x|{\"orphanDependents\":true,\"propagationPolicy\":\"Orphan\"}|422|DeleteOptions.meta.k8s.io \"\" is invalid: propagationPolicy: Invalid value: \"Orphan\": orphanDependents and deletionPropagation cannot be both set",
            })
    void refuses(String method, String path, String body, int code, String message) {
        Answer answer =
                server.send(method, "/api/v1/namespaces/default/" + path, body, "Content-Type", "application/json");

        assertThat(answer.message()).isEqualTo(message);
        assertThat(answer.code()).isEqualTo(code);
    }

    @Test
    void namespacesOfOtherScopesAreIgnored() {
        Answer answer = server.post("/api/v1/nodes", "{\"metadata\":{\"name\":\"n1\",\"namespace\":\"x\"}}");

        assertThat(answer.code()).isEqualTo(201);
        assertThat(Json.at(answer.json(), "metadata", "namespace").isMissingNode())
                .isTrue();
    }

    @Test
    void unknownBodiesAndPatchesAreNamed() {
        Answer body = server.send("POST", LIST, "a: b", "Content-Type", "text/plain");
        Answer patch = server.send("PATCH", LIST + "/x", "{}", "Content-Type", "application/apply-patch+json");

        assertThat(body.code()).isEqualTo(415);
        assertThat(body.message())
                .startsWith("the body of the request was in an unknown format - accepted media types include: ");
        assertThat(patch.code()).isEqualTo(415);
        assertThat(patch.message()).isEqualTo("415: Unsupported Media Type");
    }

    @Test
    void aStaleVersionIsAConflict() {
        server.configMap("stale", "");
        ObjectNode read = server.get(LIST + "/stale").json();
        server.label("stale", "\"x\":\"y\"");

        Answer put = server.put(LIST + "/stale", read.toString());
        Answer merged = server.merge(
                LIST + "/stale",
                "{\"metadata\":{\"resourceVersion\":\"" + Json.text(read, "metadata", "resourceVersion")
                        + "\",\"labels\":{\"a\":\"b\"}}}");
        Answer operations = server.send(
                "PATCH",
                LIST + "/stale",
                "[{\"op\":\"test\",\"path\":\"/metadata/resourceVersion\",\"value\":\""
                        + Json.text(read, "metadata", "resourceVersion")
                        + "\"},{\"op\":\"add\",\"path\":\"/data/z\",\"value\":\"z\"}]",
                "Content-Type",
                "application/json-patch+json");

        for (Answer answer : List.of(put, merged, operations)) {
            assertThat(answer.code()).isEqualTo(409);
            assertThat(answer.reason()).isEqualTo("Conflict");
            assertThat(answer.message())
                    .isEqualTo("Operation cannot be fulfilled on configmaps \"stale\": the object has been modified;"
                            + " please apply your changes to the latest version and try again");
        }
    }

    @Test
    void theRightVersionIsAccepted() {
        server.configMap("fresh", "");
        ObjectNode read = server.get(LIST + "/fresh").json();
        ((ObjectNode) read.get("data")).put("more", "data");

        Answer put = server.put(LIST + "/fresh", read.toString());
        Answer merged = server.merge(
                LIST + "/fresh",
                "{\"metadata\":{\"resourceVersion\":\"" + Json.text(put.json(), "metadata", "resourceVersion")
                        + "\",\"uid\":\"" + Json.text(read, "metadata", "uid") + "\"},\"data\":{\"even\":\"more\"}}");

        assertThat(put.code()).isEqualTo(200);
        assertThat(merged.code()).isEqualTo(200);
        assertThat(Json.text(merged.json(), "data", "even")).isEqualTo("more");
        assertThat(server.lastWrite().write()).isInstanceOfSatisfying(ObjectWrite.Patch.class, patch -> {
            assertThat(patch.body().at("/metadata/uid").asText()).isEqualTo(Json.text(read, "metadata", "uid"));
            assertThat(patch.body().at("/metadata/resourceVersion").isMissingNode())
                    .isTrue();
        });
    }

    @Test
    void anotherUidIsAConflict() {
        server.configMap("reborn", "");

        assertThat(server.put(LIST + "/reborn", "{\"metadata\":{\"name\":\"reborn\",\"uid\":\"other\"}}")
                        .code())
                .isEqualTo(409);
        assertThat(server.merge(LIST + "/reborn", "{\"metadata\":{\"uid\":\"other\"}}")
                        .code())
                .as("a patch would change it, and it cannot be changed")
                .isEqualTo(422);
        assertThat(server.send(
                                "DELETE",
                                LIST + "/reborn",
                                "{\"preconditions\":{\"uid\":\"other\"}}",
                                "Content-Type",
                                "application/json")
                        .code())
                .isEqualTo(409);
    }

    @Test
    void unknownFieldsWarnOrRefuseAsAskedFor() {
        String body = "{\"metadata\":{\"name\":\"odd\"},\"datta\":{}}";

        Answer warned = server.post(LIST + "?dryRun=All", body);
        Answer strict = server.post(LIST + "?dryRun=All&fieldValidation=Strict", body);
        Answer ignored = server.post(LIST + "?dryRun=All&fieldValidation=Ignore", body);

        assertThat(warned.code()).isEqualTo(201);
        assertThat(warned.headers("Warning")).containsExactly("299 - \"unknown field \\\"datta\\\"\"");
        assertThat(strict.code()).isEqualTo(400);
        assertThat(strict.message()).contains("strict decoding error: unknown field \"datta\"");
        assertThat(ignored.headers("Warning")).isEmpty();
        assertThat(server.get(LIST + "/odd").code()).isEqualTo(404);
    }

    @Test
    void deletesAndTellsWhat() {
        server.configMap("gone", "");
        String uid = Json.text(server.get(LIST + "/gone").json(), "metadata", "uid");

        Answer dry = server.delete(LIST + "/gone?dryRun=All");
        Answer answer = server.send(
                "DELETE", LIST + "/gone", "{\"propagationPolicy\":\"Foreground\"}", "Content-Type", "application/json");

        for (Answer each : List.of(dry, answer)) {
            assertThat(each.code()).isEqualTo(200);
            assertThat(each.text())
                    .isEqualTo("{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Success\","
                            + "\"details\":{\"name\":\"gone\",\"kind\":\"configmaps\",\"uid\":\"" + uid + "\"}}");
        }
        assertThat(server.lastWrite().write())
                .isInstanceOfSatisfying(
                        ObjectWrite.Delete.class,
                        delete -> assertThat(delete.propagation()).isEqualTo(ObjectWrite.Propagation.FOREGROUND));
        assertThat(server.get(LIST + "/gone").code()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "?propagationPolicy=Orphan||ORPHAN|-1",
                "?orphanDependents=true||ORPHAN|-1",
                "?orphanDependents=false&gracePeriodSeconds=7||BACKGROUND|7",
                "|{\"gracePeriodSeconds\":0}|DEFAULT|0",
                "|{\"gracePeriodSeconds\":-3}|DEFAULT|1",
                "||DEFAULT|-1",
                "?propagationPolicy=Background||BACKGROUND|-1",
            })
    void readsHowToDelete(String query, String body, String propagation, long grace) {
        server.delete("/api/v1/namespaces/default/pods/x" + (query == null ? "" : query));
        server.send(
                "DELETE",
                "/api/v1/namespaces/default/pods/x" + (query == null ? "" : query),
                body == null ? "" : body,
                "Content-Type",
                "application/json");

        assertThat(server.lastWrite().write()).isInstanceOfSatisfying(ObjectWrite.Delete.class, delete -> {
            assertThat(delete.propagation().name()).isEqualTo(propagation);
            assertThat(delete.gracePeriodSeconds()).isEqualTo(grace < 0 ? null : Long.valueOf(grace));
        });
    }

    @Test
    void whatIsOnItsWayIsShown() {
        server.post("/api/v1/namespaces/default/pods", ReadTest.pod("leaving", "n1"));
        server.post(LIST, "{\"metadata\":{\"name\":\"kept\",\"finalizers\":[\"a.b/c\"]}}");

        Answer graceful = server.delete("/api/v1/namespaces/default/pods/leaving");
        Answer gone = server.delete("/api/v1/namespaces/default/pods/leaving?gracePeriodSeconds=0");
        Answer held = server.delete(LIST + "/kept");

        assertThat(Json.text(graceful.json(), "kind")).isEqualTo("Pod");
        assertThat(Json.text(graceful.json(), "metadata", "deletionTimestamp")).isNotEmpty();
        assertThat(Json.text(gone.json(), "kind")).isEqualTo("Pod");
        assertThat(Json.text(held.json(), "kind")).isEqualTo("ConfigMap");
    }

    @Test
    void deletesWhatSelectorsMatch() {
        String secrets = "/api/v1/namespaces/default/secrets";
        for (String name : List.of("a", "b", "c")) {
            server.post(
                    secrets,
                    "{\"metadata\":{\"name\":\"" + name + "\",\"labels\":{\"x\":\"" + (name.equals("b") ? 2 : 1)
                            + "\"}}}");
        }

        Answer dry = server.delete(secrets + "?labelSelector=x%3D1&dryRun=All");
        Answer answer = server.delete(secrets + "?labelSelector=x%3D1");

        assertThat(dry.names()).containsExactly("a", "c");
        assertThat(answer.code()).isEqualTo(200);
        assertThat(Json.text(answer.json(), "kind")).isEqualTo("SecretList");
        assertThat(answer.names()).containsExactly("a", "c");
        assertThat(server.get(secrets).names()).containsExactly("b");
    }

    @Test
    void statusIsWrittenApart() {
        server.post(
                SETS,
                "{\"metadata\":{\"name\":\"ds\"},\"spec\":{\"selector\":{\"matchLabels\":{\"a\":\"b\"}},\"template\":{"
                        + "\"metadata\":{\"labels\":{\"a\":\"b\"}},\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"i\"}]}}}}");

        Answer patched =
                server.merge(SETS + "/ds/status", "{\"status\":{\"numberReady\":3},\"spec\":{\"minReadySeconds\":9}}");
        Answer read = server.get(SETS + "/ds/status");

        assertThat(patched.code()).isEqualTo(200);
        assertThat(Json.at(read.json(), "status", "numberReady").asInt()).isEqualTo(3);
        assertThat(Json.at(read.json(), "spec", "minReadySeconds").asInt()).isZero();
        assertThat(server.lastWrite().write())
                .isInstanceOfSatisfying(
                        ObjectWrite.Patch.class,
                        patch -> assertThat(patch.subresource()).isEqualTo("status"));
    }

    @ParameterizedTest
    @CsvSource({
        "application/merge-patch+json,           'not json'",
        "application/merge-patch+json,           ''",
        "application/merge-patch+json,           '3'",
        "application/merge-patch+json,           '[]'",
        "application/merge-patch+json,           '{\"a\":1,\"a\":2}'",
        "application/json-patch+json,            '{}'",
        "application/json-patch+json,            '[{\"op\":\"fly\"}]'",
        "application/json-patch+json,            '[3]'",
        "application/strategic-merge-patch+json, '[]'",
        "application/strategic-merge-patch+json, '{\"metadata\":3}'",
        "application/strategic-merge-patch+json, '{\"metadata\":{\"resourceVersion\":{}}}'",
        "application/merge-patch+json,           '{\"metadata\":{\"resourceVersion\":\"x\"}}'",
    })
    void brokenPatchesAreTheClientsFault(String type, String body) {
        server.post(LIST, "{\"metadata\":{\"name\":\"whole\"}}");

        Answer answer = server.send("PATCH", LIST + "/whole", body, "Content-Type", type);

        // An empty version is no version: that patch changes nothing.
        boolean harmless = body.contains("{\"resourceVersion\":{}}");
        assertThat(answer.code()).isBetween(harmless ? 200 : 400, 422);
    }

    @Test
    void tooLargeBodiesAreRefused() {
        Answer answer =
                server.post(LIST, "{\"metadata\":{\"name\":\"big\"},\"data\":{\"a\":\"" + "x".repeat(150_000) + "\"}}");

        assertThat(answer.code()).isEqualTo(413);
        assertThat(answer.reason()).isEqualTo("RequestEntityTooLarge");
        assertThat(server.get("/healthz").code()).isEqualTo(200);
    }
}
