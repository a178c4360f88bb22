package io.everynode.compatibility.kubelet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.compatibility.kubelet.KubeletApi.Encoding;
import io.everynode.objects.Json;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A kubelet without containers: says to the API server what a stock one says, in the same form and order
 * (pkg/kubelet/kubelet_node_status.go, status/status_manager.go, nodelease, config/apiserver.go). One thread does all
 * that follows from what the watches tell.
 */
final class TestKubelet implements Closeable {

    private final KubeletApi api;
    private final String name;
    private final Instant started = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    private final List<TestReflector> reflectors = new ArrayList<>();
    private final ExecutorService worker = Executors.newSingleThreadExecutor();

    /** What went wrong while Pods were handled. */
    final List<String> failures = new java.util.concurrent.CopyOnWriteArrayList<>();

    /** The stage of each Pod by UID: running, or deleted. */
    final Map<String, String> pods = new ConcurrentHashMap<>();

    private String nodeUid = "";
    private TestReflector nodes;

    TestKubelet(KubeletApi api, String name) {
        this.api = api;
        this.name = name;
    }

    private String now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    }

    static ObjectNode tree(String text, Object... arguments) {
        return Json.parse(text.formatted(arguments).replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    private ObjectNode node() {
        return tree("""
                {'apiVersion':'v1','kind':'Node','metadata':{'name':'%1$s','labels':{'kubernetes.io/hostname':'%1$s',
                'kubernetes.io/os':'linux','kubernetes.io/arch':'amd64','test/kubelet':'%1$s'},
                'annotations':{'volumes.kubernetes.io/controller-managed-attach-detach':'true'}},
                'spec':{'taints':[{'key':'test/kubelet','effect':'NoSchedule'}]},
                'status':{'capacity':{'cpu':'4','memory':'8Gi','pods':'110'},'allocatable':{'cpu':'4','memory':'8Gi',
                'pods':'110'},'conditions':%2$s,'addresses':[{'type':'InternalIP','address':'192.0.2.7'},
                {'type':'Hostname','address':'%1$s'}],'daemonEndpoints':{'kubeletEndpoint':{'Port':10250}},
                'nodeInfo':{'machineID':'m','systemUUID':'s','bootID':'b','kernelVersion':'6','osImage':'Test',
                'containerRuntimeVersion':'containerd://2','kubeletVersion':'v1.35.0','kubeProxyVersion':'',
                'operatingSystem':'linux','architecture':'amd64'}}}
                """, name, conditions(false));
    }

    private String conditions(boolean ready) {
        return """
                [{'type':'MemoryPressure','status':'False','lastHeartbeatTime':'%1$s','lastTransitionTime':'%2$s',
                'reason':'KubeletHasSufficientMemory','message':'kubelet has sufficient memory available'},
                {'type':'Ready','status':'%3$s','lastHeartbeatTime':'%1$s','lastTransitionTime':'%2$s',
                'reason':'%4$s','message':'kubelet says so'}]""".formatted(now(), started, ready ? "True" : "False", ready ? "KubeletReady" : "KubeletNotReady");
    }

    /** Registers, also over an object that an earlier kubelet of this name has left. */
    void register() {
        try {
            nodeUid = uid(api.post("/api/v1/nodes", node()));
        } catch (KubeletApi.Refused refused) {
            if (refused.code() != 409) {
                throw refused;
            }
            nodeUid = uid(api.get("/api/v1/nodes/" + name + "?resourceVersion=0"));
        }
    }

    /** As PatchNodeStatus of component-helpers sends it, addresses replaced as a whole. */
    void reportReady() {
        api.patch("/api/v1/nodes/" + name + "/status", """
                {"status":{"$setElementOrder/conditions":[{"type":"MemoryPressure"},{"type":"Ready"}],
                "addresses":[{"address":"192.0.2.7","type":"InternalIP"},{"address":"%s","type":"Hostname"},
                {"$patch":"replace"}],"conditions":%s}}""".formatted(
                        name, conditions(true).replace('\'', '"')));
    }

    void createLease() {
        api.post("/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases", lease());
    }

    private ObjectNode lease() {
        return tree("""
                {'apiVersion':'coordination.k8s.io/v1','kind':'Lease','metadata':{'name':'%1$s',
                'namespace':'kube-node-lease','ownerReferences':[{'apiVersion':'v1','kind':'Node','name':'%1$s',
                'uid':'%2$s'}]},'spec':{'holderIdentity':'%1$s','leaseDurationSeconds':40,'renewTime':'%3$s'}}
                """, name, nodeUid, Instant.now().truncatedTo(ChronoUnit.MICROS));
    }

    /** The renewed Lease. */
    ObjectNode renewLease() {
        String path = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/" + name;
        ObjectNode newest = api.get(path);
        Json.child(newest, "spec")
                .put("renewTime", Instant.now().truncatedTo(ChronoUnit.MICROS).toString());
        return api.put(path, newest);
    }

    void registerCsiNode() {
        api.post("/apis/storage.k8s.io/v1/csinodes", tree("""
                {'apiVersion':'storage.k8s.io/v1','kind':'CSINode','metadata':{'name':'%1$s',
                'ownerReferences':[{'apiVersion':'v1','kind':'Node','name':'%1$s','uid':'%2$s'}]},
                'spec':{'drivers':[]}}""", name, nodeUid));
    }

    /** What a kubelet waits for before it runs Pods, and then the Pods. */
    void startInformers() {
        boolean streaming = api.encoding() == Encoding.PROTOBUF;
        nodes = informer("/api/v1/nodes?fieldSelector=metadata.name%3D" + name, streaming);
        informer("/api/v1/services?fieldSelector=spec.clusterIP%21%3DNone", streaming);
        informer("/apis/node.k8s.io/v1/runtimeclasses", streaming);
        informer("/apis/storage.k8s.io/v1/csidrivers", streaming);
        reflectors.add(TestReflector.start(
                api,
                "/api/v1/pods?fieldSelector=spec.nodeName%3D" + name,
                streaming,
                (type, pod) -> worker.execute(() -> handle(type, pod))));
    }

    private TestReflector informer(String path, boolean streaming) {
        TestReflector reflector = TestReflector.start(api, path, streaming, (type, object) -> {});
        reflectors.add(reflector);
        return reflector;
    }

    boolean hasSynced() {
        return reflectors.stream().allMatch(TestReflector::hasSynced);
    }

    /** The own Node as the informer has it. */
    JsonNode ownNode() {
        return nodes.objects().getOrDefault(nodeUid, Json.object());
    }

    private void handle(String type, ObjectNode pod) {
        String uid = uid(pod);
        try {
            if (type.equals("DELETED")) {
                pods.put(uid, "deleted");
            } else if (Json.at(pod, "metadata").has("deletionTimestamp")) {
                if ("running".equals(pods.put(uid, "ending"))) {
                    end(pod);
                }
            } else if (pods.putIfAbsent(uid, "starting") == null) {
                run(pod);
                pods.put(uid, "running");
            }
        } catch (RuntimeException e) {
            failures.add(type + " " + Json.text(pod, "metadata", "name") + ": " + e);
        }
    }

    private void run(ObjectNode pod) {
        String namespace = Json.text(pod, "metadata", "namespace");
        for (JsonNode volume : Json.at(pod, "spec", "volumes")) {
            if (volume.has("configMap")) {
                api.get("/api/v1/namespaces/" + namespace + "/configmaps/" + Json.text(volume, "configMap", "name"));
            } else if (volume.has("secret")) {
                api.get("/api/v1/namespaces/" + namespace + "/secrets/" + Json.text(volume, "secret", "secretName"));
            }
        }
        event(pod, "Pulled", "Container image already present on machine");
        patchStatus(pod, "Pending", "False", "{'waiting':{'reason':'ContainerCreating'}}");
        event(pod, "Started", "Container started");
        patchStatus(pod, "Running", "True", "{'running':{'startedAt':'" + now() + "'}}");
    }

    private void end(ObjectNode pod) {
        event(pod, "Killing", "Stopping container");
        patchStatus(
                pod,
                "Running",
                "False",
                "{'terminated':{'exitCode':0,'reason':'Completed','startedAt':'%1$s','finishedAt':'%1$s'}}"
                        .formatted(now()));
        api.delete(
                path(pod),
                tree(
                        "{'apiVersion':'v1','kind':'DeleteOptions','gracePeriodSeconds':0,'preconditions':{'uid':'%s'}}",
                        uid(pod)));
    }

    static String path(JsonNode pod) {
        return "/api/v1/namespaces/" + Json.text(pod, "metadata", "namespace") + "/pods/"
                + Json.text(pod, "metadata", "name");
    }

    /** As the status manager does: a strategic merge patch that names the UID, with the order of the conditions. */
    private void patchStatus(ObjectNode pod, String phase, String ready, String state) {
        api.patch(path(pod) + "/status", statusPatch(uid(pod), pod, phase, ready, state));
    }

    String statusPatch(String uid, JsonNode pod, String phase, String ready, String state) {
        StringBuilder conditions = new StringBuilder();
        StringBuilder order = new StringBuilder();
        for (String type : List.of("PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady")) {
            order.append(order.isEmpty() ? "" : ",").append("{'type':'" + type + "'}");
            boolean about = type.endsWith("Ready");
            conditions
                    .append(conditions.isEmpty() ? "" : ",")
                    .append(
                            "{'type':'%s','status':'%s','lastProbeTime':null,'lastTransitionTime':'%s','observedGeneration':1}"
                                    .formatted(type, about ? ready : "True", started));
        }
        String container = Json.text(Json.at(pod, "spec", "containers").path(0), "name");
        return """
                {'metadata':{'uid':'%1$s'},'status':{'$setElementOrder/conditions':[%2$s,{'type':'PodScheduled'}],
                'conditions':[%3$s],'containerStatuses':[{'name':'%4$s','image':'i','imageID':'i@sha256:0',
                'containerID':'containerd://%1$s','ready':%5$s,'started':true,'restartCount':0,'lastState':{},
                'state':%6$s}],'hostIP':'192.0.2.7','hostIPs':[{'ip':'192.0.2.7'}],'phase':'%7$s',
                'podIP':'10.9.0.1','podIPs':[{'ip':'10.9.0.1'}],'startTime':'%8$s'}}""".formatted(uid, order, conditions, container, ready.equals("True"), state, phase, started)
                .replace('\'', '"');
    }

    /** Posts an event and counts it up, as the correlator does when it happens again. */
    private void event(JsonNode pod, String reason, String message) {
        String event = Json.text(pod, "metadata", "name") + "." + Long.toHexString(System.nanoTime())
                + reason.toLowerCase(java.util.Locale.ROOT);
        String events = "/api/v1/namespaces/" + Json.text(pod, "metadata", "namespace") + "/events";
        api.post(
                events,
                tree(
                        """
                {'apiVersion':'v1','kind':'Event','metadata':{'name':'%1$s','namespace':'%2$s'},
                'involvedObject':{'kind':'Pod','namespace':'%2$s','name':'%3$s','uid':'%4$s','apiVersion':'v1'},
                'reason':'%5$s','message':'%6$s','source':{'component':'kubelet','host':'%7$s'},
                'firstTimestamp':'%8$s','lastTimestamp':'%8$s','count':1,'type':'Normal',
                'reportingComponent':'kubelet','reportingInstance':'%7$s'}""",
                        event,
                        Json.text(pod, "metadata", "namespace"),
                        Json.text(pod, "metadata", "name"),
                        uid(pod),
                        reason,
                        message,
                        name,
                        now()));
        api.patch(events + "/" + event, "{\"count\":2,\"lastTimestamp\":\"" + now() + "\"}");
    }

    private static String uid(JsonNode object) {
        return Json.text(object, "metadata", "uid");
    }

    @Override
    public void close() throws IOException {
        for (TestReflector reflector : reflectors) {
            reflector.close();
        }
        worker.shutdownNow();
    }
}
