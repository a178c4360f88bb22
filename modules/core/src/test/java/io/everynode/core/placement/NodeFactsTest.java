package io.everynode.core.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.everynode.objects.Json;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NodeFactsTest {

    private static final String NODE = """
            metadata: {name: node-1, uid: u-1, labels: {zone: a}}
            spec: {unschedulable: true, taints: [{key: gpu, value: big, effect: NoSchedule, timeAdded: t}]}
            status:
              capacity: {cpu: 9, pods: 999}
              allocatable: {cpu: 3920m, memory: 4Gi, ephemeral-storage: 10G, pods: "110", example.com/gpu: 2}
              conditions: [{type: MemoryPressure, status: "False"}, {type: Ready, status: "True"}]
            """;

    private static final NodeFacts FACTS = new NodeFacts(
            "node-1",
            "u-1",
            Map.of("zone", "a"),
            List.of(new Taint("gpu", "big", "NoSchedule")),
            true,
            new Resources(3920, 4L << 30, 10_000_000_000L, Map.of("example.com/gpu", 2L)),
            110,
            true);

    @Test
    void readsANode() {
        assertThat(Yaml.node(NODE)).isEqualTo(FACTS);
    }

    @Test
    void readsAnEmptyNode() {
        assertThat(Yaml.node("{}"))
                .isEqualTo(new NodeFacts("", "", Map.of(), List.of(), false, Resources.ZERO, 0, false));
    }

    @Test
    void takesCapacityWhereNothingIsAllocatable() {
        assertThat(Yaml.node("status: {capacity: {cpu: 2, pods: 7}}"))
                .returns(7L, NodeFacts::allocatablePods)
                .returns(2000L, facts -> facts.allocatable().milliCpu());
    }

    @Test
    void travelsAsPlainJson() throws Exception {
        byte[] json = Json.mapper().writeValueAsBytes(FACTS);
        assertThat(Json.mapper().readValue(json, NodeFacts.class)).isEqualTo(FACTS);
        assertThat(Json.parse(json).properties().stream().map(Map.Entry::getKey))
                .containsExactly(
                        "name", "uid", "labels", "taints", "unschedulable", "allocatable", "allocatablePods", "ready");
    }

    @Test
    void podRequirementsTravelAsPlainJson() throws Exception {
        PodRequirements requirements = Yaml.daemon("""
                priority: 2000001000
                hostNetwork: true
                nodeSelector: {a: b}
                tolerations: [{key: k, operator: Exists, effect: NoExecute, tolerationSeconds: 5}]
                affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: x, operator: In, values: [y]}]}]}}}
                containers: [{ports: [{containerPort: 9100}], resources: {requests: {cpu: 1, example.com/gpu: 1}}}]
                """);
        byte[] json = Json.mapper().writeValueAsBytes(requirements);
        assertThat(requirements.priority()).isEqualTo(2000001000);
        assertThat(requirements.tolerations().get(0).tolerationSeconds()).isEqualTo(5L);
        assertThat(Json.mapper().readValue(json, PodRequirements.class)).isEqualTo(requirements);
    }
}
