package io.everynode.compatibility.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kubernetes.client.Discovery;
import io.kubernetes.client.PodLogs;
import io.kubernetes.client.ProtoClient;
import io.kubernetes.client.common.KubernetesObject;
import io.kubernetes.client.custom.V1Patch;
import io.kubernetes.client.extended.leaderelection.LeaderElectionConfig;
import io.kubernetes.client.extended.leaderelection.LeaderElector;
import io.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import io.kubernetes.client.informer.ResourceEventHandler;
import io.kubernetes.client.informer.SharedIndexInformer;
import io.kubernetes.client.informer.SharedInformerFactory;
import io.kubernetes.client.informer.cache.Lister;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.apis.AppsV1Api;
import io.kubernetes.client.openapi.apis.CoreV1Api;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1ConfigMapList;
import io.kubernetes.client.openapi.models.V1DaemonSet;
import io.kubernetes.client.openapi.models.V1DaemonSetList;
import io.kubernetes.client.openapi.models.V1DeleteOptions;
import io.kubernetes.client.openapi.models.V1Eviction;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kubernetes.client.openapi.models.V1Pod;
import io.kubernetes.client.openapi.models.V1PodList;
import io.kubernetes.client.proto.Meta;
import io.kubernetes.client.proto.V1;
import io.kubernetes.client.util.Config;
import io.kubernetes.client.util.PatchUtils;
import io.kubernetes.client.util.ResourceClient;
import io.kubernetes.client.util.ServerSideApply;
import io.kubernetes.client.util.Watch;
import io.kubernetes.client.util.Yaml;
import io.kubernetes.client.util.generic.GenericKubernetesApi;
import io.kubernetes.client.util.generic.KubernetesApiResponse;
import io.kubernetes.client.util.generic.dynamic.DynamicKubernetesApi;
import io.kubernetes.client.util.generic.dynamic.DynamicKubernetesObject;
import io.kubernetes.client.util.version.Version;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The official Java client against the whole program. */
@Timeout(300)
class JavaClientTest {

    /** In seconds: also of a busy machine. */
    private static final int PATIENCE = SharedServer.PATIENCE_SECONDS;

    @RegisterExtension
    static final SharedServer SERVER = new SharedServer();

    @RegisterExtension
    static final Results RESULTS = new Results("Java clients", "client-java 27.0.0", "clients-java");

    private static ApiClient client;
    private static CoreV1Api core;
    private static AppsV1Api apps;

    @BeforeAll
    static void connect() throws Exception {
        client = Config.fromConfig(SERVER.kubeconfig().toString());
        client.setHttpClient(
                client.getHttpClient().newBuilder().readTimeout(Duration.ZERO).build());
        core = new CoreV1Api(client);
        apps = new AppsV1Api(client);
    }

    private static V1ConfigMap configMap(String name) {
        return new V1ConfigMap()
                .apiVersion("v1")
                .kind("ConfigMap")
                .metadata(new V1ObjectMeta().name(name).namespace("default"))
                .putDataItem("a", "b");
    }

    private static GenericKubernetesApi<V1ConfigMap, V1ConfigMapList> configMaps() {
        return new GenericKubernetesApi<>(V1ConfigMap.class, V1ConfigMapList.class, "", "v1", "configmaps", client);
    }

    private static GenericKubernetesApi<V1DaemonSet, V1DaemonSetList> daemonSets() {
        return new GenericKubernetesApi<>(V1DaemonSet.class, V1DaemonSetList.class, "apps", "v1", "daemonsets", client);
    }

    @Test
    @DisplayName("Version, Discovery")
    void asksForVersionAndDiscovery() throws Exception {
        assertThat(new Version(client).getVersion().getGitVersion()).startsWith("v1.");
        assertThat(new Discovery(client).findAll())
                .anySatisfy(resource -> assertThat(resource.getResourcePlural()).isEqualTo("daemonsets"));
    }

    static Stream<String> samples() {
        return Samples.ALL.keySet().stream();
    }

