package io.everynode.controlplane.simulation;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.controlplane.catalog.Change;
import io.everynode.controlplane.catalog.StoredDaemonPod;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.controlplane.catalog.Touched;
import io.everynode.core.event.Caller;
import io.everynode.core.object.ObjectWrite;
import io.everynode.core.object.Precondition;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import io.everynode.objects.decode.ObjectDecoder.FieldValidation;
import io.everynode.objects.patch.PatchType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What people, machines and accidents do to the cluster. */
final class World {

    static final String NAMESPACE = "default";
    private static final List<String> DAEMON_SETS = List.of("agent", "logger");
    private static final List<String> IMAGES = List.of("app:1", "app:2", "app:3", "app:" + SimKubelet.BROKEN);
    private static final List<String> STRATEGIES = List.of(
            "{'type':'RollingUpdate','rollingUpdate':{'maxUnavailable':1,'maxSurge':0}}",
            "{'type':'RollingUpdate','rollingUpdate':{'maxUnavailable':2,'maxSurge':0}}",
            "{'type':'RollingUpdate','rollingUpdate':{'maxUnavailable':'30%','maxSurge':0}}",
            "{'type':'RollingUpdate','rollingUpdate':{'maxUnavailable':0,'maxSurge':1}}",
            "{'type':'RollingUpdate','rollingUpdate':{'maxUnavailable':0,'maxSurge':'40%'}}",
            "{'type':'OnDelete','rollingUpdate':null}");
    private static final List<String> SELECTORS = List.of("null", "null", "{'zone':'a'}");
    private static final List<String> TAINTS = List.of(
            "[]",
            "[]",
            "[{'key':'team','value':'x','effect':'NoSchedule'}]",
            "[{'key':'team','value':'x','effect':'NoExecute'}]");
    private static final int MAX_NODES = 7;
    private static final Caller ADMIN = new Caller("admin", "kubectl");

    private final Cluster cluster;
    private final Chance chance;
    private final SimGateway gateway;
    private final Map<String, SimKubelet> kubelets = new TreeMap<>();
    private final Set<Integer> syncPending = new HashSet<>();
    /** In some runs much happens at once, in others each change has its time. */
    private final boolean busy;

    private SimScheduler scheduler;
    private SimHousekeeper housekeeper;
    private int pods;

    World(Cluster cluster) {
        this.cluster = cluster;
        this.chance = cluster.chance;
        this.busy = chance.oneIn(2);
        this.gateway = new SimGateway(cluster);
        this.scheduler = new SimScheduler(cluster, cluster.anyJvm());
        this.housekeeper = new SimHousekeeper(cluster, gateway, cluster.anyJvm());
        cluster.listen(this::published);
        int nodes = 2 + chance.below(4);
        for (int i = 1; i <= nodes; i++) {
            join("node-" + i);
        }
        createDaemonSet(DAEMON_SETS.get(0));
    }

    private void published(int jvm, List<Change> changes, Touched touched) {
        scheduler.published(jvm, touched);
        housekeeper.published(jvm, changes);
        boolean anyPod =
                changes.stream().anyMatch(change -> change.object().kind().equals(Kinds.POD));
        if (anyPod && syncPending.add(jvm)) {
            cluster.queue.in(1, () -> {
                syncPending.remove(jvm);
                kubelets.values().stream()
                        .filter(kubelet -> kubelet.follows(jvm))
                        .forEach(SimKubelet::sync);
            });
        }
    }

    /** Goes on for ever; faults end with {@link Chance#noMoreFaults}. */
    void live() {
        if (chance.faulty()) {
            act();
            boolean pause = chance.oneIn(busy ? 20 : 8);
            cluster.queue.in(pause ? chance.between(5_000, 30_000) : chance.between(5, busy ? 400 : 2_500), this::live);
        }
    }

