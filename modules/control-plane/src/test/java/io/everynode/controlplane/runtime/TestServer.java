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
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A control plane in this JVM and short ways to write to it. As a registered extension it runs for the tests of a
 * class: {@code @RegisterExtension static final TestServer cp = TestServer.forClass("")}.
 */
final class TestServer implements AutoCloseable, BeforeAllCallback, AfterAllCallback {

    static {
        JournalAccess.quiet();
    }

    /** As an extension: null before the first test. */
    ControlPlaneServer server;

    private final String settings;
    private final boolean shared;
    private Running own;

    private TestServer(String settings, boolean shared) {
        this.settings = settings;
        this.shared = shared;
    }

    /** @param settings laid over everynode-control-plane.conf */
    static TestServer start(Path dataDir, String settings) {
        TestServer started = new TestServer(settings, false);
        started.server = ControlPlaneServer.start(config(settings), dataDir);
        return started;
    }

    /** @param authority what Pods are to trust */
    static TestServer startShowing(Path dataDir, Supplier<String> authority) {
        TestServer started = new TestServer("", false);
        ControlPlaneStart start = ControlPlaneStart.begin(config(""), dataDir);
        start.showsPods(authority);
        started.server = start.open(waiting -> {});
        return started;
    }

    /** Starts before the first test of the class that registers it and ends after its last one. */
    static TestServer forClass(String settings) {
        return new TestServer(settings, false);
    }

    /** The one that classes share whose tests have namespaces and nodes of their own: a start takes seconds. */
    static TestServer shared() {
        return new TestServer("", true);
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        if (shared) {
            server = context.getRoot()
                    .getStore(ExtensionContext.Namespace.create(TestServer.class))
                    .getOrComputeIfAbsent("shared", key -> Running.start(settings), Running.class)
                    .server();
        } else {
            own = Running.start(settings);
            server = own.server();
        }
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        if (own != null) {
            own.close();
        }
    }

    /** A server and its directory, which goes with it. */
    private record Running(ControlPlaneServer server, Path dataDir) implements AutoCloseable {

        static Running start(String settings) {
            try {
                Path dataDir = Files.createTempDirectory("everynode-test");
                return new Running(ControlPlaneServer.start(config(settings), dataDir), dataDir);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() throws IOException {
            server.close();
            try (Stream<Path> files = Files.walk(dataDir)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    static TestServer start(DatabaseSettings database, Path dataDir) {
        return start(dataDir, settings(database));
    }

    static String settings(DatabaseSettings database) {
        return "everynode.database { kind = \"%s\", url = \"%s\", user = \"%s\", password = \"%s\" }\n"
                        .formatted(database.kind(), database.url(), database.user(), database.password())
                + "everynode.secrets.key-file = \"" + SharedKeyFile.PATH + "\"";
    }

    static Config config(String settings) {
        return ConfigFactory.parseString(settings)
                // Without the default roles: most tests count what they made themselves.
                .withFallback(ConfigFactory.parseString("everynode.authorization.mode = always-allow"))
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
