package io.everynode.controlplane.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.controlplane.WriteResult;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.core.object.ObjectWrite;
import io.everynode.core.object.Precondition;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Ordinary Pods from their creation to their node, with real actors. Each test has nodes and Pods of its own. */
class SchedulingTest {

    @RegisterExtension
    static final TestServer cp = TestServer.forClass("");

    private static void pod(String name, String cpu, String more) {
        cp.create(
                Kinds.POD,
                ("{'apiVersion':'v1','kind':'Pod','metadata':{'name':'%s','namespace':'default'},'spec':{%s"
                                + "'containers':[{'name':'c','image':'i','resources':{'requests':{'cpu':'%s'}}}]}}")
                        .formatted(name, more, cpu));
    }

    /** Restricts a Pod to one node. */
    private static String on(String node) {
        return "'nodeSelector':{'node':'" + node + "'},";
    }

    private static void node(String name) {
        cp.node(name);
        cp.patch(Kinds.NODE, "", name, "", "{'metadata':{'labels':{'node':'" + name + "'}}}");
    }

    private static String nodeOf(String pod) {
        return cp.server
                .catalog()
                .get(Kinds.POD, "default", pod)
                .map(StoredObject::tree)
                .map(tree -> Json.text(tree, "spec", "nodeName"))
                .orElse("gone");
    }

    private static String condition(String pod, String type) {
        for (var condition : Json.at(
                cp.server.catalog().get(Kinds.POD, "default", pod).orElseThrow().tree(), "status", "conditions")) {
            if (Json.text(condition, "type").equals(type)) {
                return Json.text(condition, "status") + " " + Json.text(condition, "reason") + " "
                        + Json.text(condition, "message");
            }
        }
        return "";
    }

    private static WriteResult bind(String pod, String node) {
        return cp.write(Kinds.POD, "default", pod, new ObjectWrite.Bind(Precondition.NONE, node, Json.object()));
    }

    @Test
    void aClientOfItsOwnBindsItsPods() {
        node("bind-1");
        pod("mine", "3", "'schedulerName':'mine',");
        pod("mine-too", "3", "'schedulerName':'mine',");
        assertThat(Json.text(TestServer.stored(bind("mine", "bind-1")).tree(), "spec", "nodeName"))
                .isEqualTo("bind-1");
        assertThat(TestServer.refused(bind("mine", "bind-1")).message())
                .isEqualTo("Operation cannot be fulfilled on pods/binding \"mine\":"
                        + " pod mine is already assigned to node \"bind-1\"");
        assertThat(TestServer.refused(bind("mine-too", "bind-1")).message()).contains("node bind-1: Insufficient cpu");
        TestServer.until(
                () -> !TestServer.refused(bind("mine-too", "nowhere")).message().contains("is being assigned"));
        assertThat(nodeOf("mine-too")).isEmpty();
        assertThat(condition("mine-too", "PodScheduled")).isEmpty();
    }

    @Test
    void aPodMadeWithItsNodeTakesRoomThere() {
        node("made-1");
        pod("made", "3", "'nodeName':'made-1',");
        TestServer.until(() -> cp.server.catalogVersion().node("made-1").podCount() == 1);
        pod("later", "2", on("made-1"));
        TestServer.until(() -> condition("later", "PodScheduled").startsWith("False Unschedulable"));
        cp.delete(Kinds.POD, "default", "made", 0L);
        TestServer.until(() -> nodeOf("later").equals("made-1"));
    }

    private static void priorityClass(String name, int value) {
        cp.create(
                Kinds.PRIORITY_CLASS,
                "{'apiVersion':'scheduling.k8s.io/v1','kind':'PriorityClass','metadata':{'name':'%s'},'value':%d}"
                        .formatted(name, value));
    }

