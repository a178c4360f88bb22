package io.everynode.controlplane.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.typesafe.config.ConfigFactory;
import io.everynode.controlplane.WriteRequest;
import io.everynode.controlplane.WriteResult;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.core.event.Caller;
import io.everynode.core.object.ObjectWrite;
import io.everynode.core.object.Precondition;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import io.everynode.objects.decode.ObjectDecoder.FieldValidation;
import io.everynode.objects.patch.PatchType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole control plane in one JVM on H2, without HTTP. */
class ControlPlaneServerTest {

    @TempDir
    Path dataDir;

    private ControlPlaneServer server;

    @BeforeEach
    void start() {
        server = ControlPlaneServer.start(ConfigFactory.parseResources("everynode-control-plane.conf"), dataDir);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private WriteResult write(Kind kind, String namespace, String name, ObjectWrite write) {
        return server.write(new WriteRequest(
                        kind,
                        namespace,
                        name,
                        write,
                        0,
                        false,
                        new Caller("admin", "test"),
                        "test",
                        Instant.now().plusSeconds(20)))
                .toCompletableFuture()
                .join();
    }

    private StoredObject create(Kind kind, String json) {
        ObjectNode tree = Json.parse(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
        WriteResult result = write(
                kind,
                Json.text(tree, "metadata", "namespace"),
                Json.text(tree, "metadata", "name"),
                new ObjectWrite.Create(tree, ""));
        assertThat(result).isInstanceOf(WriteResult.Stored.class);
        return ((WriteResult.Stored) result).object();
    }

    private StoredObject node(String name) {
        return create(
                Kinds.NODE,
                ("{'apiVersion':'v1','kind':'Node','metadata':{'name':'%s'},'status':{"
                                + "'allocatable':{'cpu':'4','memory':'8Gi','pods':'110'},"
                                + "'conditions':[{'type':'Ready','status':'True'}]}}")
                        .formatted(name));
    }

    private static final String DAEMON_SET = "{'apiVersion':'apps/v1','kind':'DaemonSet',"
            + "'metadata':{'name':'agent','namespace':'kube-system'},'spec':{'selector':{'matchLabels':{'a':'b'}},"
            + "'template':{'metadata':{'labels':{'a':'b'}},'spec':{'containers':[{'name':'c','image':'i:1'}]}}}}";

    private List<StoredObject> pods() {
        List<StoredObject> pods = new ArrayList<>();
        server.catalog().list(Kinds.POD, "kube-system").forEach(pods::add);
        return pods;
    }

    private void report(StoredObject pod, String status) {
        WriteResult result = write(
                Kinds.POD,
                pod.namespace(),
                pod.name(),
                new ObjectWrite.Patch(
                        "status",
                        PatchType.MERGE,
                        Json.parse(
                                ("{'status':" + status + "}").replace('\'', '"').getBytes(StandardCharsets.UTF_8)),
                        FieldValidation.STRICT,
                        Precondition.NONE));
        assertThat(result).isInstanceOf(WriteResult.Stored.class);
    }

    private static final String READY = "{'phase':'Running','conditions':[{'type':'Ready','status':'True'}]}";

    @Test
    void keepsOnePodOnEachNodeAndSurvivesRestart() {
        node("n1");
        node("n2");
        create(Kinds.DAEMON_SET, DAEMON_SET);
        await().atMost(Duration.ofSeconds(10)).until(() -> pods().size() == 2);
        pods().forEach(pod -> report(pod, READY));
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(status("numberReady")).isEqualTo(2));

        StoredObject first = pods().get(0);
        write(
                Kinds.POD,
                "kube-system",
                first.name(),
                new ObjectWrite.Delete(Precondition.NONE, 0L, ObjectWrite.Propagation.BACKGROUND));
        await().atMost(Duration.ofSeconds(10))
                .until(() -> pods().size() == 2
                        && pods().stream().noneMatch(p -> p.uid().equals(first.uid())));

        node("n3");
        await().atMost(Duration.ofSeconds(10)).until(() -> pods().size() == 3);
        List<String> before = pods().stream().map(StoredObject::toString).toList();
        List<String> jsonBefore = pods().stream()
                .map(p -> new String(p.json(), StandardCharsets.UTF_8))
                .toList();
        long version = server.catalog().resourceVersion();

        server.close();
        start();
        assertThat(server.catalog().resourceVersion()).isGreaterThanOrEqualTo(version);
        assertThat(pods().stream().map(StoredObject::toString).toList()).isEqualTo(before);
        assertThat(pods().stream()
                        .map(p -> new String(p.json(), StandardCharsets.UTF_8))
                        .toList())
                .isEqualTo(jsonBefore);

        write(
                Kinds.DAEMON_SET,
                "kube-system",
                "agent",
                new ObjectWrite.Delete(Precondition.NONE, null, ObjectWrite.Propagation.BACKGROUND));
        await().atMost(Duration.ofSeconds(10))
                .until(() -> pods().stream()
                        .allMatch(p -> Json.at(p.tree(), "metadata").has("deletionTimestamp")));
    }

    private int status(String field) {
        return Json.at(
                        server.catalog()
                                .get(Kinds.DAEMON_SET, "kube-system", "agent")
                                .orElseThrow()
                                .tree(),
                        "status",
                        field)
                .asInt();
    }

    @Test
    void bindsAnOrdinaryPodAndSaysWhyNot() {
        create(
                Kinds.POD,
                "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'web','namespace':'default'},"
                        + "'spec':{'containers':[{'name':'c','image':'i:1'}]}}");
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(web()).contains("no nodes available to schedule pods"));
        node("n1");
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(web()).contains("\"nodeName\":\"n1\""));
    }

    private String web() {
        return new String(
                server.catalog().get(Kinds.POD, "default", "web").orElseThrow().json(), StandardCharsets.UTF_8);
    }
}
