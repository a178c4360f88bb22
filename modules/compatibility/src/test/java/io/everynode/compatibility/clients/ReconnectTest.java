package io.everynode.compatibility.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.everynode.compatibility.CompatibilityLines;
import io.everynode.compatibility.ServerProcess;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.kubernetes.client.informer.SharedInformerFactory;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1ConfigMapList;
import io.kubernetes.client.util.generic.GenericKubernetesApi;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Informers of both Java clients while their server is killed and started again on its journal, and while they are cut
 * off for so long that the version they know is no longer held.
 */
class ReconnectTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** So few changes are held that a client is soon too far behind. */
    private static final String SETTINGS = "everynode.control-plane.changes-held = 64\n";

    private static final CompatibilityLines FABRIC8 = new CompatibilityLines("Java clients", Fabric8Test.CLIENT);
    private static final CompatibilityLines OFFICIAL = new CompatibilityLines("Java clients", "client-java 27.0.0");

    @TempDir
    Path directory;

    @AfterAll
    static void write() throws Exception {
        FABRIC8.write("clients-fabric8-reconnect");
        OFFICIAL.write("clients-java-reconnect");
    }

    @Test
    @Timeout(300)
    void informersGoOnAfterAKillAndAfterTheirVersionHasExpired() throws Exception {
        Path settings = Files.writeString(directory.resolve("test.conf"), SETTINGS);
        String[] arguments = {"--config", settings.toString(), "--hollow-nodes", "0", "--apply", "none"};
        Path data = directory.resolve("data");
        ServerProcess server = ServerProcess.start(data, arguments);
        int port = URI.create(server.address()).getPort();
        List<String> errors = new CopyOnWriteArrayList<>();
        try (CutProxy proxy = new CutProxy(port);
                KubernetesClient writer = client(data, server.address());
                KubernetesClient behindProxy = client(data, proxy.address())) {
            List<String> deleted = new CopyOnWriteArrayList<>();
            SharedIndexInformer<ConfigMap> fabric8 = behindProxy
                    .configMaps()
                    .inNamespace("default")
                    .inform(new ResourceEventHandler<>() {
                        @Override
                        public void onAdd(ConfigMap map) {}

                        @Override
                        public void onUpdate(ConfigMap before, ConfigMap map) {}

                        @Override
                        public void onDelete(ConfigMap map, boolean unknown) {
                            deleted.add(map.getMetadata().getName());
                        }
                    });
            ApiClient official = io.kubernetes.client.util.Config.fromConfig(
                    data.resolve("kubeconfig").toString());
            official.setBasePath(proxy.address());
            official.setReadTimeout(0);
            SharedInformerFactory factory = new SharedInformerFactory(official);
            var java = factory.sharedIndexInformerFor(
                    new GenericKubernetesApi<>(
                            V1ConfigMap.class, V1ConfigMapList.class, "", "v1", "configmaps", official),
                    V1ConfigMap.class,
                    0L,
                    "default",
                    (type, failure) -> errors.add(String.valueOf(failure)));
            factory.startAllRegisteredInformers();

            put(writer, "kept", "1");
            put(writer, "gone", "1");
            agree("informer: first list and watch", writer, fabric8, java);

            server.close();
            assertThat(server.awaitEnd()).isTrue();
            server = ServerProcess.startOn(port, data, arguments);
            assertThat(contents(
                            writer.configMaps().inNamespace("default").list().getItems()))
                    .as("what was acknowledged before the kill")
                    .containsEntry("kept", "1")
                    .containsEntry("gone", "1");
            put(writer, "kept", "2");
            put(writer, "after-restart", "1");
            agree("informer over kill -9 and restart of the server", writer, fabric8, java);

            proxy.cut();
            writer.configMaps().inNamespace("default").withName("gone").delete();
            for (int i = 0; i < 100; i++) {
                put(writer, "kept", "many " + i);
            }
            proxy.restore();
            agree("informer after its version has expired (410, list again)", writer, fabric8, java);
            await().atMost(PATIENCE).until(() -> deleted.contains("gone"));
            factory.stopAllRegisteredInformers();
        } finally {
            server.close();
        }
    }

    private static KubernetesClient client(Path data, String address) {
        Config config = new ConfigBuilder(
                        Config.fromKubeconfig(data.resolve("kubeconfig").toFile()))
                .withMasterUrl(address)
                .withNamespace("default")
                // A busy machine's first write after a start takes its time.
                .withRequestTimeout((int) PATIENCE.toMillis())
                .withRequestRetryBackoffInterval(50)
                .withWatchReconnectInterval(100)
                .build();
        return new KubernetesClientBuilder().withConfig(config).build();
    }

    private static void put(KubernetesClient client, String name, String value) {
        client.resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .withNamespace("default")
                        .endMetadata()
                        .addToData("value", value)
                        .build())
                .createOr(io.fabric8.kubernetes.client.dsl.NonDeletingOperation::update);
    }

    private static Map<String, String> contents(List<ConfigMap> maps) {
        return maps.stream()
                .filter(map -> map.getData() != null && map.getData().containsKey("value"))
                .collect(Collectors.toMap(
                        map -> map.getMetadata().getName(),
                        map -> map.getData().get("value"),
                        (a, b) -> a,
                        TreeMap::new));
    }

    /** Both informers come to know what the server has. */
    private static void agree(
            String what,
            KubernetesClient client,
            SharedIndexInformer<ConfigMap> fabric8,
            io.kubernetes.client.informer.SharedIndexInformer<V1ConfigMap> java) {
        Map<String, String> there =
                contents(client.configMaps().inNamespace("default").list().getItems());
        agrees(
                FABRIC8,
                what,
                () -> assertThat(contents(fabric8.getStore().list())).isEqualTo(there));
        agrees(
                OFFICIAL,
                what,
                () -> assertThat(java.getIndexer().list().stream()
                                .filter(map ->
                                        map.getData() != null && map.getData().containsKey("value"))
                                .collect(Collectors.toMap(
                                        map -> map.getMetadata().getName(),
                                        map -> map.getData().get("value"))))
                        .isEqualTo(there));
    }

    private static void agrees(CompatibilityLines lines, String what, org.awaitility.core.ThrowingRunnable assertion) {
        try {
            await().atMost(PATIENCE).untilAsserted(assertion);
            lines.pass(what);
        } catch (RuntimeException e) {
            lines.fail(what, String.valueOf(e.getMessage()));
            throw e;
        }
    }
}
