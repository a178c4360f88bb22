package io.everynode.compatibility.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.ConfigMapList;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.DaemonSetBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.FieldValidateable;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfigBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElector;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** fabric8's client against the whole program. */
@Timeout(300)
class Fabric8Test {

    static final String CLIENT = "fabric8 kubernetes-client 7.9.0";

    /** In seconds: also of a busy machine. */
    private static final int PATIENCE = SharedServer.PATIENCE_SECONDS;

    @RegisterExtension
    static final SharedServer SERVER = new SharedServer();

    @RegisterExtension
    static final Results RESULTS = new Results("Java clients", CLIENT, "clients-fabric8");

    private static KubernetesClient client;

    @BeforeAll
    static void connect() {
        Config config = Config.fromKubeconfig(SERVER.kubeconfig().toFile());
        config.setNamespace("default");
        config.setRequestTimeout(PATIENCE * 1000);
        client = new KubernetesClientBuilder().withConfig(config).build();
    }

    @AfterAll
    static void disconnect() {
        client.close();
    }

    static Stream<String> samples() {
        return Samples.ALL.keySet().stream();
    }

    private static <T extends HasMetadata> T edited(Resource<T> resource, UnaryOperator<T> edit) {
        return retried(() -> client.resource(resource.get()).edit(edit));
    }

    /** Writes name the version they were made from, so they are made again when a controller was faster. */
    private static <T> T retried(Supplier<T> write) {
        while (true) {
            try {
                return write.get();
            } catch (KubernetesClientException e) {
                if (e.getCode() != 409) {
                    throw e;
                }
            }
        }
    }