    private void act() {
        switch (chance.below(21)) {
            case 0 -> join("node-" + (1 + chance.below(MAX_NODES)));
            case 1 -> leave(anyNode());
            case 2, 3 -> patchNode(anyNode(), "{'spec':{'taints':" + chance.of(TAINTS) + "}}", "");
            case 4 ->
                patchNode(anyNode(), "{'metadata':{'labels':{'zone':'" + (chance.oneIn(2) ? "a" : "b") + "'}}}", "");
            case 5 -> patchNode(anyNode(), "{'spec':{'unschedulable':" + chance.oneIn(2) + "}}", "");
            case 6 -> createDaemonSet(chance.of(DAEMON_SETS));
            case 7, 8, 9 ->
                patchDaemonSet("{'spec':{'template':{'spec':{'containers':[{'name':'main','image':'" + chance.of(IMAGES)
                        + "','resources':{'requests':{'cpu':'200m'}}}]}}}}");
            case 10, 11 -> patchDaemonSet("{'spec':{'updateStrategy':" + chance.of(STRATEGIES) + "}}");
            case 12 -> patchDaemonSet("{'spec':{'template':{'spec':{'nodeSelector':" + chance.of(SELECTORS) + "}}}}");
            case 13 -> delete(Kinds.DAEMON_SET, chance.of(DAEMON_SETS), null);
            case 14, 15 -> deletePod();
            case 16 -> {
                createPod();
                createPod();
            }
            case 17 -> readiness(anyNode());
            case 18 -> shake();
            case 19 -> moveShard();
            default -> moveWhatIsUnsettled();
        }
    }

    private void moveShard() {
        List<String> ids = cluster.entityIds();
        String id = ids.isEmpty() ? "" : chance.of(ids);
        if (!ids.isEmpty() && chance.fault(900) && cluster.owner(id).running()) {
            cluster.move(id, chance.oneIn(2));
        }
    }

    /** A Pod between two steps of its binding has an owner that stands still. */
    private void moveWhatIsUnsettled() {
        for (String id : cluster.entityIds()) {
            if (cluster.owner(id) instanceof SimPod pod
                    && pod.running()
                    && !pod.state.unsettled().isEmpty()
                    && chance.fault(900)) {
                cluster.move(id, true);
            }
        }
    }

    /** Faults of the singletons' and DaemonSets' JVMs. */
    private void shake() {
        if (chance.fault(800)) {
            scheduler.end();
            scheduler = new SimScheduler(cluster, cluster.anyJvm());
            housekeeper.end();
            housekeeper = new SimHousekeeper(cluster, gateway, cluster.anyJvm());
            for (String id : cluster.entityIds()) {
                if (cluster.owner(id) instanceof SimDaemonSet
                        && cluster.owner(id).running()) {
                    cluster.move(id, chance.oneIn(2));
                }
            }
        }
    }

    /** Ends what would keep the cluster from becoming whole: broken images. */
    void repair() {
        for (String name : DAEMON_SETS) {
            patch(Kinds.DAEMON_SET, name, template("app:good"), "");
        }
    }

    static String template(String image) {
        return "{'spec':{'template':{'spec':{'containers':[{'name':'main','image':'" + image
                + "','resources':{'requests':{'cpu':'200m'}}}]}}}}";
    }

    void patchDaemonSetNow(String name, String body) {
        patch(Kinds.DAEMON_SET, name, body, "");
    }

    private String anyNode() {
        return "node-" + (1 + chance.below(MAX_NODES));
    }

    private void join(String name) {
        String zone = chance.oneIn(2) ? "a" : "b";
        ObjectNode node = json("{'apiVersion':'v1','kind':'Node','metadata':{'name':'" + name
                + "','labels':{'zone':'" + zone + "'}},'status':{'allocatable':{'cpu':'1','memory':'4Gi','pods':'20'},"
                + "'conditions':[{'type':'Ready','status':'True'}]}}");
        gateway.write(ADMIN, Kinds.NODE, "", name, new ObjectWrite.Create(node, chance.uid()), null);
        kubelets.computeIfAbsent(name, any -> new SimKubelet(cluster, gateway, name));
    }

