package io.everynode.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.apiserver.TestServer.Answer;
import io.everynode.objects.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Server-side apply and managedFields over HTTP, as clients see them. */
class ServerSideApplyTest {

    private static final String LIST = "/api/v1/namespaces/default/configmaps";
    private static final String SETS = "/apis/apps/v1/namespaces/default/daemonsets";
    private static final String NODES = "/api/v1/nodes";

    @RegisterExtension
    static final TestServer server = new TestServer();

    private static Answer apply(String path, String query, String yaml) {
        return server.send(
                "PATCH", path + "?" + query, yaml, "Content-Type", "application/apply-patch+yaml", "User-Agent", "t/1");
    }

    private static String configMap(String name, String data) {
        return "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: " + name + "\ndata: " + data + "\n";
    }

    /** "manager operation subresource fields" of each entry. */
    private static List<String> entries(ObjectNode object) {
        List<String> entries = new ArrayList<>();
        for (JsonNode entry : Json.at(object, "metadata", "managedFields")) {
            assertThat(Json.text(entry, "fieldsType")).isEqualTo("FieldsV1");
            assertThat(Json.text(entry, "time")).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");
            entries.add(Json.text(entry, "manager") + " " + Json.text(entry, "operation") + " "
                    + Json.text(entry, "apiVersion") + " "
                    + (entry.has("subresource") ? Json.text(entry, "subresource") + " " : "")
                    + entry.path("fieldsV1"));
        }
        return entries;
    }

    @Test
    void createsAndAppliesAgainWithoutChange() {
        Answer created = apply(LIST + "/new", "fieldManager=me", configMap("new", "{a: '1'}"));
        Answer again = apply(LIST + "/new", "fieldManager=me", configMap("new", "{a: '1'}"));
        Answer json = apply(
                LIST + "/new",
                "fieldManager=me",
                "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\n\t\"metadata\":{\"name\":\"new\"},\"data\":{\"a\":\"1\"}}");

        assertThat(created.code()).isEqualTo(201);
        assertThat(entries(created.json())).containsExactly("me Apply v1 {\"f:data\":{\"f:a\":{}}}");
        assertThat(again.code()).isEqualTo(200);
        assertThat(json.code()).isEqualTo(200);
        assertThat(again.json()).isEqualTo(created.json());
        assertThat(json.json()).as("resourceVersion and times too").isEqualTo(created.json());
    }

    @Test
    void conflictsAreNamedAndForceEndsThem() {
        apply(LIST + "/fought", "fieldManager=one", configMap("fought", "{a: '1', b: '1'}"));
        server.send(
                "PATCH",
                LIST + "/fought",
                "{\"data\":{\"b\":\"2\"}}",
                "Content-Type",
                "application/merge-patch+json",
                "User-Agent",
                "kubectl/v1.35.0 (linux/amd64)");

        Answer refused = apply(LIST + "/fought", "fieldManager=two", configMap("fought", "{a: '3', b: '3', c: '3'}"));
        Answer single = apply(LIST + "/fought", "fieldManager=two&force=false", configMap("fought", "{a: '3'}"));
        Answer forced =
                apply(LIST + "/fought", "fieldManager=two&force=true", configMap("fought", "{a: '3', b: '3', c: '3'}"));

        assertThat(refused.code()).isEqualTo(409);
        assertThat(refused.json().path("reason").asText()).isEqualTo("Conflict");
        assertThat(refused.message())
                .isEqualTo("Apply failed with 2 conflicts: conflicts with \"kubectl\" using v1:\n- .data.b\n"
                        + "conflicts with \"one\":\n- .data.a");
        assertThat(refused.json().path("details").toString())
                .isEqualTo("{\"causes\":["
                        + "{\"reason\":\"FieldManagerConflict\",\"message\":\"conflict with \\\"kubectl\\\" using v1\","
                        + "\"field\":\".data.b\"},"
                        + "{\"reason\":\"FieldManagerConflict\",\"message\":\"conflict with \\\"one\\\"\","
                        + "\"field\":\".data.a\"}]}");
        assertThat(single.message()).isEqualTo("Apply failed with 1 conflict: conflict with \"one\": .data.a");
        assertThat(forced.code()).isEqualTo(200);
        assertThat(Json.at(forced.json(), "data").toString()).isEqualTo("{\"a\":\"3\",\"b\":\"3\",\"c\":\"3\"}");
        assertThat(entries(forced.json()))
                .containsExactly("two Apply v1 {\"f:data\":{\"f:a\":{},\"f:b\":{},\"f:c\":{}}}");
    }

