package io.everynode.core.placement;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The cases of upstream's TestNodeShouldRunDaemonPod and of its tests about tainted nodes. */
class EligibilityTest {

    private static final String AFFINITY =
            "{affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: "
                    + "[{matchExpressions: [{key: type, operator: In, values: [VALUE]}]}]}}}}";

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "a plain Pod                    | {}                       | {}                     | true  | true  | ''",
                "too large for the node         | {}                       | {containers: [{resources: {requests: {memory: 200M}}}]} | true | true | ''",
                "another node's name            | {}                       | {nodeName: other}      | false | false | the Pod template names another node",
                "this node's name               | {}                       | {nodeName: test-node}  | true  | true  | ''",
                "a selector that matches        | {}                       | {nodeSelector: {type: production}} | true | true | ''",
                "a selector that does not       | {}                       | {nodeSelector: {type: test}} | false | false | node selector does not match",
                "affinity that matches          | {}                       | AFFINITY production    | true  | true  | ''",
                "affinity that does not         | {}                       | AFFINITY test          | false | false | required node affinity does not match",
                "a cordoned node                | {unschedulable: true, taints: [{key: node.kubernetes.io/unschedulable, effect: NoSchedule}]} | {} | true | true | ''",
                "a cordon without its taint     | {unschedulable: true}    | {}                     | true  | true  | ''",
                "a taint against new Pods       | {taints: [{key: gpu, value: big, effect: NoSchedule}]} | {} | false | true | untolerated taint {gpu=big:NoSchedule}",
                "the same, tolerated            | {taints: [{key: gpu, value: big, effect: NoSchedule}]} | {tolerations: [{key: gpu, value: big}]} | true | true | ''",
                "a taint that evicts            | {taints: [{key: gpu, effect: NoExecute}]} | {}    | false | false | untolerated taint {gpu:NoExecute}",
                "both, the evicting one second  | {taints: [{key: a, effect: NoSchedule}, {key: b, effect: NoExecute}]} | {} | false | false | untolerated taint {b:NoExecute}",
                "evicting one tolerated only    | {taints: [{key: a, effect: NoSchedule}, {key: b, effect: NoExecute}]} | {tolerations: [{key: b, operator: Exists}]} | false | true | untolerated taint {a:NoSchedule}",
                "a taint that only asks         | {taints: [{key: gpu, effect: PreferNoSchedule}]} | {} | true | true | ''",
                "a node that is not ready       | {taints: [{key: node.kubernetes.io/not-ready, effect: NoExecute}]} | {} | true | true | ''",
                "a node out of reach            | {taints: [{key: node.kubernetes.io/unreachable, effect: NoExecute}]} | {} | true | true | ''",
                "a node under pressure          | {taints: [{key: node.kubernetes.io/memory-pressure, effect: NoSchedule}, {key: node.kubernetes.io/disk-pressure, effect: NoSchedule}, {key: node.kubernetes.io/pid-pressure, effect: NoSchedule}]} | {} | true | true | ''",
                "no network, own network        | {taints: [{key: node.kubernetes.io/network-unavailable, effect: NoSchedule}]} | {} | false | true | untolerated taint {node.kubernetes.io/network-unavailable:NoSchedule}",
                "no network, host's network     | {taints: [{key: node.kubernetes.io/network-unavailable, effect: NoSchedule}]} | {hostNetwork: true} | true | true | ''",
                "not ready keeps new Pods away  | {taints: [{key: node.kubernetes.io/not-ready, effect: NoSchedule}]} | {} | false | true | untolerated taint {node.kubernetes.io/not-ready:NoSchedule}",
            })
    void ofANode(String name, String nodeSpec, String podSpec, boolean shouldRun, boolean shouldContinue, String why) {
        NodeFacts node = Yaml.node("metadata: {name: test-node, labels: {type: production}}\nspec: " + nodeSpec
                + "\nstatus: {allocatable: {memory: 100M, cpu: 1, pods: 0}}");
        String spec = podSpec.startsWith("AFFINITY") ? AFFINITY.replace("VALUE", podSpec.split(" ")[1]) : podSpec;
        assertThat(Eligibility.of(node, Yaml.daemon(spec))).isEqualTo(new Eligibility(shouldRun, shouldContinue, why));
    }

    @Property
    void followsFromTheWorstTaint(@ForAll("taints") List<Taint> taints) {
        NodeFacts node = new NodeFacts("n", "u", null, taints, false, null, 0, true);
        Eligibility eligibility = Eligibility.of(node, new PodRequirements(null, List.of(), null, null, 0));
        assertThat(eligibility.shouldContinue())
                .isEqualTo(taints.stream().noneMatch(taint -> taint.effect().equals("NoExecute")));
        assertThat(eligibility.shouldRun()).isEqualTo(taints.stream().noneMatch(Taint::forbidsScheduling));
        assertThat(eligibility.reason().isEmpty()).isEqualTo(eligibility.shouldRun());
    }

    @Provide
    Arbitrary<List<Taint>> taints() {
        return Combinators.combine(
                        Arbitraries.of("a", "b"),
                        Arbitraries.of("", "1"),
                        Arbitraries.of("NoSchedule", "PreferNoSchedule", "NoExecute"))
                .as(Taint::new)
                .list()
                .ofMaxSize(4);
    }
}
