package io.everynode.core.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.event.EventMeta;
import io.everynode.core.object.JsonBytes;
import io.everynode.core.placement.DaemonTolerations;
import io.everynode.core.placement.Resources;
import io.everynode.objects.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * An object's bytes at a version never change, so renderer 1's output is a golden file. Written with
 * -Deverynode.golden=write; a difference means that a new renderer is needed, not a new file.
 */
class DaemonPodRendererTest {

    private static final Path GOLDEN = Path.of("src/test/resources/io/everynode/core/node/daemon-pod-renderer-1.json");

    private static final JsonNode TEMPLATE = DaemonTolerations.addTo(
            TestNode.json("{'metadata':{'labels':{'name':'fluentd'},'annotations':{'note':'x'}},'spec':{"
                    + "'tolerations':[{'key':'node-role.kubernetes.io/master','effect':'NoSchedule'}],"
                    + "'affinity':{'nodeAffinity':{'requiredDuringSchedulingIgnoredDuringExecution':{"
                    + "'nodeSelectorTerms':[{'matchExpressions':[{'key':'disk','operator':'Exists'}]}]}},"
                    + "'podAntiAffinity':{}},"
                    + "'containers':[{'name':'c','image':'i:1','resources':{'requests':{'cpu':'100m'}}}],"
                    + "'terminationGracePeriodSeconds':30}}"));

    private static NodeEvent.DaemonPodCreated created(String waiting, int renderer) {
        return new NodeEvent.DaemonPodCreated(
                "ds-uid",
                "kube-system",
                "fluentd",
                3,
                "5d8c9f",
                "template-hash",
                4,
                renderer,
                Resources.ZERO,
                List.of(),
                0,
                30,
                "fluentd-abcdefghijk",
                "pod-uid",
                7,
                waiting);
    }

    private static DaemonPod pod(String waiting) {
        return DaemonPod.created(created(waiting, 1), 1_772_366_400_123L, 9);
    }

    private static ObjectNode render(DaemonPod pod) {
        return DaemonPodRenderer.render(pod, "worker-1", TEMPLATE);
    }

    @Test
    void bytesOfRenderer1NeverChange() throws IOException {
        DaemonPod bound = pod("");
        DaemonPod reported = bound.withStatus(
                JsonBytes.of(TestNode.json(
                        "{'phase':'Running','conditions':[{'type':'Ready','status':'True'}],'podIP':'10.0.0.7'}")),
                "Running",
                true,
                1_772_366_401_000L,
                10);
        DaemonPod terminating = reported.withDeletion(1_772_366_431_000L, 30, 11);
        List<String> now =
                List.of(bound, pod("0/1 nodes are available: 1 Insufficient cpu."), reported, terminating).stream()
                        .map(pod -> new String(Json.encode(render(pod)), StandardCharsets.UTF_8))
                        .toList();
        if ("write".equals(System.getProperty("everynode.golden"))) {
            Files.createDirectories(GOLDEN.getParent());
            Files.write(GOLDEN, now, StandardCharsets.UTF_8);
        }
        assertThat(now).isEqualTo(Files.readAllLines(GOLDEN, StandardCharsets.UTF_8));
    }

    /** The same as renderer 1 wrote, but for what is asserted. */
    @Test
    void renderer2KnowsFinalizersAndTheClassOfServiceOfAnyPod() {
        List<DaemonPod> pods = List.of(
                DaemonPod.created(
                        new NodeEvent.DaemonPodMade(created("", 2), List.of("example.com/a", "example.com/b")), 1, 1),
                DaemonPod.created(new NodeEvent.DaemonPodMade(created("", 2), List.of()), 1, 1),
                DaemonPod.created(created("", 1), 1, 1));
        ObjectNode template = (ObjectNode) TEMPLATE.deepCopy();
        Json.child(template, "spec")
                .set(
                        "containers",
                        TestNode.json("{'x':[{'name':'c','image':'i:1','resources':{'requests':{'cpu':'0'}}}]}")
                                .get("x"));
        List<ObjectNode> rendered = pods.stream()
                .map(pod -> DaemonPodRenderer.render(pod, "worker-1", template))
                .toList();
        assertThat(rendered)
                .extracting(pod -> Json.at(pod, "metadata", "finalizers").toString())
                .containsExactly("[\"example.com/a\",\"example.com/b\"]", "", "");
        assertThat(rendered)
                .extracting(pod -> Json.text(pod, "status", "qosClass"))
                .as("a request of nothing is none")
                .containsExactly("BestEffort", "BestEffort", "Burstable");
        rendered.forEach(pod -> {
            Json.child(pod, "metadata").remove("finalizers");
            Json.child(pod, "status").remove("qosClass");
        });
        assertThat(rendered.get(0)).isEqualTo(rendered.get(1)).isEqualTo(rendered.get(2));
    }

