package io.everynode.controlplane.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.everynode.controlplane.WriteRequest;
import io.everynode.controlplane.WriteResult;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.controlplane.journal.DatabaseSettings;
import io.everynode.controlplane.journal.JournalAccess;
import io.everynode.core.event.Caller;
import io.everynode.core.object.ObjectWrite;
import io.everynode.core.object.Precondition;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import io.everynode.objects.decode.ObjectDecoder.FieldValidation;
import io.everynode.objects.patch.PatchType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;

/** A control plane in this JVM and short ways to write to it. */
final class TestServer implements AutoCloseable {

    static {
        JournalAccess.quiet();
    }

    final ControlPlaneServer server;

    private TestServer(ControlPlaneServer server) {
        this.server = server;
    }

    /** @param settings laid over everynode-control-plane.conf */
    static TestServer start(Path dataDir, String settings) {
        return new TestServer(ControlPlaneServer.start(config(settings), dataDir));
    }

    static TestServer start(DatabaseSettings database, Path dataDir) {
        return start(dataDir, settings(database));
    }

    static String settings(DatabaseSettings database) {
        return "everynode.database { kind = \"%s\", url = \"%s\", user = \"%s\", password = \"%s\" }"
                .formatted(database.kind(), database.url(), database.user(), database.password());
    }

    static Config config(String settings) {
        return ConfigFactory.parseString(settings)
                .withFallback(ConfigFactory.parseResources("everynode-control-plane.conf"));
    }

    static ObjectNode json(String text) {
        return Json.parse(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    CompletionStage<WriteResult> send(
            Kind kind, String namespace, String name, ObjectWrite write, long resourceVersion) {
        return server.write(new WriteRequest(
                kind,
                namespace,
                name,
                write,
                resourceVersion,
                false,
                new Caller("admin", "test"),
                "test",
                Instant.now().plusSeconds(20)));
    }

    WriteResult write(Kind kind, String namespace, String name, ObjectWrite write) {
        return send(kind, namespace, name, write, 0).toCompletableFuture().join();
    }

    static ObjectNode configMap(String namespace, String name, String value) {
        ObjectNode tree = Json.object().put("apiVersion", "v1").put("kind", "ConfigMap");
        tree.putObject("metadata").put("name", name).put("namespace", namespace);
        tree.putObject("data").put("k", value);
        return tree;
    }

    CompletionStage<WriteResult> sendConfigMap(String namespace, String name, String value) {
        return send(
                Kinds.CONFIG_MAP, namespace, name, new ObjectWrite.Create(configMap(namespace, name, value), ""), 0);
    }

    StoredObject configMap(String name) {
        return stored(sendConfigMap("default", name, "v").toCompletableFuture().join());
    }

    StoredObject create(Kind kind, String json) {
        ObjectNode tree = json(json);
        return stored(write(
                kind,
                Json.text(tree, "metadata", "namespace"),
                Json.text(tree, "metadata", "name"),
                new ObjectWrite.Create(tree, "")));
    }

    StoredObject node(String name) {
        return create(
                Kinds.NODE,
                ("{'apiVersion':'v1','kind':'Node','metadata':{'name':'%s'},'status':{"
                                + "'allocatable':{'cpu':'4','memory':'8Gi','pods':'110'},"
                                + "'conditions':[{'type':'Ready','status':'True'}]}}")
                        .formatted(name));
    }

    StoredObject daemonSet(String namespace, String name) {
        return create(
                Kinds.DAEMON_SET,
                ("{'apiVersion':'apps/v1','kind':'DaemonSet','metadata':{'name':'%s','namespace':'%s'},"
                                + "'spec':{'selector':{'matchLabels':{'a':'b'}},'template':{"
                                + "'metadata':{'labels':{'a':'b'}},'spec':{'containers':[{'name':'c','image':'i:1'}]}}}}")
                        .formatted(name, namespace));
    }

    WriteResult delete(Kind kind, String namespace, String name, Long grace) {
        return write(
                kind,
                namespace,
                name,
                new ObjectWrite.Delete(Precondition.NONE, grace, ObjectWrite.Propagation.BACKGROUND));
    }

    WriteResult patch(Kind kind, String namespace, String name, String subresource, String body) {
        return write(
                kind,
                namespace,
                name,
                new ObjectWrite.Patch(
                        subresource, PatchType.MERGE, json(body), FieldValidation.STRICT, Precondition.NONE));
    }

    int count(Kind kind, String namespace) {
        int count = 0;
        for (StoredObject object : server.catalog().list(kind, namespace)) {
            count += object.namespace().equals(namespace) ? 1 : 0;
        }
        return count;
    }

    /** As the runtimes do: confirms the end of terminating Pods. */
    void confirmEnds(String namespace) {
        for (StoredObject pod : server.catalog().list(Kinds.POD, namespace)) {
            if (Json.at(pod.tree(), "metadata").has("deletionTimestamp")) {
                delete(Kinds.POD, namespace, pod.name(), 0L);
            }
        }
    }

    static void until(Callable<Boolean> condition) {
        await().pollInterval(Duration.ofMillis(20))
                .atMost(Duration.ofSeconds(20))
                .until(condition);
    }

    static StoredObject stored(WriteResult result) {
        assertThat(result).isInstanceOf(WriteResult.Stored.class);
        return ((WriteResult.Stored) result).object();
    }

    static ApiStatus refused(WriteResult result) {
        assertThat(result).isInstanceOf(WriteResult.Refused.class);
        return ((WriteResult.Refused) result).status();
    }

    @Override
    public void close() {
        server.close();
    }
}