    private static ConfigMap configMap(String name) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace("default")
                .endMetadata()
                .addToData("a", "b")
                .build();
    }

    private static Resource<ConfigMap> configMapNamed(String name) {
        return client.configMaps().inNamespace("default").withName(name);
    }

    @ParameterizedTest(name = "create, get, list, edit, update, delete: {0}")
    @MethodSource("samples")
    void writesAndReadsTypedObjects(String sample) {
        assumeTrue(client.supports(Samples.apiVersion(sample), Samples.kind(sample)), "not served");
        HasMetadata object =
                client.resource(Samples.yaml(sample, "fabric8-typed")).create();
        assertThat(object.getMetadata().getUid()).isNotEmpty();
        assertThat(object.getClass().getSimpleName()).isEqualTo(Samples.kind(sample));

        Resource<HasMetadata> resource = client.resource(object);
        assertThat(resource.get().getMetadata().getUid())
                .isEqualTo(object.getMetadata().getUid());
        HasMetadata edited = edited(resource, known -> {
            known.getMetadata().setLabels(Map.of("edited", "yes"));
            return known;
        });
        assertThat(edited.getMetadata().getLabels()).containsEntry("edited", "yes");
        HasMetadata updated = retried(() -> {
            HasMetadata newest = resource.get();
            newest.getMetadata().setAnnotations(Map.of("updated", "yes"));
            return client.resource(newest).update();
        });
        assertThat(updated.getMetadata().getAnnotations()).containsEntry("updated", "yes");
        assertThat(client.resource(edited).item().getMetadata().getName()).isEqualTo("fabric8-typed");
        assertThat(resource.withGracePeriod(0).delete()).hasSize(1);
        await().until(() -> resource.get() == null);
    }

    @ParameterizedTest(name = "generic create, get, list, delete: {0}")
    @MethodSource("samples")
    void writesAndReadsGenericObjects(String sample) {
        String apiVersion = Samples.apiVersion(sample);
        String kind = Samples.kind(sample);
        assumeTrue(client.supports(apiVersion, kind), "not served");
        GenericKubernetesResource object =
                Serialization.unmarshal(Samples.yaml(sample, "fabric8-generic"), GenericKubernetesResource.class);
        var resources = client.genericKubernetesResources(apiVersion, kind);
        boolean namespaced = client.resource(object).create().getMetadata().getNamespace() != null;
        var within = namespaced ? resources.inNamespace("default") : resources;

        assertThat(within.withName("fabric8-generic").get().getKind()).isEqualTo(kind);
        assertThat(within.withField("metadata.name", "fabric8-generic").list().getItems())
                .hasSize(1);
        assertThat(within.withName("fabric8-generic").withGracePeriod(0).delete())
                .hasSize(1);
        await().until(() -> within.withName("fabric8-generic").get() == null);
    }

    @Test
    @DisplayName("getKubernetesVersion, getApiGroups, raw")
    void asksForVersionAndDiscovery() {
        assertThat(client.getKubernetesVersion().getMajor()).isEqualTo("1");
        assertThat(client.getApiGroups().getGroups())
                .extracting(group -> group.getName())
                .contains("apps", "coordination.k8s.io");
        assertThat(client.getApiResources("apps/v1").getResources())
                .extracting(resource -> resource.getName())
                .contains("daemonsets");
        assertThat(client.raw("/readyz")).isEqualTo("ok");
    }

    @Test
    @DisplayName("errors: 404, 409 on create and on a stale update, strict field validation")
    void reportsErrors() {
        assertThat(configMapNamed("fabric8-absent").get()).isNull();
        assertThat(configMapNamed("fabric8-absent").delete()).isEmpty();
        ConfigMap created = client.resource(configMap("fabric8-errors")).create();
        assertThatThrownBy(() -> client.resource(configMap("fabric8-errors")).create())
                .isInstanceOfSatisfying(KubernetesClientException.class, e -> {
                    assertThat(e.getCode()).isEqualTo(409);
                    assertThat(e.getStatus().getReason()).isEqualTo("AlreadyExists");
                });
        created.setData(Map.of("a", "c"));
        client.resource(created).update();
        assertThatThrownBy(() -> client.resource(created)
                        .lockResourceVersion(created.getMetadata().getResourceVersion())
                        .update())
                .isInstanceOfSatisfying(
                        KubernetesClientException.class,
                        e -> assertThat(e.getStatus().getReason()).isEqualTo("Conflict"));
        assertThatThrownBy(() -> client.genericKubernetesResources("v1", "ConfigMap")
                        .inNamespace("default")
                        .resource(Serialization.unmarshal(
                                "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: strict}\ndataa: {}",
                                GenericKubernetesResource.class))
                        .fieldValidation(FieldValidateable.Validation.STRICT)
                        .create())
                .hasMessageContaining("strict decoding error: unknown field \"dataa\"");
    }

    @Test
    @DisplayName("createOr(update), dryRun().create, delete with propagation policy")
    void createsOrUpdates() {
        assertThat(client.resource(configMap("fabric8-dry")).dryRun().create().getMetadata())
                .isNotNull();
        assertThat(configMapNamed("fabric8-dry").get()).isNull();
        client.resource(configMap("fabric8-or")).createOr(NonDeletingOperation::update);
        ConfigMap other = new ConfigMapBuilder(configMap("fabric8-or"))
                .addToData("c", "d")
                .build();
        assertThat(client.resource(other).createOr(NonDeletingOperation::update).getData())
                .containsEntry("c", "d");
        assertThat(configMapNamed("fabric8-or")
                        .withPropagationPolicy(DeletionPropagation.FOREGROUND)
                        .delete())
                .hasSize(1);
        await().until(() -> configMapNamed("fabric8-or").get() == null);
    }

    @Test
    @DisplayName("list by pages, labels and fields; deletecollection")
    void listsInPages() {
        for (int i = 0; i < 5; i++) {
            client.resource(new ConfigMapBuilder(configMap("fabric8-page-" + i))
                            .editMetadata()
                            .addToLabels("page", "yes")
                            .endMetadata()
                            .build())
                    .create();
        }
        var labelled = client.configMaps().inNamespace("default").withLabel("page", "yes");
        ConfigMapList first =
                labelled.list(new ListOptionsBuilder().withLimit(2L).build());
        assertThat(first.getItems()).hasSize(2);
        assertThat(first.getMetadata().getRemainingItemCount()).isIn(null, 3L);
        ConfigMapList second = labelled.list(new ListOptionsBuilder()
                .withLimit(9L)
                .withContinue(first.getMetadata().getContinue())
                .build());
        assertThat(second.getItems()).hasSize(3);
        assertThat(labelled.withField("metadata.name", "fabric8-page-3").list().getItems())
                .hasSize(1);
        labelled.delete();
        await().until(() -> labelled.list().getItems().isEmpty());
    }

    @Test
    @DisplayName("patch: JSON, merge, strategic merge, edit")
    void patches() {
        client.resource(Samples.daemonSet("fabric8-patch", "registry.example/c:1")
                        .replace("spec: {termination", "spec: {nodeSelector: {no: node}, termination"))
                .create();
        Resource<DaemonSet> patched =
                client.apps().daemonSets().inNamespace("default").withName("fabric8-patch");
        assertThat(patched.patch(
                                PatchContext.of(PatchType.STRATEGIC_MERGE),
                                "{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"side\",\"image\":\"s:1\"}]}}}}")
                        .getSpec()
                        .getTemplate()
                        .getSpec()
                        .getContainers())
                .hasSize(2);
        assertThat(patched.patch(
                                PatchContext.of(PatchType.JSON),
                                "[{\"op\":\"remove\",\"path\":\"/spec/template/spec/containers/0\"}]")
                        .getSpec()
                        .getTemplate()
                        .getSpec()
                        .getContainers())
                .hasSize(1);
        assertThat(patched.patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"minReadySeconds\":3}}")
                        .getSpec()
                        .getMinReadySeconds())
                .isEqualTo(3);
        assertThat(edited(
                                patched,
                                known -> new DaemonSetBuilder(known)
                                        .editSpec()
                                        .withMinReadySeconds(4)
                                        .endSpec()
                                        .build())
                        .getSpec()
                        .getMinReadySeconds())
                .isEqualTo(4);
        patched.delete();
    }

    @Test
    @DisplayName("watch with bookmarks, by label and from a version")
    void watches() {
        ConfigMapList list = client.configMaps().inNamespace("default").list();
        List<String> seen = new CopyOnWriteArrayList<>();
        Watcher<ConfigMap> watcher = new Watcher<>() {
            @Override
            public void eventReceived(Action action, ConfigMap object) {
                seen.add(action + " " + object.getMetadata().getName());
            }

            @Override
            public void onClose() {
                seen.add("closed");
            }

            @Override
            public void onClose(WatcherException cause) {
                seen.add("failed");
            }
        };
        try (Watch watch = client.configMaps()
                .inNamespace("default")
                .withLabel("watched")
                .watch(
                        new ListOptionsBuilder()
                                .withResourceVersion(list.getMetadata().getResourceVersion())
                                .withAllowWatchBookmarks(true)
                                .build(),
                        watcher)) {
            assertThat(watch).isNotNull();
            client.resource(configMap("fabric8-watched")).create();
            Resource<ConfigMap> map = configMapNamed("fabric8-watched");
            edited(map, known -> label(known, Map.of("watched", "yes")));
            edited(map, known -> label(known, Map.of("watched", "still")));
            edited(map, known -> label(known, Map.of()));
            await().untilAsserted(() -> assertThat(seen)
                    .filteredOn(event -> !event.startsWith("BOOKMARK"))
                    .containsExactly("ADDED fabric8-watched", "MODIFIED fabric8-watched", "DELETED fabric8-watched"));
            await().until(() -> seen.stream().anyMatch(event -> event.startsWith("BOOKMARK")));
        }
        await().until(() -> seen.contains("closed"));
    }

    private static ConfigMap label(ConfigMap map, Map<String, String> labels) {
        map.getMetadata().setLabels(labels);
        return map;
    }

    @Test
    @DisplayName("DaemonSet: waitUntilReady, waitUntilCondition, update, restart, Pods, logs, evict")
    void runsADaemonSet() throws Exception {
        client.resource(Samples.daemonSet("fabric8-agent", "registry.example/agent:1"))
                .create();
        Resource<DaemonSet> agent =
                client.apps().daemonSets().inNamespace("default").withName("fabric8-agent");
        agent.waitUntilCondition(
                known -> known.getStatus() != null
                        && Integer.valueOf(4).equals(known.getStatus().getNumberReady()),
                PATIENCE,
                TimeUnit.SECONDS);
        assertThat(agent.waitUntilReady(PATIENCE, TimeUnit.SECONDS)).isNotNull();

        edited(
                agent,
                known -> new DaemonSetBuilder(known)
                        .editSpec()
                        .editTemplate()
                        .editOrNewMetadata()
                        .addToAnnotations("kubectl.kubernetes.io/restartedAt", "2026-01-01T00:00:00Z")
                        .endMetadata()
                        .endTemplate()
                        .endSpec()
                        .build());
        agent.waitUntilCondition(
                known -> known.getStatus().getObservedGeneration().equals(2L)
                        && Integer.valueOf(4).equals(known.getStatus().getUpdatedNumberScheduled())
                        && Integer.valueOf(4).equals(known.getStatus().getNumberReady()),
                PATIENCE,
                TimeUnit.SECONDS);

        var pods = client.pods().inNamespace("default").withLabel("app", "fabric8-agent");
        await().until(() -> pods.list().getItems().size() == 4);
        Pod pod = pods.list().getItems().get(0);
        assertThat(client.resource(pod).waitUntilReady(PATIENCE, TimeUnit.SECONDS))
                .isNotNull();
        assertThat(client.pods().resource(pod).evict()).isTrue();
        client.resource(pod).waitUntilCondition(known -> known == null, PATIENCE, TimeUnit.SECONDS);
        await().untilAsserted(() ->
                assertThat(agent.get().getStatus().getNumberReady()).isEqualTo(4));
        assertThat(agent.withPropagationPolicy(DeletionPropagation.BACKGROUND).delete())
                .hasSize(1);
        await().until(() -> pods.list().getItems().isEmpty());
    }

    @Test
    @DisplayName("Pod: getLog, tailingLines, limitBytes, sinceSeconds, usingTimestamps, watchLog until the Pod ends")
    void readsLogs() throws Exception {
        client.resource("""
                apiVersion: v1
                kind: Pod
                metadata: {name: fabric8-log}
                spec:
                  terminationGracePeriodSeconds: 1
                  containers: [{name: a, image: 'a:1'}, {name: b, image: 'b:1'}]
                """).create();
        var pod = client.pods().inNamespace("default").withName("fabric8-log");
        pod.waitUntilReady(PATIENCE, TimeUnit.SECONDS);
        await().until(() -> pod.inContainer("b").getLog().contains("ready"));
        assertThat(pod.inContainer("a").getLog()).startsWith("level=info msg=\"starting\" container=a image=a:1\n");
        assertThat(pod.inContainer("a").tailingLines(1).getLog()).hasLineCount(1);
        assertThat(pod.inContainer("a").limitBytes(10).getLog()).hasSize(10);
        assertThat(pod.inContainer("a").usingTimestamps().sinceSeconds(1000).getLog())
                .startsWith("20");
        assertThatThrownBy(() -> pod.getLog()).hasMessageContaining("a container name must be specified for pod");

        java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
        var watch = pod.inContainer("a").tailingLines(1).watchLog(out);
        await().until(() ->
                out.toString(java.nio.charset.StandardCharsets.UTF_8).lines().count() > 2);
        pod.withGracePeriod(0).delete();
        watch.onClose().toCompletableFuture().get(PATIENCE, TimeUnit.SECONDS);
        watch.close();
    }

    @Test
    @DisplayName("leader election on a Lease: two candidates, release")
    void electsLeaders() throws Exception {
        List<String> leaders = new CopyOnWriteArrayList<>();
        CompletableFuture<Void> stopped = new CompletableFuture<>();
        LeaderElector first = elector("one", leaders, () -> stopped.complete(null));
        CompletableFuture<?> leading = first.start();
        await().until(() -> leaders.contains("one"));
        CompletableFuture<?> waiting = elector("two", leaders, () -> {}).start();
        String holder = client.leases()
                .inNamespace("default")
                .withName("fabric8-election")
                .get()
                .getSpec()
                .getHolderIdentity();
        assertThat(holder).isEqualTo("one");
        assertThat(leaders).doesNotContain("two");
        leading.cancel(true);
        stopped.get(PATIENCE, TimeUnit.SECONDS);
        await().until(() -> leaders.contains("two"));
        assertThat(client.leases()
                        .inNamespace("default")
                        .withName("fabric8-election")
                        .get()
                        .getSpec()
                        .getLeaseTransitions())
                .isPositive();
        waiting.cancel(true);
    }

    private static LeaderElector elector(String name, List<String> leaders, Runnable stopped) {
        return client.leaderElector()
                .withConfig(new LeaderElectionConfigBuilder()
                        .withName("test")
                        .withLock(new LeaseLock("default", "fabric8-election", name))
                        .withLeaseDuration(Duration.ofSeconds(3))
                        .withRenewDeadline(Duration.ofSeconds(2))
                        .withRetryPeriod(Duration.ofMillis(300))
                        .withReleaseOnCancel(true)
                        .withLeaderCallbacks(new LeaderCallbacks(() -> leaders.add(name), stopped, ignored -> {}))
                        .build())
                .build();
    }

    @Test
    @DisplayName("server-side apply: owners, conflict, force, removal of a field")
    void appliesOnTheServer() {
        assumeTrue(ServedApply.at(SERVER), "not served");
        ConfigMap mine = new ConfigMapBuilder(configMap("fabric8-apply"))
                .addToData("x", "1")
                .build();
        assertThat(client.resource(mine).fieldManager("one").serverSideApply().getData())
                .containsKeys("a", "x");
        ConfigMap theirs = new ConfigMapBuilder(configMap("fabric8-apply"))
                .addToData("a", "other")
                .build();
        assertThatThrownBy(() -> client.resource(theirs).fieldManager("two").serverSideApply())
                .isInstanceOfSatisfying(KubernetesClientException.class, e -> {
                    assertThat(e.getCode()).isEqualTo(409);
                    assertThat(e.getMessage()).contains("conflict with \"one\"");
                });
        ConfigMap forced =
                client.resource(theirs).fieldManager("two").forceConflicts().serverSideApply();
        assertThat(forced.getData()).containsEntry("a", "other");
        assertThat(forced.getMetadata().getManagedFields())
                .extracting(entry -> entry.getManager())
                .contains("one", "two");
        ConfigMap less = new ConfigMapBuilder(configMap("fabric8-apply"))
                .withData(Map.of())
                .build();
        assertThat(client.resource(less)
                        .fieldManager("one")
                        .serverSideApply()
                        .getData()
                        .keySet())
                .isEqualTo(Set.of("a"));
        client.resource(less).delete();
    }
}