    @Test
    void bytesOfRenderer2NeverChange() throws IOException {
        NodeEvent.PodCreation made = new NodeEvent.DaemonPodMade(created("", 2), List.of("example.com/a"));
        List<String> now = List.of(new String(
                Json.encode(render(DaemonPod.created(made, 1_772_366_400_123L, 9))), StandardCharsets.UTF_8));
        Path golden = GOLDEN.resolveSibling("daemon-pod-renderer-2.json");
        if ("write".equals(System.getProperty("everynode.golden"))) {
            Files.write(golden, now, StandardCharsets.UTF_8);
        }
        assertThat(now).isEqualTo(Files.readAllLines(golden, StandardCharsets.UTF_8));
    }

    @Test
    void aPodCarriesWhatTheTemplateDoesNot() {
        ObjectNode pod = render(pod(""));
        assertThat(Json.at(pod, "spec", "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution")
                        .toString())
                .isEqualTo("{\"nodeSelectorTerms\":[{\"matchFields\":[{\"key\":\"metadata.name\","
                        + "\"operator\":\"In\",\"values\":[\"worker-1\"]}]}]}");
        assertThat(Json.at(pod, "spec", "affinity").has("podAntiAffinity")).isTrue();
        assertThat(Json.at(pod, "spec", "tolerations").findValuesAsText("key"))
                .containsExactly(
                        "node-role.kubernetes.io/master",
                        "node.kubernetes.io/not-ready",
                        "node.kubernetes.io/unreachable",
                        "node.kubernetes.io/disk-pressure",
                        "node.kubernetes.io/memory-pressure",
                        "node.kubernetes.io/pid-pressure",
                        "node.kubernetes.io/unschedulable");
        assertThat(Json.at(pod, "metadata", "labels").toString())
                .isEqualTo("{\"name\":\"fluentd\",\"controller-revision-hash\":\"5d8c9f\","
                        + "\"pod-template-generation\":\"4\"}");
        JsonNode owner = Json.at(pod, "metadata", "ownerReferences").get(0);
        assertThat(owner.toString())
                .isEqualTo("{\"apiVersion\":\"apps/v1\",\"kind\":\"DaemonSet\",\"name\":\"fluentd\","
                        + "\"uid\":\"ds-uid\",\"controller\":true,\"blockOwnerDeletion\":true}");
        assertThat(Json.text(pod, "spec", "nodeName")).isEqualTo("worker-1");
        assertThat(Json.text(pod, "status", "qosClass")).isEqualTo("Burstable");
    }

    @Test
    void aWaitingPodHasNoNodeAndSaysWhy() {
        ObjectNode pod = render(pod("0/1 nodes are available: 1 Too many pods."));
        assertThat(Json.at(pod, "spec").has("nodeName")).isFalse();
        JsonNode scheduled = Json.at(pod, "status", "conditions").get(0);
        assertThat(Json.text(scheduled, "type")).isEqualTo("PodScheduled");
        assertThat(Json.text(scheduled, "status")).isEqualTo("False");
        assertThat(Json.text(scheduled, "message")).contains("Too many pods");
    }

    @Test
    void renderingChangesNeitherTemplateNorEarlierResults() {
        byte[] before = Json.encode(TEMPLATE);
        ObjectNode first = render(pod(""));
        byte[] bytes = Json.encode(first);
        ((ObjectNode) first.get("spec")).put("x", "y");
        ((ObjectNode) first.get("metadata").get("labels")).put("x", "y");
        assertThat(Json.encode(render(pod("")))).isEqualTo(bytes);
        assertThat(Json.encode(TEMPLATE)).isEqualTo(before);
    }

    @Test
    void anUnknownRendererIsADefect() {
        NodeEvent.DaemonPodCreated c = created("", 1);
        NodeEvent.DaemonPodCreated later = new NodeEvent.DaemonPodCreated(
                c.daemonSetUid(),
                c.namespace(),
                c.daemonSet(),
                c.generation(),
                c.revision(),
                c.template(),
                c.templateGeneration(),
                3,
                c.requests(),
                c.ports(),
                c.priority(),
                c.graceSeconds(),
                c.name(),
                c.uid(),
                c.incarnation(),
                c.waiting());
        assertThatIllegalStateException().isThrownBy(() -> render(DaemonPod.created(later, 1, 1)));
    }

    @Test
    void anEditSurvivesARestart() {
        TestNode node = TestNode.joined();
        node.converge("ds", 1, TestNode.run("A"));
        node.writePod(
                node.pod("ds"), TestNode.patchOf("", "{'metadata':{'annotations':{'e':'f'}}}"), TestNode.template());
        EventMeta last = node.history.get(node.history.size() - 1).meta();
        assertThat(last.reason()).isEqualTo("Pod written");
        assertThat(node.recovered()).isEqualTo(node.state);
    }
}
