package io.everynode.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Conformance tests of DaemonSets that are about the API more than about Pods, on the whole program over HTTP, after
 * test/e2e/apps/daemon_set.go.
 */
@Timeout(90)
class DaemonSetConformanceTest {

    @TempDir
    static Path dataDir;

    // The upgrade to HTTP/2 that the JDK asks for with its first request may cut off a request with a body.
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final String SETS = "/apis/apps/v1/namespaces/default/daemonsets";

    private static Engine server;

    @BeforeAll
    static void start() throws Exception {
        server = Wiring.start(Settings.load(null, OpenDoors.at(0)), dataDir);
        server.open(what -> {});
        send(
                "POST",
                "/api/v1/nodes",
                "application/json",
                "{'apiVersion':'v1','kind':'Node','metadata':{'name':'n1'},'status':{'allocatable':{'cpu':'4','memory':'8Gi',"
                        + "'pods':'110'},'conditions':[{'type':'Ready','status':'True'}]}}");
    }

    @AfterAll
    static void stop() {
        server.stop();
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(server.address() + path));
    }

    private static ObjectNode send(String method, String path, String type, String body) throws Exception {
        HttpResponse<byte[]> response = HTTP.send(
                request(path)
                        .method(method, HttpRequest.BodyPublishers.ofString(body.replace('\'', '"')))
                        .header("Content-Type", type)
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
        assertThat(response.statusCode())
                .as(new String(response.body(), StandardCharsets.UTF_8))
                .isBetween(200, 299);
        return Json.parse(response.body());
    }

    private static ObjectNode get(String path) throws Exception {
        return Json.parse(HTTP.send(request(path).build(), HttpResponse.BodyHandlers.ofByteArray())
                .body());
    }

    private static void daemonSet(String name) throws Exception {
        send(
                "POST",
                SETS,
                "application/json",
                ("{'apiVersion':'apps/v1','kind':'DaemonSet','metadata':{'name':'%s','labels':{'daemonset-name':'%s'}},"
                                + "'spec':{'selector':{'matchLabels':{'daemonset-name':'%s'}},'template':{"
                                + "'metadata':{'labels':{'daemonset-name':'%s'}},'spec':{'containers':["
                                + "{'name':'app','image':'i:1','ports':[{'containerPort':9376}]}]}}}}")
                        .formatted(name, name, name, name));
        until(() -> running(name));
    }

    /** Plays the node's runtime. */
    private static boolean running(String name) throws Exception {
        JsonNode pods = get("/api/v1/namespaces/default/pods?labelSelector=daemonset-name%3D" + name)
                .path("items");
        for (JsonNode pod : pods) {
            if (Json.text(pod, "status", "phase").equals("Pending")) {
                send(
                        "PATCH",
                        "/api/v1/namespaces/default/pods/" + Json.text(pod, "metadata", "name") + "/status",
                        "application/merge-patch+json",
                        "{'status':{'phase':'Running','conditions':[{'type':'Ready','status':'True'}]}}");
            }
        }
        return Json.at(get(SETS + "/" + name), "status", "numberReady").asInt() == 1;
    }

    private static void until(Callable<Boolean> condition) {
        await().pollInterval(Duration.ofMillis(20))
                .atMost(Duration.ofSeconds(30))
                .until(condition);
    }

    /** Reads a watch of the DaemonSets with this label until an object passes. */
    private static ObjectNode watchUntil(String name, String version, Predicate<JsonNode> condition) throws Exception {
        HttpResponse<java.io.InputStream> watch = HTTP.send(
                request(SETS + "?watch=1&labelSelector=daemonset-name%3D" + name + "&resourceVersion=" + version)
                        .build(),
                HttpResponse.BodyHandlers.ofInputStream());
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(watch.body(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                ObjectNode object = (ObjectNode)
                        Json.parse(line.getBytes(StandardCharsets.UTF_8)).path("object");
                if (condition.test(object)) {
                    return object;
                }
            }
        }
        throw new AssertionError("the watch has ended");
    }

    private static Predicate<JsonNode> hasCondition(String type) {
        return object -> {
            for (JsonNode condition : Json.at(object, "status", "conditions")) {
                if (condition.path("type").asText().equals(type)) {
                    return true;
                }
            }
            return false;
        };
    }

    /** "should list and delete a collection of DaemonSets". */
    @Test
    void aCollectionIsListedAndDeleted() throws Exception {
        daemonSet("collected");
        daemonSet("other");
        String all = "/apis/apps/v1/daemonsets?labelSelector=daemonset-name%3Dcollected";
        assertThat(get(all).path("items")).hasSize(1);
        HttpResponse<Void> deleted = HTTP.send(
                request(SETS + "?labelSelector=daemonset-name%3Dcollected")
                        .method("DELETE", HttpRequest.BodyPublishers.ofString("{\"gracePeriodSeconds\":1}"))
                        .header("Content-Type", "application/json")
                        .build(),
                HttpResponse.BodyHandlers.discarding());
        assertThat(deleted.statusCode()).isEqualTo(200);
        assertThat(get(all).path("items")).isEmpty();
        assertThat(Json.text(get(SETS + "/other"), "metadata", "name")).isEqualTo("other");
    }

    /** "should verify changes to a daemon set status": every change is seen by reads and by a watch, and stays. */
    @Test
    void changesOfAStatusAreSeenAndStay() throws Exception {
        String before = Json.text(get(SETS), "metadata", "resourceVersion");
        daemonSet("told");
        assertThat(Json.at(get(SETS + "/told/status"), "status", "desiredNumberScheduled")
                        .asInt())
                .isEqualTo(1);

        HttpResponse<byte[]> updated;
        do {
            // As clients do on a conflict: the status may have changed by itself meanwhile.
            ObjectNode read = get(SETS + "/told");
            ObjectNode status = Json.child(read, "status");
            (status.path("conditions").isArray()
                            ? (com.fasterxml.jackson.databind.node.ArrayNode) status.path("conditions")
                            : status.putArray("conditions"))
                    .addObject()
                    .put("type", "StatusUpdate")
                    .put("status", "True")
                    .put("reason", "E2E")
                    .put("message", "Set from e2e test");
            updated = HTTP.send(
                    request(SETS + "/told/status")
                            .PUT(HttpRequest.BodyPublishers.ofByteArray(Json.encode(read)))
                            .header("Content-Type", "application/json")
                            .build(),
                    HttpResponse.BodyHandlers.ofByteArray());
        } while (updated.statusCode() == 409);
        assertThat(updated.statusCode()).isEqualTo(200);
        ObjectNode seen = watchUntil("told", before, hasCondition("StatusUpdate"));
        assertThat(Json.text(seen, "metadata", "name")).isEqualTo("told");

        send(
                "PATCH",
                SETS + "/told/status",
                "application/merge-patch+json",
                "{'status':{'conditions':[{'type':'StatusPatched','status':'True'}]}}");
        watchUntil("told", before, hasCondition("StatusPatched"));
        // A change of the control plane's own counters keeps the client's condition.
        send("PATCH", SETS + "/told", "application/merge-patch+json", "{'spec':{'minReadySeconds':1}}");
        until(() -> Json.at(get(SETS + "/told"), "status", "observedGeneration").asInt() == 2);
        assertThat(hasCondition("StatusPatched").test(get(SETS + "/told"))).isTrue();
    }

    private static final String REVISIONS = "/apis/apps/v1/namespaces/default/controllerrevisions";

    private static List<ObjectNode> revisions(String labels) throws Exception {
        List<ObjectNode> revisions = new ArrayList<>();
        get(REVISIONS + "?labelSelector=" + labels).path("items").forEach(item -> revisions.add((ObjectNode) item));
        return revisions;
    }

    /**
     * "should manage the lifecycle of a ControllerRevision": clients label, make and delete revisions of a DaemonSet,
     * and the next template's number follows the highest.
     */
    @Test
    void revisionsAreLabelledMadeAndDeleted() throws Exception {
        daemonSet("revised");
        String mine = "daemonset-name%3Drevised";
        ObjectNode set = get(SETS + "/revised");
        assertThat(revisions(mine)).hasSize(1);
        ObjectNode initial = revisions(mine).get(0);
        String initialName = Json.text(initial, "metadata", "name");
        ObjectNode owner =
                (ObjectNode) Json.at(initial, "metadata", "ownerReferences").get(0);
        assertThat(Json.text(owner, "uid")).isEqualTo(Json.text(set, "metadata", "uid"));

        ObjectNode labelled = send(
                "PATCH",
                REVISIONS + "/" + initialName,
                "application/strategic-merge-patch+json",
                "{'metadata':{'labels':{'" + initialName + "':'patched'}}}");
        assertThat(Json.text(labelled, "metadata", "labels", initialName)).isEqualTo("patched");

        ObjectNode made = Json.object().put("apiVersion", "apps/v1").put("kind", "ControllerRevision");
        made.putObject("metadata")
                .put("name", "revised-made")
                .putObject("labels")
                .put("daemonset-name", "revised")
                .put("controller-revision-hash", "made");
        Json.child(made, "metadata").putArray("ownerReferences").add(owner);
        made.set("data", initial.get("data"));
        made.put("revision", initial.path("revision").asInt() + 1);
        send("POST", REVISIONS, "application/json", made.toString());
        until(() -> revisions(mine).size() == 2);

        send("DELETE", REVISIONS + "/" + initialName, "application/json", "{}");
        until(() -> revisions(mine).size() == 1);
        ObjectNode left = revisions(mine).get(0);
        assertThat(Json.text(left, "metadata", "name")).isEqualTo("revised-made");
        ((ObjectNode) Json.at(left, "metadata", "labels")).put("revised-made", "updated");
        ObjectNode updated = send("PUT", REVISIONS + "/revised-made", "application/json", left.toString());
        assertThat(Json.text(updated, "metadata", "labels", "revised-made")).isEqualTo("updated");

        send(
                "PATCH",
                SETS + "/revised",
                "application/strategic-merge-patch+json",
                "{'spec':{'template':{'spec':{'terminationGracePeriodSeconds':1}},'updateStrategy':{'type':'RollingUpdate'}}}");
        until(() -> revisions(mine).size() == 2);
        send("DELETE", REVISIONS + "?labelSelector=revised-made%3Dupdated", "application/json", "{}");
        until(() -> revisions(mine).size() == 1);
        assertThat(revisions(mine).get(0).path("revision").asInt()).isEqualTo(3);
    }

    private static final String SHORTER = "{'spec':{'template':{'spec':{'terminationGracePeriodSeconds':1}}}}";

    /**
     * TestLaunchWithHashCollision of test/integration/daemonset: a client has taken the name that the next template's
     * revision would have. Which one that is, is seen from a DaemonSet of the same name before.
     */
    @Test
    void aTakenNameOfARevisionIsAvoided() throws Exception {
        String mine = "daemonset-name%3Dcolliding";
        daemonSet("colliding");
        send("PATCH", SETS + "/colliding", "application/merge-patch+json", SHORTER);
        until(() -> revisions(mine).size() == 2);
        ObjectNode taken = revisions(mine).stream()
                .filter(revision -> revision.path("revision").asInt() == 2)
                .findFirst()
                .orElseThrow();
        send("DELETE", SETS + "/colliding", "application/json", "{}");
        until(() -> revisions(mine).isEmpty());

        daemonSet("colliding");
        ObjectNode current = revisions(mine).get(0);
        ObjectNode fake = Json.object().put("apiVersion", "apps/v1").put("kind", "ControllerRevision");
        Json.child(fake, "metadata")
                .put("name", Json.text(taken, "metadata", "name"))
                .set("labels", Json.at(taken, "metadata", "labels"));
        Json.child(fake, "metadata").set("ownerReferences", Json.at(current, "metadata", "ownerReferences"));
        fake.set("data", current.get("data"));
        fake.put("revision", 2);
        send("POST", REVISIONS, "application/json", fake.toString());

        send("PATCH", SETS + "/colliding", "application/merge-patch+json", SHORTER);
        until(() -> {
            for (JsonNode pod :
                    get("/api/v1/namespaces/default/pods?labelSelector=" + mine).path("items")) {
                send(
                        "PATCH",
                        "/api/v1/namespaces/default/pods/" + Json.text(pod, "metadata", "name") + "/status",
                        "application/merge-patch+json",
                        "{'status':{'phase':'Running','conditions':[{'type':'Ready','status':'True'}]}}");
                if (Json.at(pod, "metadata").has("deletionTimestamp")) {
                    send(
                            "DELETE",
                            "/api/v1/namespaces/default/pods/" + Json.text(pod, "metadata", "name"),
                            "application/json",
                            "{'gracePeriodSeconds':0}");
                } else if (Json.at(pod, "spec", "terminationGracePeriodSeconds").asInt() == 1) {
                    return true;
                }
            }
            return false;
        });
        assertThat(Json.at(get(SETS + "/colliding"), "status", "collisionCount").asInt())
                .isEqualTo(1);
    }

    /** TestControlledHistories of update_test.go: revisions of another namespace take no part. */
    @Test
    void aRevisionInAnotherNamespaceIsNotTheDaemonSets() throws Exception {
        String mine = "daemonset-name%3Dnarrow";
        daemonSet("narrow");
        ObjectNode far = revisions(mine).get(0);
        Json.child(far, "metadata").put("namespace", "kube-system").put("name", "narrow-far");
        Json.child(far, "metadata").remove(List.of("uid", "resourceVersion", "creationTimestamp"));
        far.put("revision", 7);
        send("POST", REVISIONS.replace("default", "kube-system"), "application/json", far.toString());
        send("PATCH", SETS + "/narrow", "application/merge-patch+json", SHORTER);
        until(() -> revisions(mine).size() == 2);
        assertThat(revisions(mine))
                .extracting(revision -> revision.path("revision").asInt())
                .containsExactlyInAnyOrder(1, 2);
    }
}
