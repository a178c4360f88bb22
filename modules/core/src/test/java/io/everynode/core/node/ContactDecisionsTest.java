package io.everynode.core.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.event.Decision;
import io.everynode.core.lifecycle.NodeConditions;
import io.everynode.core.placement.Taint;
import io.everynode.objects.Json;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContactDecisionsTest {

    private static final long GRACE = 40_000;

    private static ObjectNode tree(TestNode node) {
        return node.state.object().tree();
    }

    private static String lose(TestNode node) {
        return lose(node, node.state.objectSequence(), Long.MAX_VALUE);
    }

    private static String lose(TestNode node, long sequence, long heardAgo) {
        return node.apply(ContactDecisions.lostContact(
                node.state, new NodeCommand.LostContact(node.meta(), sequence, GRACE), heardAgo, node.now));
    }

    private static String taint(TestNode node, String key) {
        return node.apply(ContactDecisions.setEvictingTaint(
                node.state, new NodeCommand.SetEvictingTaint(node.meta(), node.state.objectSequence(), key), node.now));
    }

    private static List<String> taints(TestNode node) {
        List<String> taints = new ArrayList<>();
        for (JsonNode taint : Json.at(tree(node), "spec", "taints")) {
            taints.add(Json.text(taint, "key").replace("node.kubernetes.io/", "") + ":" + Json.text(taint, "effect")
                    + (taint.has("timeAdded")
                            ? "@" + Json.text(taint, "timeAdded").substring(11, 19)
                            : ""));
        }
        return taints;
    }

    private static JsonNode condition(JsonNode object, String type) {
        for (JsonNode condition : Json.at(object, "status", "conditions")) {
            if (Json.text(condition, "type").equals(type)) {
                return condition;
            }
        }
        throw new AssertionError(type);
    }

    private static void ready(TestNode node, String status) {
        node.patch("status", "{'status':{'conditions':[{'type':'Ready','status':'" + status + "'}]}}");
    }

    @Test
    void theKubeletsConditionsBecomeUnknown() {
        TestNode node = TestNode.joined();
        node.patch(
                "status",
                "{'status':{'conditions':[{'type':'Ready','status':'True'},{'type':'DiskPressure','status':'False',"
                        + "'lastHeartbeatTime':'2026-03-01T11:59:00Z'},{'type':'NetworkUnavailable','status':'False'}]}}");
        assertThat(lose(node)).isEmpty();
        assertThat(node.state.facts().ready()).isFalse();
        for (String type : List.of("Ready", "DiskPressure")) {
            assertThat(condition(tree(node), type).path("status").asText()).isEqualTo("Unknown");
            assertThat(condition(tree(node), type).path("reason").asText()).isEqualTo("NodeStatusUnknown");
            assertThat(condition(tree(node), type).path("message").asText())
                    .isEqualTo("Kubelet stopped posting node status.");
            assertThat(condition(tree(node), type).path("lastTransitionTime").asText())
                    .isEqualTo("2026-03-01T12:00:00Z");
        }
        assertThat(condition(tree(node), "DiskPressure")
                        .path("lastHeartbeatTime")
                        .asText())
                .isEqualTo("2026-03-01T11:59:00Z");
        for (String type : List.of("MemoryPressure", "PIDPressure")) {
            assertThat(condition(tree(node), type).path("status").asText()).isEqualTo("Unknown");
            assertThat(condition(tree(node), type).path("reason").asText()).isEqualTo("NodeStatusNeverUpdated");
            assertThat(condition(tree(node), type).path("message").asText())
                    .isEqualTo("Kubelet never posted node status.");
        }
        assertThat(condition(tree(node), "NetworkUnavailable").path("status").asText())
                .isEqualTo("False");
        assertThat(taints(node)).containsExactly("unreachable:NoSchedule");
        int events = node.history.size();
        assertThat(lose(node)).as("again").isEmpty();
        assertThat(node.history).hasSize(events);
    }

    @Test
    void readyDaemonPodsBecomeNotReadyInTheSamePersist() {
        TestNode node = TestNode.joined();
        node.converge("ds-1", 1, TestNode.run("h1"));
        node.converge("ds-2", 1, TestNode.run("h2"));
        DaemonPod pod = node.state.podsOf("ds-1").get(0);
        node.report(pod, "Running", true);
        int before = node.history.size();
        Decision<NodeEvent, String> decision = ContactDecisions.lostContact(
                node.state,
                new NodeCommand.LostContact(node.meta(), node.state.objectSequence(), GRACE),
                Long.MAX_VALUE,
                node.now);
        assertThat(decision.events()).hasSize(2);
        node.apply(decision);
        assertThat(node.history).hasSize(before + 2);
        DaemonPod after = node.state.podsOf("ds-1").get(0);
        assertThat(after.ready()).isFalse();
        assertThat(after.phase()).isEqualTo("Running");
        assertThat(NodeConditions.status(
                        Json.object().set("status", after.status().tree()), "Ready"))
                .isEqualTo("False");
    }

    @ParameterizedTest(name = "planned {0} versions ago, heard {1} ms ago: {2}")
    @CsvSource({"1, 99999999, the node has changed since", "0, 39999, the node was heard 39999 ms ago", "0, 40000, ''"})
    void aNodeThatWasHeardSinceIsNotLost(long behind, long heardAgo, String refusal) {
        TestNode node = TestNode.joined();
        assertThat(lose(node, node.state.objectSequence() - behind, heardAgo)).isEqualTo(refusal);
        assertThat(node.state.facts().ready()).isEqualTo(!refusal.isEmpty());
    }

    @Test
    void lateCommandsAndAbsentNodesAreRefused() {
        TestNode node = TestNode.joined();
        NodeCommand.LostContact late = new NodeCommand.LostContact(node.meta(), node.state.objectSequence(), GRACE);
        assertThat(ContactDecisions.lostContact(node.state, late, Long.MAX_VALUE, node.now.plusSeconds(31))
                        .events())
                .isEmpty();
        assertThat(ContactDecisions.lostContact(NodeState.ABSENT, late, Long.MAX_VALUE, node.now)
                        .reply())
                .isEqualTo("there is no such node");
    }

    @Test
    void theEvictingTaintIsGrantedChangesWithTheConditionAndGoesAtOnce() {
        TestNode node = TestNode.joined();
        lose(node);
        assertThat(taint(node, Taint.NOT_READY))
                .isEqualTo("the node's Ready condition does not ask for " + Taint.NOT_READY);
        assertThat(taint(node, Taint.UNREACHABLE)).isEmpty();
        assertThat(taints(node)).containsExactly("unreachable:NoSchedule", "unreachable:NoExecute@12:00:00");
        node.now = node.now.plusSeconds(5);
        int events = node.history.size();
        assertThat(taint(node, Taint.UNREACHABLE)).isEmpty();
        assertThat(node.history).as("it has it").hasSize(events);
        ready(node, "False");
        assertThat(taints(node)).containsExactly("not-ready:NoSchedule", "not-ready:NoExecute@12:00:05");
        lose(node);
        assertThat(taints(node)).containsExactly("unreachable:NoSchedule", "unreachable:NoExecute@12:00:05");
        int before = node.history.size();
        ready(node, "True");
        assertThat(taints(node)).isEmpty();
        assertThat(node.history).as("in one event").hasSize(before + 1);
    }

    @Test
    void whatWasGrantedCanBeTakenAway() {
        TestNode node = TestNode.joined();
        node.patch("", "{'spec':{'taints':[{'key':'mine','effect':'NoExecute'}]}}");
        lose(node);
        taint(node, Taint.UNREACHABLE);
        assertThat(taint(node, "")).isEmpty();
        assertThat(taints(node)).containsExactlyInAnyOrder("mine:NoExecute@12:00:00", "unreachable:NoSchedule");
    }

    @Test
    void aClientsEvictingTaintGetsItsTimeAndKeepsIt() {
        TestNode node = TestNode.joined();
        node.patch("", "{'spec':{'taints':[{'key':'k','effect':'NoExecute'},{'key':'s','effect':'NoSchedule'}]}}");
        assertThat(taints(node)).containsExactly("k:NoExecute@12:00:00", "s:NoSchedule");
        node.now = node.now.plusSeconds(60);
        int events = node.history.size();
        node.patch("", "{'spec':{'taints':[{'key':'k','effect':'NoExecute'},{'key':'s','effect':'NoSchedule'}]}}");
        assertThat(node.history).as("nothing changes").hasSize(events);
        node.patch("", "{'spec':{'taints':[{'key':'k','value':'v','effect':'NoExecute'}]}}");
        assertThat(taints(node)).as("another value is another taint").containsExactly("k:NoExecute@12:01:00");
    }

    @Test
    void aHeartbeatAloneMakesNoEvent() {
        TestNode node = TestNode.joined();
        node.patch(
                "status",
                "{'status':{'conditions':[{'type':'Ready','status':'True','lastHeartbeatTime':'2026-03-01T12:00:00Z'}]}}");
        int events = node.history.size();
        node.patch(
                "status",
                "{'status':{'conditions':[{'type':'Ready','status':'True','lastHeartbeatTime':'2026-03-01T12:05:00Z'}]}}");
        assertThat(node.history).hasSize(events);
        node.patch(
                "status",
                "{'status':{'conditions':[{'type':'Ready','status':'True','reason':'r',"
                        + "'lastHeartbeatTime':'2026-03-01T12:05:00Z'}]}}");
        assertThat(node.history).hasSize(events + 1);
    }
}
