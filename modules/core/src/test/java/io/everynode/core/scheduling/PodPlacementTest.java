package io.everynode.core.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import io.everynode.core.placement.HostPort;
import io.everynode.core.placement.NodeFit;
import io.everynode.core.placement.PodRequirements;
import io.everynode.core.placement.Resources;
import io.everynode.core.placement.Yaml;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class PodPlacementTest {

    private static final PodRequirements POD = Yaml.pod("{containers: [{resources: {requests: {cpu: 500m}}}]}");

    /** A node with 4 CPUs, 1000 bytes and room for 10 Pods. */
    private static NodeView node(String name, long milliCpu, int pods, String spec) {
        return new NodeView(
                Yaml.node("metadata: {name: " + name + ", labels: {name: " + name + "}}\nspec: " + spec
                        + "\nstatus: {allocatable: {cpu: 4, memory: 1000, pods: 10}}"),
                new Resources(milliCpu, 0, 0, Map.of()),
                pods,
                Set.of(new HostPort("", "TCP", 80)));
    }

    private static NodeView node(String name, long milliCpu) {
        return node(name, milliCpu, 1, "{}");
    }

    @Test
    void takesTheLeastAllocatedNode() {
        assertThat(PodPlacement.choose(POD, List.of(node("a", 2000), node("b", 500), node("c", 1000))))
                .isEqualTo(new Placement.Chosen("b"));
    }

    @Test
    void spreadsPodsThatRequestNothing() {
        assertThat(PodPlacement.choose(Yaml.pod("{}"), List.of(node("a", 0, 3, "{}"), node("b", 0, 2, "{}"))))
                .isEqualTo(new Placement.Chosen("b"));
    }

    @Test
    void takesTheFirstNameAmongEquals() {
        assertThat(PodPlacement.choose(POD, List.of(node("c", 0), node("a", 0), node("b", 0))))
                .isEqualTo(new Placement.Chosen("a"));
    }

    @Test
    void wouldRatherLoadANodeThanIgnoreItsTaint() {
        String taint = "{taints: [{key: gpu, effect: PreferNoSchedule}]}";
        List<NodeView> nodes = List.of(node("a", 0, 1, taint), node("b", 2000));
        assertThat(PodPlacement.choose(POD, nodes)).isEqualTo(new Placement.Chosen("b"));
        assertThat(PodPlacement.choose(Yaml.pod("{tolerations: [{operator: Exists}]}"), nodes))
                .as("tolerated")
                .isEqualTo(new Placement.Chosen("a"));
        assertThat(PodPlacement.choose(POD, nodes.subList(0, 1)))
                .as("nothing else")
                .isEqualTo(new Placement.Chosen("a"));
    }

    @Test
    void followsPreferredAffinityByWeight() {
        List<PreferredTerm> preferred = PreferredTerm.ofPod(Yaml.object("""
                spec:
                  affinity:
                    nodeAffinity:
                      preferredDuringSchedulingIgnoredDuringExecution:
                      - {weight: 10, preference: {matchExpressions: [{key: name, operator: In, values: [b]}]}}
                      - {weight: 50, preference: {matchFields: [{key: metadata.name, operator: In, values: [c]}]}}
                      - {weight: 99, preference: {}}
                """));
        List<NodeView> nodes = List.of(node("a", 0), node("b", 1000), node("c", 1000));
        assertThat(PodPlacement.choose(POD, preferred, nodes)).isEqualTo(new Placement.Chosen("c"));
        assertThat(PodPlacement.choose(POD, nodes)).isEqualTo(new Placement.Chosen("a"));
    }

    @Test
    void saysWhyNoNodeWillDo() {
        String master = "{taints: [{key: node-role.kubernetes.io/master, effect: NoSchedule}]}";
        PodRequirements pod = Yaml.pod("{nodeSelector: {disk: ssd}}");
        assertThat(PodPlacement.choose(
                        pod, List.of(node("a", 0), node("b", 0), node("c", 0), node("d", 0), node("e", 0, 0, master))))
                .isEqualTo(new Placement.Unschedulable(
                        "0/5 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/master: }, "
                                + "4 node(s) didn't match Pod's node affinity/selector."));
    }

    @Test
    void sortsReasonsAsTexts() {
        List<NodeView> nodes = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            nodes.add(node("n" + i, 4000));
        }
        nodes.add(node("full-1", 4000, 10, "{}"));
        nodes.add(node("full-2", 0, 10, "{}"));
        nodes.add(node("cordoned", 0, 0, "{unschedulable: true}"));
        assertThat(PodPlacement.choose(POD, nodes))
                .isEqualTo(new Placement.Unschedulable("0/13 nodes are available: 1 node(s) were unschedulable, "
                        + "11 Insufficient cpu, 2 Too many pods."));
        assertThat(PodPlacement.choose(Yaml.pod("{containers: [{ports: [{hostPort: 80}]}]}"), nodes.subList(0, 1)))
                .isEqualTo(new Placement.Unschedulable(
                        "0/1 nodes are available: " + "1 node(s) didn't have free ports for the requested pod ports."));
    }

    @Test
    void saysThatThereAreNoNodes() {
        assertThat(PodPlacement.choose(POD, List.of()))
                .isEqualTo(new Placement.Unschedulable("no nodes available to schedule pods"));
    }

    @Property(tries = 300)
    void choosesAFittingNodeIfThereIsOneInWhateverOrder(@ForAll("nodes") List<NodeView> nodes, @ForAll long seed) {
        Placement placement = PodPlacement.choose(POD, nodes);
        List<NodeView> shuffled = new ArrayList<>(nodes);
        Collections.shuffle(shuffled, new Random(seed));
        assertThat(PodPlacement.choose(POD, shuffled)).isEqualTo(placement);

        List<String> fitting = nodes.stream()
                .filter(view -> NodeFit.check(view.node(), view.requested(), view.pods(), view.usedPorts(), POD)
                        .isEmpty())
                .map(view -> view.node().name())
                .toList();
        if (placement instanceof Placement.Chosen chosen) {
            assertThat(fitting).contains(chosen.node());
        } else {
            assertThat(fitting).isEmpty();
        }
    }

    @Provide
    Arbitrary<List<NodeView>> nodes() {
        Arbitrary<NodeView> node = Combinators.combine(
                        Arbitraries.of("a", "b", "c", "d", "e"),
                        Arbitraries.of(0L, 500L, 3500L, 3501L, 4000L),
                        Arbitraries.of(0, 1, 9, 10),
                        Arbitraries.of(
                                "{}",
                                "{unschedulable: true}",
                                "{taints: [{key: gpu, effect: PreferNoSchedule}]}",
                                "{taints: [{key: gpu, effect: NoExecute}]}"))
                .as(PodPlacementTest::node);
        return node.list().uniqueElements(view -> view.node().name()).ofMaxSize(5);
    }
}