    private static String event(String reason, String pod) {
        for (StoredObject event : cp.server.catalog().list(Kinds.EVENT, "default")) {
            if (Json.text(event.tree(), "reason").equals(reason)
                    && Json.text(event.tree(), "involvedObject", "name").equals(pod)) {
                return Json.text(event.tree(), "message");
            }
        }
        return "";
    }

    private static ObjectNode tree(String pod) {
        return cp.server.catalog().get(Kinds.POD, "default", pod).orElseThrow().tree();
    }

    @Test
    void aPodOfHigherPriorityGetsTheRoomOfALowerOne() {
        priorityClass("web-high", 1000);
        node("pre-1");
        pod("low", "3", on("pre-1"));
        TestServer.until(() -> nodeOf("low").equals("pre-1"));
        // A budget that lets nothing go is avoided where that is possible; here it is not.
        cp.patch(Kinds.POD, "default", "low", "", "{'metadata':{'labels':{'app':'low'}}}");
        cp.create(
                Kinds.POD_DISRUPTION_BUDGET,
                "{'apiVersion':'policy/v1','kind':'PodDisruptionBudget','metadata':{'name':'guard','namespace':'default'},"
                        + "'spec':{'minAvailable':1,'selector':{'matchLabels':{'app':'low'}}}}");
        TestServer.until(() -> cp.server
                .catalog()
                .get(Kinds.POD_DISRUPTION_BUDGET, "default", "guard")
                .filter(budget ->
                        Json.at(budget.tree(), "status", "expectedPods").asInt() == 1)
                .isPresent());
        pod("high", "2", on("pre-1") + "'priorityClassName':'web-high',");
        TestServer.until(() -> Json.at(tree("low"), "metadata").has("deletionTimestamp"));
        assertThat(condition("low", "DisruptionTarget"))
                .isEqualTo("True PreemptionByScheduler"
                        + " default-scheduler: preempting to accommodate a higher priority pod");
        String uid = Json.text(tree("high"), "metadata", "uid");
        TestServer.until(() -> event("Preempted", "low").equals("Preempted by pod " + uid + " on node pre-1"));
        TestServer.until(
                () -> Json.text(tree("high"), "status", "nominatedNodeName").equals("pre-1"));
        assertThat(nodeOf("high")).isEmpty();
        cp.delete(Kinds.POD, "default", "low", 0L);
        TestServer.until(() -> nodeOf("high").equals("pre-1"));
        assertThat(Json.at(tree("high"), "status").has("nominatedNodeName")).isFalse();
    }

    @Test
    void aDaemonPodOfHigherPriorityGetsItsRoomAndKeepsIt() {
        priorityClass("agent-high", 2000);
        node("pre-2");
        pod("web", "3", on("pre-2"));
        TestServer.until(() -> nodeOf("web").equals("pre-2"));
        cp.create(
                Kinds.DAEMON_SET,
                "{'apiVersion':'apps/v1','kind':'DaemonSet','metadata':{'name':'agent','namespace':'default'},"
                        + "'spec':{'selector':{'matchLabels':{'a':'b'}},'template':{'metadata':{'labels':{'a':'b'}},"
                        + "'spec':{'nodeSelector':{'node':'pre-2'},'priorityClassName':'agent-high',"
                        + "'containers':[{'name':'c','image':'i:1','resources':{'requests':{'cpu':'2'}}}]}}}}");
        TestServer.until(() -> Json.at(tree("web"), "metadata").has("deletionTimestamp"));
        pod("next", "1500m", on("pre-2"));
        TestServer.until(() -> condition("next", "PodScheduled").startsWith("False Unschedulable"));
        cp.delete(Kinds.POD, "default", "web", 0L);
        TestServer.until(() -> cp.server.catalogVersion().node("pre-2").pods().values().stream()
                .anyMatch(one -> one.bound()));
        TestServer.until(() -> nodeOf("next").equals("pre-2"));
        assertThat(cp.server.catalogVersion().node("pre-2").nominations()).isEmpty();
    }
}
