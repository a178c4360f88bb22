package io.everynode.compatibility.kubelet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.compatibility.CompatibilityLines;
import io.everynode.compatibility.clients.SharedServer;
import io.everynode.compatibility.kubelet.KubeletApi.Encoding;
import io.everynode.objects.Json;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A kubelet's side of the API, in both encodings, with a DaemonSet's Pods from their start to their end. */
@Timeout(400)
class KubeletTest {

    private static final Duration PATIENCE = Duration.ofSeconds(SharedServer.PATIENCE_SECONDS);
    private static final String SETS = "/apis/apps/v1/namespaces/default/daemonsets";

    @RegisterExtension
    static final SharedServer SERVER = new SharedServer();

    private static final Map<Encoding, CompatibilityLines> LINES = Map.of(
            Encoding.JSON, new CompatibilityLines("Kubelet", "test kubelet, JSON, list and watch"),
            Encoding.PROTOBUF, new CompatibilityLines("Kubelet", "test kubelet, protobuf, streaming lists"));

    @AfterAll
    static void writeLines() throws IOException {
        LINES.get(Encoding.JSON).write("clients-kubelet-json");
        LINES.get(Encoding.PROTOBUF).write("clients-kubelet-protobuf");
    }

    @FunctionalInterface
    private interface Step {
        void run() throws Exception;
    }

    private static void step(Encoding encoding, String what, Step step) throws Exception {
        try {
            step.run();
            LINES.get(encoding).pass(what);
        } catch (Exception | AssertionError e) {
            LINES.get(encoding).fail(what, String.valueOf(e.getMessage()));
            throw e;
        }
    }

