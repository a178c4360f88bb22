package io.everynode.nodes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HollowTopologyTest {

    @Test
    void theDefaultNodesAreThoseOfTheDocumentation() throws Exception {
        List<HollowNodeSpec> nodes =
                HollowTopology.read(Path.of("../../config/hollow-nodes.yaml")).nodes();
        assertThat(nodes.stream().map(HollowNodeSpec::name))
                .containsExactly("master", "node-geektime", "node-ituring", "worker-1", "worker-2");
        assertThat(nodes).allMatch(HollowNodeSpec::networkUnavailable);
        assertThat(nodes.get(0).labels()).containsKey("node-role.kubernetes.io/master");
        assertThat(nodes.get(0).taints())
                .containsExactly(new HollowNodeSpec.Taint("node-role.kubernetes.io/master", "", "NoSchedule"));
        assertThat(nodes.subList(1, 5)).allMatch(node -> node.taints().isEmpty());
    }

    @Test
    void groupsAreNumberedAndTakeDefaults() throws Exception {
        HollowTopology topology = HollowTopology.parse("t", """
                defaults:
                  capacity: {cpu: 8}
                  behaviour: {startDelay: 1.5s, failTimes: 2}
                nodes:
                  - {count: 3, namePrefix: edge-, labels: {zone: a}, behaviour: {failTimes: 0, crashLoop: true}}
                  - {name: solo, capacity: {memory: 1Gi}}
                """);
        assertThat(topology.nodes().stream().map(HollowNodeSpec::name).collect(Collectors.toList()))
                .containsExactly("edge-00001", "edge-00002", "edge-00003", "solo");
        HollowNodeSpec edge = topology.nodes().get(0);
        assertThat(edge.capacity()).containsEntry("cpu", "8").containsEntry("memory", "16Gi");
        assertThat(edge.behaviour().startDelay()).isEqualTo(Duration.ofMillis(1500));
        assertThat(edge.behaviour().failTimes()).isZero();
        assertThat(edge.behaviour().crashLoop()).isTrue();
        assertThat(topology.nodes().get(3).capacity()).containsEntry("memory", "1Gi");
        assertThat(topology.nodes().get(3).behaviour().failTimes()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nodes: [{name: A}]                        | t: nodes[0].name: \"A\" is no node name",
                "nodes: [{name: a}, {name: a}]             | t: nodes[1].name: there is already a node \"a\"",
                "nodes: [{name: a, lables: {}}]            | t: nodes[0].lables: unknown field; known are name",
                "nodes: {a: b}                             | t: nodes: must be a list",
                "nodes: [{count: 0, namePrefix: x}]        | t: nodes[0].count: must be 1 to",
                "nodes: [{count: 3, name: x}]              | t: nodes[0].name: give either name",
                "nodes: [{name: a, taints: [{key: k}]}]    | t: nodes[0].taints[0].effect: must be NoSchedule",
                "nodes: [{name: a, capacity: {cpu: much}}] | t: nodes[0].capacity.cpu: \"much\" is no amount",
                "nodes: [{name: a, behaviour: {startDelay: soon}}] | t: nodes[0].behaviour.startDelay: must be a delay",
                "nodes: [{name: a, networkUnavailable: 3}] | t: nodes[0].networkUnavailable: must be true or false",
                "node: []                                  | t: node: unknown field; known are nodes, defaults",
                "[1, 2]                                    | t: must be a mapping",
                "nodes: [                                  | t: broken YAML: ",
            })
    void aBrokenFileIsOneLineThatNamesThePlace(String yaml, String message) {
        assertThatThrownBy(() -> HollowTopology.parse("t", yaml))
                .isInstanceOf(HollowTopology.Broken.class)
                .message()
                .startsWith(message)
                .hasLineCount(1);
    }

    @Test
    void aMissingFileIsNamed() {
        assertThatThrownBy(() -> HollowTopology.read(Path.of("/nowhere/x.yaml")))
                .hasMessage("no such file: /nowhere/x.yaml");
    }

    @Test
    void aCountMakesPlainNodes() throws Exception {
        assertThat(HollowTopology.ofCount(12).nodes())
                .hasSize(12)
                .contains(HollowNodeSpec.plain("hollow-00012"))
                .noneMatch(HollowNodeSpec::networkUnavailable);
        assertThatThrownBy(() -> HollowTopology.ofCount(-1)).isInstanceOf(HollowTopology.Broken.class);
    }

    @Test
    void jitterFollowsFromSeedAndNameAndStaysWithinItsShare() {
        Jitter jitter = new Jitter(3, 0.2);
        for (int i = 0; i < 1000; i++) {
            Duration delay = jitter.of(Duration.ofSeconds(10), "pod-" + i, i % 5);
            assertThat(delay).isBetween(Duration.ofSeconds(8), Duration.ofSeconds(12));
            assertThat(delay).isEqualTo(new Jitter(3, 0.2).of(Duration.ofSeconds(10), "pod-" + i, i % 5));
        }
        assertThat(jitter.luck("a", 0)).isNotEqualTo(jitter.luck("b", 0));
    }
}
