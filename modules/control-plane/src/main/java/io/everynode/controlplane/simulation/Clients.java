package io.everynode.controlplane.simulation;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.catalog.StoredDaemonPod;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.core.daemonset.DaemonSetState;
import io.everynode.core.event.Caller;
import io.everynode.core.node.DaemonPodNames;
import io.everynode.core.object.ObjectWrite;
import io.everynode.core.object.Precondition;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import io.everynode.objects.decode.ObjectDecoder.FieldValidation;
import io.everynode.objects.patch.PatchType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What people and programs write through the API. */
final class Clients {

    /** An object's name; "" is the namespace of those without one. */
    record Name(String namespace, String name) {}

    /** Takes finalizers away; the removal of what they held is under its name, too. */
    static final Caller HOLDER = new Caller("holder", "client");

    private static final Caller ADMIN = new Caller("admin", "kubectl");
    private static final String SHORT_LIVED = "team";
    private static final List<String> NAMESPACES = List.of("default", "default", SHORT_LIVED);
    /** The same name in two namespaces among them. */
    private static final List<Name> DAEMON_SETS =
            List.of(new Name("default", "agent"), new Name("default", "logger"), new Name(SHORT_LIVED, "agent"));

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
    private static final List<String> TOLERATIONS = List.of(
            "[]",
            "[{'operator':'Exists','effect':'NoExecute','tolerationSeconds':8}]",
            "[{'key':'team','operator':'Exists','effect':'NoExecute','tolerationSeconds':20}]",
            "[{'operator':'Exists','effect':'NoExecute'}]");
    private static final String HOLD = "example.com/hold";
    private static final int POD_NAMES = 6;

    private final Cluster cluster;
    private final Chance chance;
    private final SimGateway gateway;
    private final Priorities priorities;
    private final Neighbours neighbours;
    private int pods;

    Clients(Cluster cluster, SimGateway gateway, Theme theme) {
        this.priorities = new Priorities(theme, cluster.chance);
        this.neighbours = new Neighbours(theme, cluster.chance);
        this.cluster = cluster;
        this.chance = cluster.chance;
        this.gateway = gateway;
    }