    @Test
    void whatIsAppliedNoLongerGoesAndDefaultsComeBack() {
        String head = "{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: agent}, spec: {";
        String template =
                "selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [";
        String end = "]}}}}";
        Answer first = apply(
                SETS + "/agent",
                "fieldManager=me",
                head + "revisionHistoryLimit: 3, " + template
                        + "{name: c, image: 'i:1', ports: [{containerPort: 80}], env: [{name: A, value: '1'}]}, "
                        + "{name: d, image: 'i:1'}" + end);
        Answer second = apply(SETS + "/agent", "fieldManager=me", head + template + "{name: c, image: 'i:2'}" + end);

        assertThat(first.code()).as(first.message()).isEqualTo(201);
        assertThat(second.code()).as(second.message()).isEqualTo(200);
        assertThat(entries(first.json()))
                .containsExactly("me Apply apps/v1 {\"f:spec\":{\"f:revisionHistoryLimit\":{},\"f:selector\":{},"
                        + "\"f:template\":{\"f:metadata\":{\"f:labels\":{\"f:a\":{}}},\"f:spec\":{\"f:containers\":{"
                        + "\"k:{\\\"name\\\":\\\"c\\\"}\":{\".\":{},\"f:env\":{\"k:{\\\"name\\\":\\\"A\\\"}\":{\".\":{},"
                        + "\"f:name\":{},\"f:value\":{}}},\"f:image\":{},\"f:name\":{},\"f:ports\":{"
                        + "\"k:{\\\"containerPort\\\":80,\\\"protocol\\\":\\\"TCP\\\"}\":{\".\":{},"
                        + "\"f:containerPort\":{}}}},"
                        + "\"k:{\\\"name\\\":\\\"d\\\"}\":{\".\":{},\"f:image\":{},\"f:name\":{}}}}}}}");
        JsonNode spec = second.json().path("spec");
        assertThat(spec.path("revisionHistoryLimit").asInt()).isEqualTo(10);
        JsonNode containers = spec.path("template").path("spec").path("containers");
        assertThat(containers).hasSize(1);
        assertThat(containers.get(0).path("image").asText()).isEqualTo("i:2");
        assertThat(containers.get(0).has("ports") || containers.get(0).has("env"))
                .isFalse();
        assertThat(containers.get(0).path("imagePullPolicy").asText())
                .as("a default that nobody owns stays")
                .isEqualTo("IfNotPresent");
    }

    @Test
    void createAndUpdateAreRecorded() {
        server.send(
                "POST",
                LIST + "?fieldManager=kubectl-create",
                "{\"metadata\":{\"name\":\"recorded\",\"labels\":{\"l\":\"1\"}},\"data\":{\"a\":\"1\"}}",
                "Content-Type",
                "application/json");
        Answer unnamed = server.send(
                "PATCH",
                LIST + "/recorded",
                "{\"data\":{\"b\":\"1\"}}",
                "Content-Type",
                "application/strategic-merge-patch+json",
                "User-Agent",
                "Java/17 client");
        ObjectNode changed = unnamed.json();
        ((ObjectNode) changed.get("data")).remove("a");
        Answer put = server.send(
                "PUT",
                LIST + "/recorded?fieldManager=kubectl-replace",
                changed.toString(),
                "Content-Type",
                "application/json");

        assertThat(entries(put.json()))
                .containsExactlyInAnyOrder(
                        "Java Update v1 {\"f:data\":{\"f:b\":{}}}",
                        "kubectl-create Update v1 {\"f:data\":{},"
                                + "\"f:metadata\":{\"f:labels\":{\".\":{},\"f:l\":{}}}}");
    }