    @ParameterizedTest
    @EnumSource(Encoding.class)
    void runsTheNodesPods(Encoding encoding) throws Exception {
        String name = "kubelet-" + encoding.name().toLowerCase(Locale.ROOT);
        KubeletApi user = new KubeletApi(SERVER, Encoding.JSON);
        KubeletApi api = new KubeletApi(SERVER, encoding);
        TestKubelet kubelet = new TestKubelet(api, name);
        try (kubelet) {
            step(encoding, "registers its Node; again over the object it left", () -> {
                kubelet.register();
                kubelet.register();
            });
            step(encoding, "creates its Lease and renews it", () -> {
                kubelet.createLease();
                assertThat(Json.text(kubelet.renewLease(), "spec", "holderIdentity"))
                        .isEqualTo(name);
            });
            step(encoding, "registers its CSINode", kubelet::registerCsiNode);
            step(encoding, "syncs nodes by name, services, RuntimeClasses, CSIDrivers, pods by node", () -> {
                kubelet.startInformers();
                await().atMost(PATIENCE).until(kubelet::hasSynced);
                await().atMost(PATIENCE)
                        .until(() ->
                                Json.text(kubelet.ownNode(), "metadata", "name").equals(name));
            });
            step(encoding, "patches its Node's status; addresses replaced, taints gone when ready", () -> {
                kubelet.reportReady();
                await().atMost(PATIENCE)
                        .until(() -> ready(kubelet.ownNode())
                                && Json.at(kubelet.ownNode(), "spec", "taints").size() == 1);
                assertThat(Json.at(user.get("/api/v1/nodes/" + name), "status", "addresses"))
                        .hasSize(2);
            });

            user.post("/api/v1/namespaces/default/configmaps", object(name, "ConfigMap", "'data':{'a':'b'}"));
            user.post("/api/v1/namespaces/default/secrets", object(name, "Secret", "'data':{'a':'Yg=='}"));
            user.post(SETS, daemonSet(name));
            step(encoding, "runs the Pod of a DaemonSet: ConfigMap, Secret, events, status by strategic merge", () -> {
                await().atMost(PATIENCE).untilAsserted(() -> {
                    assertThat(kubelet.failures).isEmpty();
                    assertThat(kubelet.pods.values()).containsExactly("running");
                    JsonNode status = user.get(SETS + "/" + name).path("status");
                    assertThat(status.path("numberReady").asInt()).isEqualTo(1);
                    assertThat(status.path("desiredNumberScheduled").asInt()).isEqualTo(1);
                });
            });
            ObjectNode pod = podOf(user, name);
            step(encoding, "makes a token for the Pod (serviceaccounts/token)", () -> {
                ObjectNode token = api.post(
                        "/api/v1/namespaces/default/serviceaccounts/default/token",
                        TestKubelet.tree(
                                "{'apiVersion':'authentication.k8s.io/v1','kind':'TokenRequest','spec':{"
                                        + "'audiences':['https://kubernetes.default.svc'],'expirationSeconds':3607,"
                                        + "'boundObjectRef':{'kind':'Pod','apiVersion':'v1','name':'%s','uid':'%s'}}}",
                                Json.text(pod, "metadata", "name"), Json.text(pod, "metadata", "uid")));
                assertThat(Json.text(token, "status", "token")).isNotEmpty();
            });
            step(encoding, "a status for an earlier Pod of the name, and a deletion of it, are refused", () -> {
                assertThatThrownBy(() -> api.patch(
                                TestKubelet.path(pod) + "/status",
                                kubelet.statusPatch(
                                        "00000000-0000-0000-0000-000000000000", pod, "Failed", "False", "{}")))
                        // As the recorded server refuses a patch that would give an object another UID.
                        .isInstanceOfSatisfying(
                                KubeletApi.Refused.class,
                                refused -> assertThat(refused.reason()).isEqualTo("Invalid"));
                assertThatThrownBy(() -> api.delete(
                                TestKubelet.path(pod),
                                TestKubelet.tree("{'apiVersion':'v1','kind':'DeleteOptions','gracePeriodSeconds':0,"
                                        + "'preconditions':{'uid':'00000000-0000-0000-0000-000000000000'}}")))
                        .isInstanceOfSatisfying(
                                KubeletApi.Refused.class,
                                refused -> assertThat(refused.reason()).isEqualTo("Conflict"));
            });
            step(encoding, "its events are listed for the Pod, with their count", () -> {
                Set<String> reasons = new HashSet<>();
                for (JsonNode event : user.get("/api/v1/namespaces/default/events?fieldSelector=involvedObject.uid%3D"
                                + Json.text(pod, "metadata", "uid"))
                        .path("items")) {
                    if (event.path("count").asInt() == 2) {
                        reasons.add(Json.text(event, "reason"));
                    }
                }
                assertThat(reasons).contains("Pulled", "Started");
            });
            step(encoding, "ends a Pod that is updated, with grace 0 and its UID, and runs the next", () -> {
                user.patch(
                        SETS + "/" + name,
                        "{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"i:2\"}]}}}}");
                await().atMost(PATIENCE).untilAsserted(() -> {
                    assertThat(kubelet.failures).isEmpty();
                    assertThat(kubelet.pods.values()).containsExactlyInAnyOrder("deleted", "running");
                    JsonNode status = user.get(SETS + "/" + name).path("status");
                    assertThat(status.path("updatedNumberScheduled").asInt()).isEqualTo(1);
                    assertThat(status.path("numberReady").asInt()).isEqualTo(1);
                });
            });
            step(encoding, "ends the Pods of a deleted DaemonSet", () -> {
                user.delete(SETS + "/" + name, TestKubelet.tree("{'apiVersion':'v1','kind':'DeleteOptions'}"));
                await().atMost(PATIENCE).untilAsserted(() -> {
                    assertThat(kubelet.failures).isEmpty();
                    assertThat(kubelet.pods.values()).containsExactlyInAnyOrder("deleted", "deleted");
                });
            });
        }
        user.delete("/api/v1/nodes/" + name, TestKubelet.tree("{'apiVersion':'v1','kind':'DeleteOptions'}"));
    }

    private static boolean ready(JsonNode node) {
        for (JsonNode condition : Json.at(node, "status", "conditions")) {
            if (Json.text(condition, "type").equals("Ready")) {
                return Json.text(condition, "status").equals("True");
            }
        }
        return false;
    }

    private static ObjectNode podOf(KubeletApi user, String name) {
        return (ObjectNode) user.get("/api/v1/namespaces/default/pods?labelSelector=app%3D" + name)
                .path("items")
                .get(0);
    }

    private static ObjectNode object(String name, String kind, String rest) {
        return TestKubelet.tree("{'apiVersion':'v1','kind':'%s','metadata':{'name':'%s'},%s}", kind, name, rest);
    }

    private static ObjectNode daemonSet(String name) {
        return TestKubelet.tree("""
                {'apiVersion':'apps/v1','kind':'DaemonSet','metadata':{'name':'%1$s'},'spec':{
                'selector':{'matchLabels':{'app':'%1$s'}},'template':{'metadata':{'labels':{'app':'%1$s'}},
                'spec':{'terminationGracePeriodSeconds':5,'nodeSelector':{'test/kubelet':'%1$s'},
                'tolerations':[{'operator':'Exists'}],'volumes':[{'name':'m','configMap':{'name':'%1$s'}},
                {'name':'s','secret':{'secretName':'%1$s'}}],
                'containers':[{'name':'c','image':'i:1'}]}}}}""", name);
    }
}