    private void leave(String name) {
        gateway.write(
                ADMIN,
                Kinds.NODE,
                "",
                name,
                new ObjectWrite.Delete(Precondition.NONE, null, ObjectWrite.Propagation.DEFAULT),
                null);
    }

    private void patchNode(String name, String body, String subresource) {
        patch(Kinds.NODE, name, body, subresource);
    }

    private void readiness(String node) {
        patchNode(
                node,
                "{'status':{'conditions':[{'type':'Ready','status':'" + (chance.oneIn(3) ? "False" : "True") + "'}]}}",
                "status");
    }

    /** All nodes are as they should be again, except for their taints. */
    void repairNodes() {
        for (int i = 1; i <= MAX_NODES; i++) {
            patchNode("node-" + i, "{'status':{'conditions':[{'type':'Ready','status':'True'}]}}", "status");
        }
    }

    private void createDaemonSet(String name) {
        ObjectNode object = json("{'apiVersion':'apps/v1','kind':'DaemonSet','metadata':{'name':'" + name
                + "','namespace':'" + NAMESPACE + "'},'spec':{'selector':{'matchLabels':{'app':'" + name
                + "'}},'minReadySeconds':" + (chance.oneIn(4) ? 3 : 0) + ",'revisionHistoryLimit':2,'updateStrategy':"
                + chance.of(STRATEGIES) + ",'template':{'metadata':{'labels':{'app':'" + name
                + "'}},'spec':{'containers':[{'name':'main','image':'app:1','resources':{'requests':{'cpu':'200m'}}}],"
                + "'terminationGracePeriodSeconds':" + (chance.oneIn(2) ? 30 : 5) + "}}}}");
        gateway.write(ADMIN, Kinds.DAEMON_SET, NAMESPACE, name, new ObjectWrite.Create(object, chance.uid()), null);
    }

    private void patchDaemonSet(String body) {
        patch(Kinds.DAEMON_SET, chance.of(DAEMON_SETS), body, "");
    }

    private void patch(Kind kind, String name, String body, String subresource) {
        ObjectWrite.Patch patch = new ObjectWrite.Patch(
                subresource, PatchType.MERGE, json(body), FieldValidation.IGNORE, Precondition.NONE);
        gateway.write(ADMIN, kind, kind.namespaced() ? NAMESPACE : "", name, patch, null);
    }

    private void delete(Kind kind, String name, Long grace) {
        gateway.write(
                ADMIN,
                kind,
                NAMESPACE,
                name,
                new ObjectWrite.Delete(Precondition.NONE, grace, ObjectWrite.Propagation.DEFAULT),
                null);
    }

    private void deletePod() {
        List<StoredObject> all = new ArrayList<>();
        cluster.jvm(cluster.anyJvm()).current().list(Kinds.POD, "").forEach(all::add);
        if (!all.isEmpty()) {
            StoredObject pod = chance.of(all);
            boolean force = chance.oneIn(6) && !(pod instanceof StoredDaemonPod);
            delete(Kinds.POD, pod.name(), force ? Long.valueOf(0) : null);
        }
    }

    private void createPod() {
        String name = "web-" + (1 + pods++ % 6);
        ObjectNode pod = json("{'apiVersion':'v1','kind':'Pod','metadata':{'name':'" + name + "','namespace':'"
                + NAMESPACE + "'},'spec':{'containers':[{'name':'main','image':'app:1'}]}}");
        ArrayNode containers = (ArrayNode) Json.at(pod, "spec", "containers");
        ((ObjectNode) containers.get(0))
                .putObject("resources")
                .putObject("requests")
                .put("cpu", (1 + chance.below(4)) * 150 + "m");
        gateway.write(ADMIN, Kinds.POD, NAMESPACE, name, new ObjectWrite.Create(pod, chance.uid()), null);
    }

    static ObjectNode json(String text) {
        return Json.parse(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }
}