    @Test
    void whatADaemonSetsCreatorOwns() {
        Answer created = server.send(
                "POST",
                SETS + "?fieldManager=kubectl-client-side-apply",
                "{\"metadata\":{\"name\":\"made\"},\"spec\":{\"selector\":{\"matchLabels\":{\"a\":\"b\"}},\"template\":"
                        + "{\"metadata\":{\"labels\":{\"a\":\"b\"}},\"spec\":{\"containers\":[{\"name\":\"c\","
                        + "\"image\":\"i:1\",\"resources\":{\"limits\":{\"cpu\":\"1\"}}}]}}}}",
                "Content-Type",
                "application/json");

        assertThat(entries(created.json()))
                .as("as a kube-apiserver records it")
                .containsExactly(
                        "kubectl-client-side-apply Update apps/v1 {\"f:metadata\":{\"f:annotations\":{\".\":{},"
                                + "\"f:deprecated.daemonset.template.generation\":{}}},\"f:spec\":{"
                                + "\"f:revisionHistoryLimit\":{},\"f:selector\":{},\"f:template\":{\"f:metadata\":{\"f:labels\":"
                                + "{\".\":{},\"f:a\":{}}},\"f:spec\":{\"f:containers\":{\"k:{\\\"name\\\":\\\"c\\\"}\":{\".\":{},"
                                + "\"f:image\":{},\"f:imagePullPolicy\":{},\"f:name\":{},\"f:resources\":{\".\":{},\"f:limits\":"
                                + "{\".\":{},\"f:cpu\":{}}},"
                                + "\"f:terminationMessagePath\":{},\"f:terminationMessagePolicy\":{}}},\"f:dnsPolicy\":{},"
                                + "\"f:restartPolicy\":{},\"f:schedulerName\":{},\"f:securityContext\":{},"
                                + "\"f:terminationGracePeriodSeconds\":{}}},\"f:updateStrategy\":{\"f:rollingUpdate\":{\".\":{},"
                                + "\"f:maxSurge\":{},\"f:maxUnavailable\":{}},\"f:type\":{}}}}");
    }

    @Test
    void entriesCanBeResetAndSet() {
        apply(LIST + "/reset", "fieldManager=me", configMap("reset", "{a: '1'}"));
        Answer kept = server.merge(LIST + "/reset", "{\"metadata\":{\"managedFields\":[]}}");
        Answer reset = server.merge(LIST + "/reset", "{\"metadata\":{\"managedFields\":[{}]}}");
        Answer untracked = server.merge(LIST + "/reset", "{\"data\":{\"b\":\"1\"}}");
        Answer set = server.send(
                "PATCH",
                LIST + "/reset",
                "[{\"op\":\"add\",\"path\":\"/metadata/managedFields\",\"value\":[{\"manager\":\"other\","
                        + "\"operation\":\"Apply\",\"apiVersion\":\"v1\",\"fieldsType\":\"FieldsV1\","
                        + "\"fieldsV1\":{\"f:data\":{\"f:a\":{}}},\"time\":\"2026-01-01T00:00:00Z\"}]}]",
                "Content-Type",
                "application/json-patch+json");
        Answer broken = server.merge(LIST + "/reset", "{\"metadata\":{\"managedFields\":[{\"operation\":\"Eat\"}]}}");

        assertThat(entries(kept.json())).hasSize(1);
        assertThat(kept.json().path("metadata").path("resourceVersion"))
                .as("nothing has changed")
                .isNotEqualTo(reset.json().path("metadata").path("resourceVersion"));
        assertThat(entries(reset.json())).isEmpty();
        assertThat(entries(untracked.json())).isEmpty();
        assertThat(entries(set.json())).containsExactly("other Apply v1 {\"f:data\":{\"f:a\":{}}}");
        assertThat(broken.code()).isEqualTo(200);
        assertThat(entries(broken.json())).isEqualTo(entries(set.json()));
    }

    @Test
    void aStatusIsAppliedThroughItsOwnDoor() {
        server.post(SETS, daemonSet("status-of"));
        String status =
                "{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: status-of}, spec: {minReadySeconds: 9},"
                        + " status: {conditions: [{type: Seen, status: 'True'}]}}";
        Answer applied = apply(SETS + "/status-of/status", "fieldManager=me", status);
        Answer main = apply(
                SETS + "/status-of",
                "fieldManager=me",
                "{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: status-of, labels: {l: x}},"
                        + " status: {numberReady: 7}}");
        Answer absent = apply(
                SETS + "/no-such/status",
                "fieldManager=me",
                "{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: no-such}}");

        assertThat(applied.code()).as(applied.message()).isEqualTo(200);
        assertThat(applied.json().path("spec").has("minReadySeconds")).isFalse();
        assertThat(Json.at(applied.json(), "status", "conditions")).hasSize(1);
        assertThat(entries(applied.json()))
                .contains("me Apply apps/v1 status {\"f:status\":{\"f:conditions\":{\"k:{\\\"type\\\":\\\"Seen\\\"}\":{"
                        + "\".\":{},\"f:status\":{},\"f:type\":{}}}}}");
        assertThat(Json.at(main.json(), "status", "numberReady").asInt()).isZero();
        assertThat(entries(main.json())).contains("me Apply apps/v1 {\"f:metadata\":{\"f:labels\":{\"f:l\":{}}}}");
        assertThat(absent.code()).isEqualTo(404);
    }

