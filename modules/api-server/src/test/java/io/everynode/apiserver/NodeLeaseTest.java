package io.everynode.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.typesafe.config.ConfigFactory;
import io.everynode.controlplane.runtime.ControlPlaneServer;
import io.everynode.objects.Json;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a kubelet does with its Lease, over HTTP on a real control plane. */
class NodeLeaseTest {

    private static final String LEASES = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases";
    // The upgrade to HTTP/2 that the JDK asks for with its first request may cut off a request with a body.
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private static ControlPlaneServer controlPlane;
    private static ApiServer api;

    @BeforeAll
    static void start(@TempDir Path dataDir) {
        controlPlane = ControlPlaneServer.start(ConfigFactory.parseResources("everynode-control-plane.conf"), dataDir);
        ApiServerSettings settings = ApiServerSettings.from(ConfigFactory.parseString(TestServer.OPEN_DOORS))
                .withAddress("127.0.0.1", 0);
        api = TestServer.await(ApiServer.start(controlPlane.system(), controlPlane, settings));
        send("POST", "/api/v1/nodes", "application/json", "{'apiVersion':'v1','kind':'Node','metadata':{'name':'n'}}");
    }

    @AfterAll
    static void stop() {
        TestServer.await(api.stop());
        controlPlane.close();
    }

    private static HttpResponse<String> send(String method, String path, String type, String body) {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + api.address().getPort() + path))
                .timeout(Duration.ofSeconds(30))
                .header("Content-Type", type)
                .method(method, BodyPublishers.ofString(body.replace('\'', '"')))
                .build();
        try {
            return CLIENT.send(request, BodyHandlers.ofString());
        } catch (java.io.IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ObjectNode lease(HttpResponse<String> answer, int code) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(code);
        return Json.parse(answer.body().getBytes(StandardCharsets.UTF_8));
    }

    private static ObjectNode get() {
        return lease(send("GET", LEASES + "/n", "application/json", ""), 200);
    }

    private static ObjectNode at(ObjectNode lease, int second) {
        ObjectNode renewed = lease.deepCopy();
        Json.child(renewed, "spec").put("renewTime", "2026-11-21T10:00:%02d.000000Z".formatted(second));
        return renewed;
    }

    @Test
    void aKubeletRenewsWithWhatItReadLastAndReadsWhatItWrote() {
        ObjectNode made = lease(
                send(
                        "POST",
                        LEASES,
                        "application/json",
                        "{'apiVersion':'coordination.k8s.io/v1','kind':'Lease','metadata':{'name':'n'},'spec':{"
                                + "'holderIdentity':'n','leaseDurationSeconds':40,"
                                + "'renewTime':'2026-11-21T10:00:00.000000Z'}}"),
                201);
        ObjectNode seen = made;
        for (int second = 1; second < 20; second++) {
            ObjectNode next = at(seen, second);
            seen = second % 3 == 0
                    ? lease(
                            send(
                                    "PATCH",
                                    LEASES + "/n",
                                    "application/merge-patch+json",
                                    "{'spec':{'renewTime':'" + Json.text(next, "spec", "renewTime") + "'}}"),
                            200)
                    : lease(send("PUT", LEASES + "/n", "application/json", next.toString()), 200);
            assertThat(seen).isEqualTo(at(made, second));
            assertThat(get()).isEqualTo(seen);
        }
        ObjectNode list = lease(send("GET", LEASES, "application/json", ""), 200);
        assertThat(list.path("items").get(0).path("metadata").path("resourceVersion"))
                .as("nothing was journaled")
                .isEqualTo(made.at("/metadata/resourceVersion"));

        HttpResponse<String> invalid =
                send("PATCH", LEASES + "/n", "application/merge-patch+json", "{'spec':{'leaseDurationSeconds':0}}");
        assertThat(invalid.statusCode()).isEqualTo(422);

        ObjectNode taken = lease(
                send("PATCH", LEASES + "/n", "application/merge-patch+json", "{'spec':{'leaseTransitions':1}}"), 200);
        assertThat(taken.at("/metadata/resourceVersion").asLong())
                .isGreaterThan(made.at("/metadata/resourceVersion").asLong());
        assertThat(Json.text(get(), "spec", "renewTime")).isEqualTo("2026-11-21T10:00:19.000000Z");
        assertThat(send("PUT", LEASES + "/n", "application/json", at(seen, 30).toString())
                        .statusCode())
                .as("of an older version")
                .isEqualTo(409);
    }
}