    @ParameterizedTest(name = "Yaml.load, DynamicKubernetesApi create, get, update, delete: {0}")
    @MethodSource("samples")
    void writesAndReadsEachKind(String sample) throws Exception {
        String apiVersion = Samples.apiVersion(sample);
        String group = apiVersion.contains("/") ? apiVersion.substring(0, apiVersion.indexOf('/')) : "";
        Discovery.APIResource resource = found(group, apiVersion, Samples.kind(sample));
        assumeTrue(resource != null, "not served");
        String yaml = Samples.yaml(sample, "java-dynamic");
        DynamicKubernetesApi api = new DynamicKubernetesApi(group, "v1", resource.getResourcePlural(), client);
        assertThat(((KubernetesObject) Yaml.load(yaml)).getKind()).isEqualTo(Samples.kind(sample));
        DynamicKubernetesObject object = io.kubernetes.client.util.generic.dynamic.Dynamics.newFromYaml(yaml);
        if (resource.getNamespaced()) {
            object.setMetadata(object.getMetadata().namespace("default"));
        }
        DynamicKubernetesObject created = done(api.create(object));
        assertThat(created.getMetadata().getUid()).isNotEmpty();
        String namespace = created.getMetadata().getNamespace();
        // The control plane writes some of them meanwhile, which is a conflict.
        KubernetesApiResponse<DynamicKubernetesObject> updated = await().until(
                        () -> {
                            DynamicKubernetesObject got = done(
                                    resource.getNamespaced()
                                            ? api.get(namespace, "java-dynamic")
                                            : api.get("java-dynamic"));
                            got.setMetadata(got.getMetadata().putLabelsItem("updated", "yes"));
                            return api.update(got);
                        },
                        response -> response.getHttpStatusCode() != 409);
        assertThat(done(updated).getMetadata().getLabels()).containsEntry("updated", "yes");
        var options = new io.kubernetes.client.util.generic.options.DeleteOptions();
        options.setGracePeriodSeconds(0L);
        assertThat((resource.getNamespaced()
                                ? api.delete(namespace, "java-dynamic", options)
                                : api.delete("java-dynamic", options))
                        .isSuccess())
                .isTrue();
        await().until(() -> (resource.getNamespaced() ? api.get(namespace, "java-dynamic") : api.get("java-dynamic"))
                        .getHttpStatusCode()
                == 404);
    }

    private static Discovery.APIResource found(String group, String apiVersion, String kind) throws ApiException {
        try {
            return new Discovery(client)
                    .findAll(group, List.of("v1"), "v1", group.isEmpty() ? "/api/v1" : "/apis/" + apiVersion).stream()
                            .filter(resource -> resource.getKind().equals(kind))
                            .findFirst()
                            .orElse(null);
        } catch (ApiException e) {
            assertThat(e.getCode()).isEqualTo(404);
            return null;
        }
    }

    private static <T extends io.kubernetes.client.common.KubernetesType> T done(KubernetesApiResponse<T> response)
            throws ApiException {
        return response.throwsApiException().getObject();
    }