    private static String daemonSet(String name) {
        return "{\"metadata\":{\"name\":\"" + name + "\"},\"spec\":{\"selector\":{\"matchLabels\":{\"a\":\"b\"}},"
                + "\"template\":{\"metadata\":{\"labels\":{\"a\":\"b\"}},\"spec\":{\"containers\":[{\"name\":\"c\","
                + "\"image\":\"i:1\"}]}}}}";
    }

    @Test
    void kubectlTakesOverWhatItAppliedOnItsSide() {
        String config =
                "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"annotations\":{},\"name\":\"csa\","
                        + "\"namespace\":\"default\"},\"data\":{\"a\":\"1\",\"b\":\"1\"}}\n";
        server.send(
                "POST",
                LIST + "?fieldManager=kubectl-client-side-apply",
                "{\"metadata\":{\"name\":\"csa\",\"annotations\":{\"kubectl.kubernetes.io/last-applied-configuration\":"
                        + Json.mapper().valueToTree(config) + "}},\"data\":{\"a\":\"1\",\"b\":\"1\"}}",
                "Content-Type",
                "application/json");
        Answer other = apply(LIST + "/csa", "fieldManager=someone", configMap("csa", "{a: '2'}"));
        Answer applied = apply(LIST + "/csa", "fieldManager=kubectl", configMap("csa", "{a: '2', b: '1'}"));

        assertThat(other.code()).isEqualTo(409);
        assertThat(applied.code()).as(applied.message()).isEqualTo(200);
        assertThat(Json.text(applied.json(), "data", "a")).isEqualTo("2");
        assertThat(Json.text(
                        applied.json(), "metadata", "annotations", "kubectl.kubernetes.io/last-applied-configuration"))
                .isEqualTo("{\"apiVersion\":\"v1\",\"data\":{\"a\":\"2\",\"b\":\"1\"},\"kind\":\"ConfigMap\","
                        + "\"metadata\":{\"name\":\"csa\"}}\n");

        server.send(
                "PATCH",
                LIST + "/csa?fieldManager=kubectl-edit",
                "{\"data\":{\"b\":\"9\"}}",
                "Content-Type",
                "application/merge-patch+json");
        Answer edited = apply(LIST + "/csa", "fieldManager=kubectl", configMap("csa", "{a: '3', b: '1'}"));
        assertThat(edited.message())
                .as("what somebody has changed since is no longer kubectl's")
                .isEqualTo("Apply failed with 1 conflict: conflict with \"kubectl-edit\" using v1: .data.b");
    }