    static ObjectNode json(String text) {
        return Json.parse(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    /** As any client sees it, maybe late. */
    private CatalogVersion version() {
        return cluster.jvm(cluster.anyJvm()).current();
    }

    void createNode(String name) {
        ObjectNode node = json("{'apiVersion':'v1','kind':'Node','metadata':{'name':'" + name + "','labels':{'zone':'"
                + zone() + "'}},'status':{'allocatable':{'cpu':'1','memory':'4Gi','pods':'20'},"
                + "'conditions':[{'type':'Ready','status':'True'}]}}");
        create(Kinds.NODE, node(name), node);
    }

    void deleteNode(String name) {
        delete(Kinds.NODE, node(name), null);
    }

    void taint(String node) {
        patch(Kinds.NODE, node(node), "{'spec':{'taints':" + chance.of(TAINTS) + "}}", "");
    }

    void label(String node) {
        patch(Kinds.NODE, node(node), "{'metadata':{'labels':{'zone':'" + zone() + "'}}}", "");
    }

    void cordon(String node) {
        patch(Kinds.NODE, node(node), "{'spec':{'unschedulable':" + chance.oneIn(2) + "}}", "");
    }

    void ready(String node, boolean ready) {
        patch(
                Kinds.NODE,
                node(node),
                "{'status':{'conditions':[{'type':'Ready','status':'" + (ready ? "True" : "False") + "'}]}}",
                "status");
    }

    private String zone() {
        return chance.oneIn(2) ? "a" : "b";
    }

    private static Name node(String name) {
        return new Name("", name);
    }

    void createFirstDaemonSet() {
        createDaemonSet(DAEMON_SETS.get(0));
    }

    void createDaemonSet() {
        createDaemonSet(chance.of(DAEMON_SETS));
    }

    private void createDaemonSet(Name name) {
        ObjectNode object = json("{'apiVersion':'apps/v1','kind':'DaemonSet','metadata':{'name':'" + name.name()
                + "','namespace':'" + name.namespace() + "'},'spec':{'selector':{'matchLabels':{'app':'" + name.name()
                + "'}},'minReadySeconds':" + (chance.oneIn(4) ? 3 : 0) + ",'revisionHistoryLimit':2,'updateStrategy':"
                + chance.of(STRATEGIES) + ",'template':{'metadata':{'labels':{'app':'" + name.name()
                + "'}},'spec':{'containers':[{'name':'main','image':'app:1','resources':{'requests':{'cpu':'200m'}}}],"
                + "'terminationGracePeriodSeconds':" + (chance.oneIn(2) ? 30 : 5) + "}}}}");
        priorities.ofDaemonSet(object);
        create(Kinds.DAEMON_SET, name, object);
    }

    void deleteDaemonSet() {
        delete(Kinds.DAEMON_SET, chance.of(DAEMON_SETS), null);
    }

    void replaceDaemonSet() {
        Name name = chance.of(DAEMON_SETS);
        createDaemonSet(name);
        image(name, chance.of(IMAGES));
        long delay = chance.between(5, 2_000);
        cluster.queue.in(delay, () -> delete(Kinds.DAEMON_SET, name, null));
        cluster.queue.in(delay + chance.between(5, 5_000), () -> createDaemonSet(name));
    }

    void changeImage() {
        image(chance.of(DAEMON_SETS), chance.of(IMAGES));
    }

    void image(Name daemonSet, String image) {
        patch(
                Kinds.DAEMON_SET,
                daemonSet,
                "{'spec':{'template':{'spec':{'containers':[{'name':'main','image':'" + image
                        + "','resources':{'requests':{'cpu':'200m'}}}]}}}}",
                "");
    }

    void changeStrategy() {
        patch(
                Kinds.DAEMON_SET,
                chance.of(DAEMON_SETS),
                "{'spec':{'updateStrategy':" + chance.of(STRATEGIES) + "}}",
                "");
    }

    void changeNodeSelector() {
        patch(
                Kinds.DAEMON_SET,
                chance.of(DAEMON_SETS),
                "{'spec':{'template':{'spec':{'nodeSelector':" + chance.of(SELECTORS) + "}}}}",
                "");
    }

    void createPod() {
        createPod(new Name(chance.of(NAMESPACES), "web-" + (1 + pods++ % POD_NAMES)));
    }

    private void createPod(Name name) {
        ObjectNode pod = json("{'apiVersion':'v1','kind':'Pod','metadata':{'name':'" + name.name() + "','namespace':'"
                + name.namespace() + "'},'spec':{'containers':[{'name':'main','image':'app:1'}]}}");
        ArrayNode containers = (ArrayNode) Json.at(pod, "spec", "containers");
        ((ObjectNode) containers.get(0))
                .putObject("resources")
                .putObject("requests")
                .put("cpu", (1 + chance.below(4)) * 150 + "m");
        ObjectNode spec = Json.child(pod, "spec");
        priorities.ofPod(pod);
        neighbours.ofPod(pod);
        spec.set("tolerations", json("{'all':" + chance.of(TOLERATIONS) + "}").get("all"));
        create(Kinds.POD, name, pod);
    }

    void deletePod() {
        List<StoredObject> all = new ArrayList<>();
        version().list(Kinds.POD, "").forEach(all::add);
        if (!all.isEmpty()) {
            StoredObject pod = chance.of(all);
            boolean force = chance.oneIn(6) && !(pod instanceof StoredDaemonPod);
            delete(Kinds.POD, nameOf(pod), force ? Long.valueOf(0) : null);
        }
    }

    /** What the others need. */
    void createFirstObjects() {
        createNamespace("default");
        createNamespace(SHORT_LIVED);
        createPriorityClasses();
    }

    private void createPriorityClasses() {
        for (ObjectNode one : priorities.classes()) {
            create(Kinds.PRIORITY_CLASS, new Name("", Json.text(one, "metadata", "name")), one);
        }
    }

    void createOrDeleteNamespace() {
        if (chance.oneIn(3)) {
            delete(Kinds.NAMESPACE, new Name("", SHORT_LIVED), null);
        } else {
            createNamespace(SHORT_LIVED);
        }
    }

    private void createNamespace(String name) {
        create(
                Kinds.NAMESPACE,
                new Name("", name),
                json("{'apiVersion':'v1','kind':'Namespace','metadata':{'name':'" + name + "'}}"));
    }

    /** A ConfigMap, owned by others or not, or a deletion of one in any of the ways. */
    void ownerOrDependent() {
        List<StoredObject> all = new ArrayList<>();
        version().list(Kinds.CONFIG_MAP, "").forEach(all::add);
        if (!all.isEmpty() && chance.oneIn(3)) {
            delete(
                    Kinds.CONFIG_MAP,
                    nameOf(chance.of(all)),
                    null,
                    chance.of(List.of(ObjectWrite.Propagation.values())));
            return;
        }
        Name name = new Name(chance.of(NAMESPACES), "config-" + chance.below(8));
        ObjectNode object = json("{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'" + name.name()
                + "','namespace':'" + name.namespace() + "'}}");
        ArrayNode owners = Json.child(object, "metadata").putArray("ownerReferences");
        for (StoredObject owner : all) {
            if (chance.oneIn(all.size()) && !owner.terminating()) {
                owners.addObject()
                        .put("apiVersion", "v1")
                        .put("kind", "ConfigMap")
                        .put("name", owner.name())
                        .put("uid", owner.uid())
                        .put("blockOwnerDeletion", chance.oneIn(2));
            }
        }
        create(Kinds.CONFIG_MAP, name, object);
    }

    /** A Pod of the name that a node's next daemon Pod will have. */
    void takeName(String node) {
        CatalogVersion version = version();
        for (DaemonSetState daemonSet : version.daemonSets().values()) {
            if (daemonSet.current() != null && chance.oneIn(2)) {
                long next = version.node(node).incarnation() + 1 + chance.below(2);
                createPod(new Name(
                        daemonSet.namespace(),
                        DaemonPodNames.name(
                                daemonSet.name(), daemonSet.current().uid(), node, next)));
            }
        }
    }

    /** A finalizer keeps an object for a while, or until the repair. */
    void hold() {
        List<StoredObject> all = new ArrayList<>();
        CatalogVersion version = version();
        List.of(Kinds.POD, Kinds.POD, Kinds.DAEMON_SET, Kinds.NODE)
                .forEach(kind -> version.list(kind, "").forEach(all::add));
        if (!all.isEmpty()) {
            StoredObject held = chance.of(all);
            patch(held.kind(), nameOf(held), "{'metadata':{'finalizers':['" + HOLD + "']}}", "");
            if (chance.oneIn(2)) {
                cluster.queue.in(chance.between(500, 40_000), () -> release(held));
            }
        }
    }

    private void release(StoredObject held) {
        write(HOLDER, held.kind(), nameOf(held), "{'metadata':{'finalizers':null}}", "");
    }

    /**
     * Ends what would keep the cluster from becoming whole: broken images, finalizers, classes that were never made.
     */
    void repair() {
        CatalogVersion version = cluster.jvm(0).current();
        for (Kind kind : List.of(Kinds.POD, Kinds.DAEMON_SET, Kinds.NODE)) {
            for (StoredObject object : version.list(kind, "")) {
                if (!Json.at(object.tree(), "metadata", "finalizers").isEmpty()) {
                    release(object);
                }
            }
        }
        createPriorityClasses();
        DAEMON_SETS.forEach(name -> image(name, "app:good"));
    }

    private static Name nameOf(StoredObject object) {
        return new Name(object.namespace(), object.name());
    }

    private void create(Kind kind, Name name, ObjectNode object) {
        gateway.write(ADMIN, kind, name.namespace(), name.name(), new ObjectWrite.Create(object, chance.uid()), null);
    }

    private void patch(Kind kind, Name name, String body, String subresource) {
        write(ADMIN, kind, name, body, subresource);
    }

    private void write(Caller caller, Kind kind, Name name, String body, String subresource) {
        ObjectWrite.Patch patch = new ObjectWrite.Patch(
                subresource, PatchType.MERGE, json(body), FieldValidation.IGNORE, Precondition.NONE);
        gateway.write(caller, kind, name.namespace(), name.name(), patch, null);
    }

    private void delete(Kind kind, Name name, Long grace) {
        delete(kind, name, grace, ObjectWrite.Propagation.DEFAULT);
    }

    private void delete(Kind kind, Name name, Long grace, ObjectWrite.Propagation propagation) {
        gateway.write(
                ADMIN,
                kind,
                name.namespace(),
                name.name(),
                new ObjectWrite.Delete(Precondition.NONE, grace, propagation),
                null);
    }
}