    @Test
    @DisplayName("CoreV1Api: create, read, replace, list by pages and selectors, delete, deletecollection")
    void writesAndReadsTypedObjects() throws Exception {
        V1ConfigMap created = core.createNamespacedConfigMap("default", configMap("java-typed"))
                .execute();
        assertThat(created.getMetadata().getCreationTimestamp()).isNotNull();
        V1ConfigMap read = core.readNamespacedConfigMap("java-typed", "default").execute();
        assertThat(read).isEqualTo(created);
        read.putDataItem("c", "d");
        assertThat(core.replaceNamespacedConfigMap("java-typed", "default", read)
                        .execute()
                        .getData())
                .containsEntry("c", "d");
        assertThatThrownBy(() -> core.replaceNamespacedConfigMap("java-typed", "default", read)
                        .execute())
                .isInstanceOfSatisfying(ApiException.class, e -> {
                    assertThat(e.getCode()).isEqualTo(409);
                    assertThat(e.getResponseBody()).contains("\"reason\":\"Conflict\"");
                });
        assertThatThrownBy(() -> core.createNamespacedConfigMap("default", configMap("Not A Name"))
                        .execute())
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.getCode()).isEqualTo(422));

        for (int i = 0; i < 3; i++) {
            V1ConfigMap map = configMap("java-page-" + i);
            map.getMetadata().putLabelsItem("java", "page");
            core.createNamespacedConfigMap("default", map).execute();
        }
        V1ConfigMapList first = core.listNamespacedConfigMap("default")
                .labelSelector("java=page")
                .limit(2)
                .execute();
        assertThat(first.getItems()).hasSize(2);
        assertThat(core.listNamespacedConfigMap("default")
                        .labelSelector("java=page")
                        .limit(2)
                        ._continue(first.getMetadata().getContinue())
                        .execute()
                        .getItems())
                .hasSize(1);
        assertThat(core.listNamespacedConfigMap("default")
                        .fieldSelector("metadata.name=java-typed")
                        .resourceVersion("0")
                        .execute()
                        .getItems())
                .hasSize(1);
        assertThat(core.deleteNamespacedConfigMap("java-typed", "default")
                        .execute()
                        .getStatus())
                .isEqualTo("Success");
        core.deleteCollectionNamespacedConfigMap("default")
                .labelSelector("java=page")
                .execute();
        assertThat(core.listNamespacedConfigMap("default")
                        .labelSelector("java=page")
                        .execute()
                        .getItems())
                .isEmpty();
    }

    @Test
    @DisplayName("PatchUtils: JSON, merge and strategic merge patch")
    void patches() throws Exception {
        V1DaemonSet set = Yaml.loadAs(
                Samples.daemonSet("java-patch", "registry.example/c:1")
                        .replace("spec: {termination", "spec: {nodeSelector: {no: node}, termination"),
                V1DaemonSet.class);
        apps.createNamespacedDaemonSet("default", set).execute();
        assertThat(patched(V1Patch.PATCH_FORMAT_STRATEGIC_MERGE_PATCH, """
                                {"spec":{"template":{"spec":{"containers":[{"name":"side","image":"s:1"}]}}}}""")
                        .getSpec()
                        .getTemplate()
                        .getSpec()
                        .getContainers())
                .hasSize(2);
        assertThat(patched(V1Patch.PATCH_FORMAT_JSON_PATCH, """
                                [{"op":"remove","path":"/spec/template/spec/containers/0"}]""")
                        .getSpec()
                        .getTemplate()
                        .getSpec()
                        .getContainers())
                .hasSize(1);
        assertThat(patched(V1Patch.PATCH_FORMAT_JSON_MERGE_PATCH, "{\"spec\":{\"minReadySeconds\":3}}")
                        .getSpec()
                        .getMinReadySeconds())
                .isEqualTo(3);
        apps.deleteNamespacedDaemonSet("java-patch", "default").execute();
    }

    private static V1DaemonSet patched(String format, String patch) throws ApiException {
        return PatchUtils.patch(
                V1DaemonSet.class,
                () -> apps.patchNamespacedDaemonSet("java-patch", "default", new V1Patch(patch))
                        .buildCall(null),
                format,
                client);
    }

    @Test
    @DisplayName("ServerSideApply and PatchUtils apply: conflict, force")
    void appliesOnTheServer() throws Exception {
        assumeTrue(ServedApply.at(SERVER), "not served");
        V1ConfigMap mine = configMap("java-apply");
        // This version of the client leaves managedFields out of every object that it reads.
        assertThat(ServerSideApply.apply(configMaps(), mine, "one").getData()).containsEntry("a", "b");
        V1ConfigMap theirs = configMap("java-apply").putDataItem("a", "other");
        assertThatThrownBy(() -> ServerSideApply.apply(configMaps(), theirs, "two"))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.getCode()).isEqualTo(409));
        assertThat(ServerSideApply.apply(configMaps(), theirs, "two", true).getData())
                .containsEntry("a", "other");
        V1ConfigMap applied = PatchUtils.patch(
                V1ConfigMap.class,
                () -> core.patchNamespacedConfigMap("java-apply", "default", new V1Patch(Yaml.dump(theirs)))
                        .fieldManager("two")
                        .force(true)
                        .buildCall(null),
                V1Patch.PATCH_FORMAT_APPLY_YAML,
                client);
        assertThat(applied.getData()).containsEntry("a", "other");
        core.deleteNamespacedConfigMap("java-apply", "default").execute();
    }

    @Test
    @DisplayName("Watch: from a version, with bookmarks, expired version")
    void watches() throws Exception {
        String version =
                core.listNamespacedConfigMap("default").execute().getMetadata().getResourceVersion();
        try (Watch<V1ConfigMap> watch = Watch.createWatch(
                client,
                core.listNamespacedConfigMap("default")
                        .watch(true)
                        .labelSelector("java=watched")
                        .resourceVersion(version)
                        .allowWatchBookmarks(true)
                        .buildCall(null),
                new com.google.gson.reflect.TypeToken<Watch.Response<V1ConfigMap>>() {}.getType())) {
            V1ConfigMap map = configMap("java-watched");
            map.getMetadata().putLabelsItem("java", "watched");
            core.createNamespacedConfigMap("default", map).execute();
            Watch.Response<V1ConfigMap> added = nextOf(watch, "ADDED");
            assertThat(added.object.getMetadata().getName()).isEqualTo("java-watched");
            assertThat(Long.parseLong(
                            nextOf(watch, "BOOKMARK").object.getMetadata().getResourceVersion()))
                    .isGreaterThanOrEqualTo(
                            Long.parseLong(added.object.getMetadata().getResourceVersion()));
            core.deleteNamespacedConfigMap("java-watched", "default").execute();
            nextOf(watch, "DELETED");
        }
    }

    private static <T> Watch.Response<T> nextOf(Watch<T> watch, String type) {
        Watch.Response<T> event = watch.next();
        while (event.type.equals("BOOKMARK") && !type.equals("BOOKMARK")) {
            event = watch.next();
        }
        assertThat(event.type).isEqualTo(type);
        return event;
    }

    @Test
    @DisplayName("SharedInformerFactory: lister and handlers")
    void informs() {
        SharedInformerFactory factory = new SharedInformerFactory(client);
        SharedIndexInformer<V1ConfigMap> informer =
                factory.sharedIndexInformerFor(configMaps(), V1ConfigMap.class, 0L, "default");
        List<String> seen = new CopyOnWriteArrayList<>();
        informer.addEventHandler(new ResourceEventHandler<>() {
            @Override
            public void onAdd(V1ConfigMap map) {
                note("added", map);
            }

            @Override
            public void onUpdate(V1ConfigMap before, V1ConfigMap map) {
                note("updated", map);
            }

            @Override
            public void onDelete(V1ConfigMap map, boolean unknown) {
                note("deleted", map);
            }

            private void note(String what, V1ConfigMap map) {
                if (map.getMetadata().getName().equals("java-informed")) {
                    seen.add(what);
                }
            }
        });
        factory.startAllRegisteredInformers();
        try {
            await().until(informer::hasSynced);
            V1ConfigMap created = core.createNamespacedConfigMap("default", configMap("java-informed"))
                    .execute();
            core.replaceNamespacedConfigMap("java-informed", "default", created.putDataItem("x", "y"))
                    .execute();
            await().untilAsserted(() -> assertThat(new Lister<>(informer.getIndexer(), "default")
                            .get("java-informed")
                            .getData())
                    .containsKey("x"));
            core.deleteNamespacedConfigMap("java-informed", "default").execute();
            await().untilAsserted(() -> assertThat(seen).startsWith("added").endsWith("deleted"));
        } catch (ApiException e) {
            throw new IllegalStateException(e.getResponseBody(), e);
        } finally {
            factory.stopAllRegisteredInformers();
        }
    }

    @Test
    @DisplayName("ProtoClient: create, get, list, update, merge patch, delete, Status")
    void speaksProtobuf() throws Exception {
        assumeTrue(protobufIsServed(), "no answers in protobuf");
        ProtoClient proto = new ProtoClient(client);
        String collection = "/api/v1/namespaces/default/configmaps";
        V1.ConfigMap map = V1.ConfigMap.newBuilder()
                .setMetadata(Meta.ObjectMeta.newBuilder().setName("java-proto").setNamespace("default"))
                .putData("a", "b")
                .build();
        V1.ConfigMap created = object(proto.create(map, collection, "v1", "ConfigMap"));
        assertThat(created.getMetadata().getUid()).isNotEmpty();
        V1.ConfigMap got = object(proto.get(V1.ConfigMap.newBuilder(), collection + "/java-proto"));
        assertThat(got.getDataMap()).containsEntry("a", "b");
        V1.ConfigMap updated = object(
                proto.update(got.toBuilder().putData("c", "d").build(), collection + "/java-proto", "v1", "ConfigMap"));
        assertThat(updated.getDataMap()).containsEntry("c", "d");
        ProtoClient.ObjectOrStatus<V1.ConfigMapList> list = proto.list(V1.ConfigMapList.newBuilder(), collection);
        assertThat(list.object.getItemsList())
                .anySatisfy(item -> assertThat(item.getMetadata().getName()).isEqualTo("java-proto"));
        ProtoClient.ObjectOrStatus<V1.ConfigMap> deleted =
                proto.delete(V1.ConfigMap.newBuilder(), collection + "/java-proto");
        assertThat(deleted.status.getStatus()).isEqualTo("Success");
        ProtoClient.ObjectOrStatus<V1.ConfigMap> absent =
                proto.get(V1.ConfigMap.newBuilder(), collection + "/java-proto");
        assertThat(absent.status.getReason()).isEqualTo("NotFound");
    }

    private static boolean protobufIsServed() throws Exception {
        HttpRequest list = HttpRequest.newBuilder(URI.create(SERVER.address() + "/api/v1/namespaces"))
                .header("Accept", "application/vnd.kubernetes.protobuf")
                .build();
        return SERVER.client()
                .send(list, HttpResponse.BodyHandlers.discarding())
                .headers()
                .firstValue("Content-Type")
                .orElse("")
                .contains("protobuf");
    }

    private static <T extends com.google.protobuf.Message> T object(ProtoClient.ObjectOrStatus<T> answer) {
        assertThat(answer.status).isNull();
        return answer.object;
    }

    @Test
    @DisplayName("ResourceClient: DaemonSet waitUntilReady, edit, waitUntilCondition; Pods by selector, eviction")
    void runsADaemonSet() throws Exception {
        V1DaemonSet set = Yaml.loadAs(Samples.daemonSet("java-agent", "registry.example/a:1"), V1DaemonSet.class);
        set.getMetadata().setNamespace("default");
        ResourceClient<V1DaemonSet, V1DaemonSetList> sets = ResourceClient.create(
                        client, V1DaemonSet.class, V1DaemonSetList.class, "apps", "v1", "daemonsets")
                .inNamespace("default")
                .withName("java-agent");
        sets.create(set);
        sets.waitUntilCondition(
                known -> known != null
                        && known.getStatus() != null
                        && Integer.valueOf(4).equals(known.getStatus().getNumberReady()),
                Duration.ofSeconds(PATIENCE));
        sets.edit(known -> {
            known.getSpec().getTemplate().getSpec().getContainers().get(0).setImage("registry.example/a:2");
            return known;
        });
        sets.waitUntilCondition(
                known -> Integer.valueOf(4).equals(known.getStatus().getUpdatedNumberScheduled())
                        && Integer.valueOf(4).equals(known.getStatus().getNumberReady())
                        && known.getStatus().getObservedGeneration() == 2,
                Duration.ofSeconds(PATIENCE));
        V1PodList pods = core.listNamespacedPod("default")
                .labelSelector("app=java-agent")
                .execute();
        V1Pod pod = pods.getItems().stream()
                .filter(each -> each.getMetadata().getDeletionTimestamp() == null)
                .findFirst()
                .orElseThrow();
        String name = pod.getMetadata().getName();
        assertThat(core.listPodForAllNamespaces()
                        .fieldSelector("spec.nodeName=" + pod.getSpec().getNodeName() + ",metadata.name=" + name)
                        .execute()
                        .getItems())
                .hasSize(1);
        core.createNamespacedPodEviction(
                        name,
                        "default",
                        new V1Eviction()
                                .metadata(new V1ObjectMeta().name(name).namespace("default"))
                                .deleteOptions(new V1DeleteOptions().gracePeriodSeconds(0L)))
                // It expects an Eviction, and every server answers a Status.
                .buildCall(null)
                .execute()
                .close();
        await().untilAsserted(() -> assertThatThrownBy(
                        () -> core.readNamespacedPod(name, "default").execute())
                .isInstanceOf(ApiException.class));
        sets.delete();
        await().until(() -> core.listNamespacedPod("default")
                .labelSelector("app=java-agent")
                .execute()
                .getItems()
                .isEmpty());
        assertThat(daemonSets().get("default", "java-agent").getHttpStatusCode())
                .isEqualTo(404);
    }

    @Test
    @DisplayName("PodLogs: tail, since, follow until the Pod ends; readNamespacedPodLog")
    void readsLogs() throws Exception {
        V1Pod pod =
                Yaml.loadAs(Samples.yaml("v1/Pod", "java-log").replace("nodeSelector: {no: node}, ", ""), V1Pod.class);
        pod.getSpec().setTerminationGracePeriodSeconds(1L);
        core.createNamespacedPod("default", pod).execute();
        await().until(() -> "Running"
                .equals(core.readNamespacedPod("java-log", "default")
                        .execute()
                        .getStatus()
                        .getPhase()));
        assertThat(core.readNamespacedPodLog("java-log", "default")
                        .container("c")
                        .tailLines(1)
                        .execute())
                .hasLineCount(1);
        assertThatThrownBy(() -> core.readNamespacedPodLog("java-log", "default")
                        .previous(true)
                        .execute())
                .isInstanceOfSatisfying(
                        ApiException.class,
                        e -> assertThat(e.getResponseBody())
                                .contains("previous terminated container \\\"c\\\" in pod \\\"java-log\\\" not found"));
        try (InputStream log = new PodLogs(client).streamNamespacedPodLog("default", "java-log", "c", 100, 3, true);
                BufferedReader lines = new BufferedReader(new InputStreamReader(log, StandardCharsets.UTF_8))) {
            for (int i = 0; i < 5; i++) {
                assertThat(lines.readLine()).matches("20\\d\\d-.*Z level=.*");
            }
            core.deleteNamespacedPod("java-log", "default")
                    .gracePeriodSeconds(0)
                    .execute();
            while (lines.readLine() != null) {}
        }
    }

    @Test
    @DisplayName("LeaderElector (client-java-extended 25.0.0) on a Lease: two candidates, release")
    void electsLeaders() throws Exception {
        List<String> leaders = new CopyOnWriteArrayList<>();
        try (LeaderElector second = elector("two")) {
            Thread firstThread;
            try (LeaderElector first = elector("one")) {
                firstThread = thread(first, "one", leaders);
                await().until(() -> leaders.contains("one"));
                thread(second, "two", leaders);
                await().pollDelay(Duration.ofMillis(700)).until(() -> !leaders.contains("two"));
            }
            firstThread.join(PATIENCE * 1000);
            await().until(() -> leaders.contains("two"));
        }
        assertThat(leaders).containsExactly("one", "two");
    }

    private static Thread thread(LeaderElector elector, String name, List<String> leaders) {
        Thread thread = new Thread(() -> elector.run(() -> leaders.add(name), () -> {}), "elector " + name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static LeaderElector elector(String name) {
        return new LeaderElector(new LeaderElectionConfig(
                new LeaseLock("default", "java-election", name, client),
                Duration.ofSeconds(3),
                Duration.ofSeconds(2),
                Duration.ofMillis(300)));
    }

    @Test
    @DisplayName("Yaml.loadAll, Yaml.createResource, Yaml.dump")
    void loadsYaml() throws Exception {
        List<Object> all = Yaml.loadAll(
                Samples.yaml("v1/ConfigMap", "java-yaml") + "---\n" + Samples.yaml("v1/Secret", "java-yaml"));
        assertThat(all).hasSize(2);
        Object created = Yaml.createResource(
                client,
                Samples.yaml("v1/ConfigMap", "java-yaml")
                        .replace("{name: java-yaml}", "{name: java-yaml, namespace: default}"));
        assertThat(Yaml.dump(created)).contains("name: java-yaml").contains("a: b");
        core.deleteNamespacedConfigMap("java-yaml", "default").execute();
    }
}