    @Test
    void frequentWritesOfMachinesAreNotRecorded() {
        String lease = "/apis/coordination.k8s.io/v1/namespaces/default/leases";
        Answer made = server.post(lease, "{\"metadata\":{\"name\":\"l\"},\"spec\":{\"holderIdentity\":\"me\"}}");
        Answer node = server.post(NODES, "{\"metadata\":{\"name\":\"node1\",\"labels\":{\"l\":\"x\"}}}");
        Answer heartbeat = server.send(
                "PATCH",
                NODES + "/node1/status",
                "{\"status\":{\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\"}]}}",
                "Content-Type",
                "application/strategic-merge-patch+json");
        Answer applied = apply(
                NODES + "/node1/status",
                "fieldManager=me",
                "{apiVersion: v1, kind: Node, metadata: {name: node1},"
                        + " status: {conditions: [{type: Ready, status: 'True'}, {type: Mine, status: 'True'}]}}");
        Answer taken = server.send(
                "PATCH",
                NODES + "/node1/status?fieldManager=kubelet",
                "{\"status\":{\"conditions\":[{\"type\":\"Mine\",\"status\":\"False\"}]}}",
                "Content-Type",
                "application/strategic-merge-patch+json");

        assertThat(entries(made.json())).isEmpty();
        assertThat(entries(heartbeat.json())).isEqualTo(entries(node.json())).hasSize(1);
        assertThat(applied.code()).as(applied.message()).isEqualTo(200);
        assertThat(taken.code()).as(taken.message()).isEqualTo(200);
        assertThat(entries(taken.json()))
                .as("where a status was applied, who changes it is")
                .anyMatch(entry -> entry.startsWith("kubelet Update v1 status {\"f:status\":{\"f:conditions\":"
                        + "{\"k:{\\\"type\\\":\\\"Mine\\\"}\":{\"f:status\":{}}}}}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "x||apiVersion: v1|422|PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required for apply patch",
                "x|fieldManager=a%0Ab|apiVersion: v1|422|PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Invalid value: \"a\\nb\": invalid character U+000A (at position 1)",
                "x|fieldManager=m&dryRun=Some|apiVersion: v1|422|PatchOptions.meta.k8s.io \"\" is invalid: dryRun: Unsupported value: \"Some\": supported values: \"All\"",
                "x|fieldManager=m|{apiVersion: v1, kind: ConfigMap, metadata: {name: other}}|400|the name of the object (other) does not match the name on the URL (x)",
                "x|fieldManager=m|{apiVersion: v1, kind: ConfigMap, metadata: {name: x, namespace: o}}|400|the namespace of the provided object does not match the namespace sent on the request",
                "x|fieldManager=m|{apiVersion: v1, kind: ConfigMap}|400|the name of the object (x based on URL) was undeterminable: name must be provided",
                "x|fieldManager=m|{apiVersion: v1, kind: Secret, metadata: {name: x}}|400|invalid object type: /v1, Kind=Secret",
                "x|fieldManager=m|{apiVersion: apps/v1, kind: ConfigMap, metadata: {name: x}}|400|invalid object type: apps/v1, Kind=ConfigMap",
                "x|fieldManager=m||400|invalid object type: /, Kind=",
                "x|fieldManager=m|{}|400|the name of the object (x based on URL) was undeterminable: name must be provided",
                "x|fieldManager=m|[]|400|error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go value of type map[string]interface {}",
                "x|fieldManager=m|{apiVersion: v1, kind: ConfigMap, metadata: {name: x, managedFields: []}}|400|metadata.managedFields must be nil",
                "x|fieldManager=m|{apiVersion: v1, kind: ConfigMap, metadata: {name: x}, dta: {}}|400|failed to create typed patch object (/x; /v1, Kind=ConfigMap): .dta: field not declared in schema",
                "x|fieldManager=m|{apiVersion: v1, kind: ConfigMap, metadata: {name: x}, data: [1]}|400|failed to create typed patch object (/x; /v1, Kind=ConfigMap): .data: expected map, got [1]",
                "x|fieldManager=m|{apiVersion: v1, kind: ConfigMap, metadata: {name: x}, data: {a: 1, b: true}}|400|failed to create typed patch object (/x; /v1, Kind=ConfigMap): errors:\\n  .data.a: expected string, got 1\\n  .data.b: expected string, got true",
                "x|fieldManager=m|{apiVersion: v1, kind: ConfigMap, metadata: {name: x, finalizers: [a/b, a/b]}}|400|failed to create typed patch object (/x; /v1, Kind=ConfigMap): .metadata.finalizers: duplicate entries for key [=\"a/b\"]",
                "x|fieldManager=m|{apiVersion: v1, kind: ConfigMap, metadata: {name: x, uid: u}}|409|Operation cannot be fulfilled on configmaps \"x\": uid mismatch: the provided object specified uid u, and no existing object was found",
                "x|fieldManager=m|{apiVersion: v1, kind: ConfigMap, metadata: {name: x, resourceVersion: '5'}}|409|Operation cannot be fulfilled on configmaps \"x\": the object has been modified; please apply your changes to the latest version and try again",
                "x|fieldManager=m&fieldValidation=Strict|{apiVersion: v1, kind: ConfigMap, metadata: {name: x}, data: {a: b, a: c}}|400|error strict decoding YAML: error converting YAML to JSON: yaml: unmarshal errors: key \"a\" already set in map",
            })
    void refuses(String name, String query, String body, int code, String message) {
        Answer answer = apply(LIST + "/" + name, query, body == null ? "" : body);

        assertThat(answer.message()).isEqualTo(message.replace("\\n", "\n"));
        assertThat(answer.code()).isEqualTo(code);
        assertThat(server.get(LIST + "/" + name).code()).isEqualTo(404);
    }

    @Test
    void elementsNeedTheirKeys() {
        Answer answer = apply(
                SETS + "/keyless",
                "fieldManager=m",
                "{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: keyless}, spec: {template: {spec: {containers: "
                        + "[{image: i}, {name: c, prts: []}]}}}}");

        assertThat(answer.code()).isEqualTo(400);
        assertThat(answer.message())
                .isEqualTo("failed to create typed patch object (/keyless; apps/v1, Kind=DaemonSet): errors:\n"
                        + "  .spec.template.spec.containers: element 0: associative list with keys has an element that"
                        + " omits key field \"name\" (and doesn't have default value)\n"
                        + "  .spec.template.spec.containers[name=\"c\"].prts: field not declared in schema");
    }

    @Test
    void conditionsOfTheObjectAndDryRun() {
        Answer created = apply(LIST + "/conditions", "fieldManager=m", configMap("conditions", "{a: '1'}"));
        String version = Json.text(created.json(), "metadata", "resourceVersion");
        Answer dry = apply(LIST + "/conditions", "fieldManager=m&dryRun=All", configMap("conditions", "{a: '2'}"));
        Answer dryNew = apply(LIST + "/dry", "fieldManager=m&dryRun=All", configMap("dry", "{a: '2'}"));
        String at = "{apiVersion: v1, kind: ConfigMap, metadata: {name: conditions, %s}, data: {a: '3'}}";
        Answer stale = apply(LIST + "/conditions", "fieldManager=m", at.formatted("resourceVersion: '1'"));
        Answer wrongUid = apply(LIST + "/conditions", "fieldManager=m", at.formatted("uid: other"));
        Answer invalid = apply(LIST + "/conditions", "fieldManager=m", configMap("conditions", "{'a b': '1'}"));
        Answer fits = apply(LIST + "/conditions", "fieldManager=m", at.formatted("resourceVersion: '" + version + "'"));

        assertThat(Json.text(dry.json(), "data", "a")).isEqualTo("2");
        assertThat(dryNew.code()).isEqualTo(201);
        assertThat(server.get(LIST + "/dry").code()).isEqualTo(404);
        assertThat(stale.code()).isEqualTo(409);
        assertThat(stale.message()).contains("the object has been modified");
        assertThat(wrongUid.code()).isEqualTo(409);
        assertThat(wrongUid.message()).contains("Precondition failed: UID in precondition: other");
        assertThat(invalid.code()).isEqualTo(422);
        assertThat(fits.code()).isEqualTo(200);
        assertThat(Json.text(fits.json(), "data", "a")).isEqualTo("3");
    }

    @Test
    void forceIsForApplyAlone() {
        server.configMap("plain", "");
        Answer answer =
                server.send("PATCH", LIST + "/plain?force=true", "{}", "Content-Type", "application/merge-patch+json");

        assertThat(answer.code()).isEqualTo(422);
        assertThat(answer.message())
                .isEqualTo("PatchOptions.meta.k8s.io \"\" is invalid: force: Forbidden: may not be specified for"
                        + " non-apply patch");
    }

    @Test
    void oldestUpdatersAreMerged() {
        server.send(
                "POST",
                LIST + "?fieldManager=m00",
                "{\"metadata\":{\"name\":\"many\"},\"data\":{\"k00\":\"1\"}}",
                "Content-Type",
                "application/json");
        for (int i = 1; i < 14; i++) {
            String k = String.format("%02d", i);
            server.send(
                    "PATCH",
                    LIST + "/many?fieldManager=m" + k,
                    "{\"data\":{\"k" + k + "\":\"1\"}}",
                    "Content-Type",
                    "application/merge-patch+json");
        }
        TreeSet<String> managers = new TreeSet<>();
        for (JsonNode entry : Json.at(server.get(LIST + "/many").json(), "metadata", "managedFields")) {
            managers.add(Json.text(entry, "manager"));
        }

        assertThat(managers).hasSize(10).contains("ancient-changes", "m13").doesNotContain("m00");
    }
}
