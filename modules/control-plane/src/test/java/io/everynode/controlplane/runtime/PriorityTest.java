package io.everynode.controlplane.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.controlplane.WriteResult;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.core.object.ObjectWrite;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** PriorityClasses with real actors: how Pods and DaemonSets get their priority. */
class PriorityTest {

    @RegisterExtension
    static final TestServer cp = TestServer.forClass("");

    private static WriteResult priorityClass(String name, int value, String more) {
        ObjectNode tree = TestServer.json(
                "{'apiVersion':'scheduling.k8s.io/v1','kind':'PriorityClass','metadata':{'name':'%s'},'value':%d%s}"
                        .formatted(name, value, more));
        return cp.write(Kinds.PRIORITY_CLASS, "", name, new ObjectWrite.Create(tree, ""));
    }

    private static WriteResult pod(String name, String more) {
        ObjectNode tree = TestServer.json(
                "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'%s','namespace':'default'},'spec':{%s'containers':[{'name':'c','image':'i'}]}}"
                        .formatted(name, more));
        return cp.write(Kinds.POD, "default", name, new ObjectWrite.Create(tree, ""));
    }

    @Test
    void theSystemsClassesAreThereAndStay() {
        ApiStatus status = TestServer.refused(cp.delete(Kinds.PRIORITY_CLASS, "", "system-node-critical", null));
        assertThat(status.code()).isEqualTo(403);
        assertThat(status.message())
                .isEqualTo("priorityclasses.scheduling.k8s.io \"system-node-critical\" is forbidden:"
                        + " this is a system priority class and cannot be deleted");
        assertThat(cp.server.catalog().get(Kinds.PRIORITY_CLASS, "", "system-cluster-critical"))
                .hasValueSatisfying(
                        one -> assertThat(one.tree().path("value").asInt()).isEqualTo(2_000_000_000));
        TestServer.stored(priorityClass("mine", 5, ""));
        assertThat(cp.delete(Kinds.PRIORITY_CLASS, "", "mine", null)).isInstanceOf(WriteResult.Removed.class);
    }

    @Test
    void podsGetThePriorityOfTheirClass() {
        priorityClass("high", 1000, ",'preemptionPolicy':'Never'");
        ObjectNode spec = Json.child(
                TestServer.stored(pod("rich", "'priorityClassName':'high',")).tree(), "spec");
        assertThat(spec.path("priority").asInt()).isEqualTo(1000);
        assertThat(Json.text(spec, "preemptionPolicy")).isEqualTo("Never");
        ObjectNode plain = Json.child(TestServer.stored(pod("plain", "")).tree(), "spec");
        assertThat(plain.path("priority").isInt()).isTrue();
        assertThat(Json.text(plain, "preemptionPolicy")).isEqualTo("PreemptLowerPriority");
        assertThat(TestServer.refused(pod("x", "'priorityClassName':'y',")).message())
                .isEqualTo("pods \"x\" is forbidden: no PriorityClass with name y was found");
        assertThat(TestServer.refused(pod("x", "'priority':3,")).code()).isEqualTo(403);
    }

    @Test
    void thereIsOneGlobalDefault() {
        TestServer.stored(priorityClass("usual", 7, ",'globalDefault':true"));
        try {
            assertThat(TestServer.refused(priorityClass("other", 8, ",'globalDefault':true"))
                            .message())
                    .isEqualTo("priorityclasses.scheduling.k8s.io \"other\" is forbidden:"
                            + " PriorityClass usual is already marked as default. Only one default can exist");
            ObjectNode spec = Json.child(TestServer.stored(pod("usual", "")).tree(), "spec");
            assertThat(spec.path("priority").asInt()).isEqualTo(7);
            assertThat(Json.text(spec, "priorityClassName")).isEqualTo("usual");
        } finally {
            cp.delete(Kinds.PRIORITY_CLASS, "", "usual", null);
        }
    }

    @Test
    void aDaemonSetWithoutItsClassMakesNoPodUntilItIsThere() {
        cp.node("n1");
        cp.create(
                Kinds.DAEMON_SET,
                "{'apiVersion':'apps/v1','kind':'DaemonSet','metadata':{'name':'agent','namespace':'default'},"
                        + "'spec':{'selector':{'matchLabels':{'a':'b'}},'template':{'metadata':{'labels':{'a':'b'}},"
                        + "'spec':{'priorityClassName':'later','containers':[{'name':'c','image':'i:1'}]}}}}");
        TestServer.until(() -> event("FailedCreate")
                .equals("Error creating: pods \"agent-\" is forbidden: no PriorityClass with name later was found"));
        assertThat(daemonPod()).isNull();
        priorityClass("later", 77, "");
        TestServer.until(() -> daemonPod() != null);
        ObjectNode spec = Json.child(daemonPod(), "spec");
        assertThat(spec.path("priority").asInt()).isEqualTo(77);
        assertThat(Json.text(spec, "preemptionPolicy")).isEqualTo("PreemptLowerPriority");
    }

    private static String event(String reason) {
        for (StoredObject event : cp.server.catalog().list(Kinds.EVENT, "default")) {
            if (Json.text(event.tree(), "reason").equals(reason)) {
                return Json.text(event.tree(), "message");
            }
        }
        return "";
    }

    private static ObjectNode daemonPod() {
        for (StoredObject pod : cp.server.catalog().list(Kinds.POD, "default")) {
            if (pod.name().startsWith("agent-")) {
                return pod.tree();
            }
        }
        return null;
    }
}
