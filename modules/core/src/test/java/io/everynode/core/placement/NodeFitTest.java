package io.everynode.core.placement;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeFitTest {

    private static final String CORDON_TAINT = "{key: node.kubernetes.io/unschedulable, effect: NoSchedule}";

    @ParameterizedTest(name = "{0} on {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "{}                                             | {}                      | ''",
                "{}                                             | {unschedulable: true}   | node(s) were unschedulable",
                "{}                                             | {unschedulable: true, taints: [CORDON]} | node(s) were unschedulable",
                "{}                                             | {taints: [CORDON]}      | node(s) had untolerated taint {node.kubernetes.io/unschedulable: }",
                "{tolerations: [{key: node.kubernetes.io/unschedulable, operator: Exists}]} | {unschedulable: true, taints: [CORDON]} | ''",
                "{nodeName: other}                              | {}                      | node(s) didn't match the requested node name",
                "{nodeName: node-1}                             | {}                      | ''",
                "{}                                             | {taints: [{key: gpu, value: big, effect: NoSchedule}]} | node(s) had untolerated taint {gpu: big}",
                "{}                                             | {taints: [{key: gpu, effect: NoExecute}]} | node(s) had untolerated taint {gpu: }",
                "{}                                             | {taints: [{key: gpu, effect: PreferNoSchedule}]} | ''",
                "{}                                             | {taints: [{key: a, effect: PreferNoSchedule}, {key: b, effect: NoSchedule}, {key: c, effect: NoSchedule}]} | node(s) had untolerated taint {b: }",
                "{nodeSelector: {zone: b}}                      | {}                      | node(s) didn't match Pod's node affinity/selector",
                "{nodeSelector: {zone: a}}                      | {}                      | ''",
                "{nodeSelector: {zone: b}}                      | {taints: [{key: gpu, effect: NoSchedule}]} | node(s) had untolerated taint {gpu: }",
                "{containers: [{ports: [{hostPort: 80}]}]}      | {}                      | node(s) didn't have free ports for the requested pod ports",
                "{containers: [{ports: [{hostPort: 81}]}]}      | {}                      | ''",
                "{containers: [{ports: [{hostPort: 80}], resources: {requests: {cpu: 9}}}]} | {}  | node(s) didn't have free ports for the requested pod ports",
                "{containers: [{resources: {requests: {cpu: 1500m, memory: 60, example.com/gpu: 1}}}]} | {} | ''",
                "{containers: [{resources: {requests: {cpu: 1501m}}}]}     | {}           | Insufficient cpu",
                "{containers: [{resources: {requests: {cpu: 2, memory: 61, ephemeral-storage: 101, example.com/nic: 1, example.com/gpu: 2}}}]} | {} | Insufficient cpu, Insufficient memory, Insufficient ephemeral-storage, Insufficient example.com/gpu, Insufficient example.com/nic",
            })
    void ofANode(String podSpec, String nodeSpec, String expected) {
        NodeFacts node = Yaml.node(
                "metadata: {name: node-1, labels: {zone: a}}\nspec: "
                        + nodeSpec.replace("CORDON", CORDON_TAINT)
                        + "\nstatus: {allocatable: {cpu: 2, memory: 100, ephemeral-storage: 100, pods: 5, example.com/gpu: 2}}");
        Resources requested = new Resources(500, 40, 0, Map.of("example.com/gpu", 1L));
        assertThat(reasons(NodeFit.check(
                        node, requested, 4, Set.of(new HostPort("10.0.0.1", "TCP", 80)), Yaml.pod(podSpec))))
                .isEqualTo(expected);
    }

    @Test
    void countsThePodItself() {
        NodeFacts node = Yaml.node("status: {allocatable: {cpu: 1, pods: 5}}");
        PodRequirements pod = Yaml.pod("{containers: [{resources: {requests: {cpu: 2}}}]}");
        assertThat(reasons(NodeFit.check(node, Resources.ZERO, 5, Set.of(), pod)))
                .isEqualTo("Too many pods, Insufficient cpu");
    }

    @Test
    void aPodThatRequestsNothingFitsAnOvercommittedNode() {
        NodeFacts node = Yaml.node("status: {allocatable: {cpu: 1, pods: 5}}");
        Resources tooMuch = new Resources(3000, 1, 1, Map.of());
        assertThat(NodeFit.check(node, tooMuch, 1, Set.of(), Yaml.pod("{}"))).isEmpty();
    }

    @Test
    void aDaemonPodFitsWhereItsDaemonSetWantsIt() {
        NodeFacts node = Yaml.node("""
                spec:
                  unschedulable: true
                  taints:
                  - {key: node.kubernetes.io/unschedulable, effect: NoSchedule}
                  - {key: node.kubernetes.io/disk-pressure, effect: NoSchedule}
                  - {key: node.kubernetes.io/unreachable, effect: NoExecute}
                status: {allocatable: {pods: 1}}
                """);
        assertThat(NodeFit.check(node, Resources.ZERO, 0, Set.of(), Yaml.daemon("{}")))
                .isEmpty();
    }

    @Property
    void neverGetsBetterWithMoreRequests(
            @ForAll("amounts") Resources allocatable,
            @ForAll("amounts") Resources requested,
            @ForAll("amounts") Resources wanted,
            @ForAll("amounts") Resources more,
            @ForAll @IntRange(max = 3) int pods) {
        NodeFacts node = new NodeFacts("n", "u", null, null, false, allocatable, 3, true);
        List<FitProblem> problems = NodeFit.check(node, requested, pods, Set.of(), requesting(wanted));
        assertThat(NodeFit.check(node, requested, pods, Set.of(), requesting(wanted.plus(more))))
                .containsAll(problems);
        assertThat(NodeFit.check(node, requested.plus(more), pods + 1, Set.of(), requesting(wanted)))
                .containsAll(problems);
    }

    @Property
    void whatFitsLeavesNothingOvercommitted(
            @ForAll("amounts") Resources allocatable, @ForAll("amounts") Resources wanted) {
        NodeFacts node = new NodeFacts("n", "u", null, null, false, allocatable, 3, true);
        Resources left = allocatable.minus(wanted);
        boolean enough = left.milliCpu() >= 0
                && left.memory() >= 0
                && left.ephemeralStorage() >= 0
                && left.extended().values().stream().allMatch(amount -> amount >= 0);
        assertThat(NodeFit.check(node, Resources.ZERO, 0, Set.of(), requesting(wanted))
                        .isEmpty())
                .isEqualTo(enough);
    }

    @Provide
    Arbitrary<Resources> amounts() {
        Arbitrary<Long> amount = Arbitraries.longs().between(0, 4);
        return Combinators.combine(
                        amount,
                        amount,
                        amount,
                        Arbitraries.maps(Arbitraries.of("a", "b"), amount).ofMaxSize(2))
                .as(Resources::new);
    }

    private static PodRequirements requesting(Resources resources) {
        return new PodRequirements(null, null, resources, null, 0);
    }

    private static String reasons(List<FitProblem> problems) {
        return String.join(", ", problems.stream().map(FitProblem::reason).toList());
    }
}
