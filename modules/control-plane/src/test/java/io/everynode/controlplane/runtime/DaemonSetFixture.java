package io.everynode.controlplane.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.controlplane.WriteResult;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * One case of a test on a shared {@link TestServer}: a namespace, nodes of its own, which only its DaemonSets select,
 * and a DaemonSet "agent". The test plays the nodes' runtimes.
 */
final class DaemonSetFixture {

    static final String ON_DELETE = "{'type':'OnDelete'}";
    static final String ROLLING = "{'type':'RollingUpdate','rollingUpdate':{'maxUnavailable':1}}";

    final TestServer cp;
    final String name;

    DaemonSetFixture(TestServer cp, String name) {
        this.cp = cp;
        this.name = name;
        cp.create(Kinds.NAMESPACE, "{'apiVersion':'v1','kind':'Namespace','metadata':{'name':'%s'}}".formatted(name));
    }

    /** Ready nodes that the case's DaemonSets select: the case's name with a number. */
    DaemonSetFixture nodes(int count) {
        for (int i = 1; i <= count; i++) {
            node(name + "-" + i, "", "'allocatable':{'cpu':'4','memory':'8Gi','pods':'110'}");
        }
        return this;
    }

    /** @param spec of the node, "" for none */
    StoredObject node(String node, String spec, String status) {
        return cp.create(
                Kinds.NODE,
                ("{'apiVersion':'v1','kind':'Node','metadata':{'name':'%s','labels':{'case':'%s'}}%s,'status':{%s,"
                                + "'conditions':[{'type':'Ready','status':'True'}]}}")
                        .formatted(node, name, spec.isEmpty() ? "" : ",'spec':" + spec, status));
    }

    /** A DaemonSet for the case's nodes with one container of image i:1. */
    StoredObject daemonSet(String daemonSet, String strategy) {
        return daemonSet(daemonSet, strategy, "'nodeSelector':{'case':'" + name + "'}", "");
    }

    /** @param placement and {@code resources} as fields of the Pod's spec and of its container */
    StoredObject daemonSet(String daemonSet, String strategy, String placement, String resources) {
        return daemonSet(daemonSet, strategy, placement, resources, "");
    }

    /** Its Pods are held by these finalizers. */
    StoredObject held(String daemonSet, String strategy, String finalizers) {
        return daemonSet(
                daemonSet, strategy, "'nodeSelector':{'case':'" + name + "'}", "", ",'finalizers':" + finalizers);
    }

    private StoredObject daemonSet(
            String daemonSet, String strategy, String placement, String resources, String metadata) {
        return cp.create(
                Kinds.DAEMON_SET,
                ("{'apiVersion':'apps/v1','kind':'DaemonSet','metadata':{'name':'%s','namespace':'%s'},'spec':{"
                                + "'selector':{'matchLabels':{'app':'agent'}},'updateStrategy':%s,'template':{"
                                + "'metadata':{'labels':{'app':'agent'}%s},'spec':{%s,'containers':["
                                + "{'name':'c','image':'i:1'%s}]}}}}")
                        .formatted(daemonSet, name, strategy, metadata, placement, resources));
    }

    StoredObject patch(String daemonSet, String spec) {
        return TestServer.stored(cp.patch(Kinds.DAEMON_SET, name, daemonSet, "", "{'spec':" + spec + "}"));
    }

    StoredObject image(String daemonSet, String image) {
        return patch(daemonSet, "{'template':{'spec':{'containers':[{'name':'c','image':'" + image + "'}]}}}");
    }

    /** The Pods that the DaemonSet controls, by name. */
    List<StoredObject> pods(String daemonSet) {
        List<StoredObject> pods = new ArrayList<>();
        for (StoredObject pod : cp.server.catalog().list(Kinds.POD, name)) {
            if (Json.at(pod.tree(), "metadata", "ownerReferences")
                    .path(0)
                    .path("name")
                    .asText()
                    .equals(daemonSet)) {
                pods.add(pod);
            }
        }
        pods.sort(Comparator.comparing(StoredObject::name));
        return pods;
    }

    /** Those that neither finished nor terminate. */
    List<StoredObject> active(String daemonSet) {
        return pods(daemonSet).stream()
                .filter(pod -> !terminating(pod)
                        && !phase(pod).equals("Failed")
                        && !phase(pod).equals("Succeeded"))
                .toList();
    }

    static boolean terminating(StoredObject pod) {
        return Json.at(pod.tree(), "metadata").has("deletionTimestamp");
    }

    static String phase(StoredObject pod) {
        return Json.text(pod.tree(), "status", "phase");
    }

    static String nodeOf(StoredObject pod) {
        return Json.text(pod.tree(), "spec", "nodeName");
    }

    static String hashOf(StoredObject object) {
        return Json.text(object.tree(), "metadata", "labels", "controller-revision-hash");
    }

    static String imageOf(StoredObject pod) {
        return Json.text(Json.at(pod.tree(), "spec", "containers").get(0), "image");
    }

    WriteResult report(StoredObject pod, String phase, boolean ready) {
        return cp.patch(
                Kinds.POD,
                name,
                pod.name(),
                "status",
                "{'status':{'phase':'%s','conditions':[{'type':'Ready','status':'%s'}]}}"
                        .formatted(phase, ready ? "True" : "False"));
    }

    /** The runtimes: bound Pods become ready unless their image is "broken", terminating ones end. */
    void runtimes(String daemonSet) {
        for (StoredObject pod : pods(daemonSet)) {
            if (terminating(pod)) {
                cp.delete(Kinds.POD, name, pod.name(), 0L);
            } else if (phase(pod).equals("Pending")
                    && !nodeOf(pod).isEmpty()
                    && !imageOf(pod).equals("broken")) {
                report(pod, "Running", true);
            }
        }
    }

    int status(String daemonSet, String field) {
        return Json.at(
                        cp.server
                                .catalog()
                                .get(Kinds.DAEMON_SET, name, daemonSet)
                                .orElseThrow()
                                .tree(),
                        "status",
                        field)
                .asInt();
    }

    /** Until the runtimes have made so many Pods of the DaemonSet ready and its status tells so. */
    DaemonSetFixture untilReady(String daemonSet, int count) {
        TestServer.until(() -> {
            runtimes(daemonSet);
            return pods(daemonSet).size() == count
                    && active(daemonSet).size() == count
                    && status(daemonSet, "numberReady") == count
                    && status(daemonSet, "numberAvailable") == count;
        });
        return this;
    }

    /** The ControllerRevisions of the case, by number. */
    List<StoredObject> revisions() {
        List<StoredObject> revisions = new ArrayList<>();
        for (StoredObject revision : cp.server.catalog().list(Kinds.CONTROLLER_REVISION, name)) {
            revisions.add(revision);
        }
        revisions.sort(Comparator.comparingLong(
                revision -> revision.tree().path("revision").asLong()));
        return revisions;
    }

    void label(String node, String labels) {
        ObjectNode patched = TestServer.stored(
                        cp.patch(Kinds.NODE, "", node, "", "{'metadata':{'labels':" + labels + "}}"))
                .tree();
        assertThat(Json.text(patched, "metadata", "name")).isEqualTo(node);
    }
}
