package io.everynode.core.daemonset;

import static io.everynode.core.daemonset.Fixtures.UID;
import static io.everynode.core.daemonset.Fixtures.daemonSet;
import static io.everynode.core.daemonset.Fixtures.json;
import static io.everynode.core.daemonset.Fixtures.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.daemonset.Rounds.Round;
import io.everynode.core.placement.NodeFacts;
import io.everynode.objects.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * On which nodes of an empty cluster a DaemonSet launches its Pods, for each update strategy, after
 * pkg/controller/daemon/daemon_controller_test.go and test/integration/daemonset.
 */
class LaunchingTest {

    private static final String PLAIN = "{'metadata':{}}";
    private static final String BLUE = "{'metadata':{'labels':{'color':'blue'}}}";
    private static final String NONE = "{}";
    private static final String ON_BLUE = "{'nodeSelector':{'color':'blue'}}";

    /**
     * What upstream's test is about, its nodes (named node-0 and so on), the Pod's spec, and where Pods are launched.
     */
    static Stream<Arguments> table() {
        List<String> mixed = List.of(PLAIN, PLAIN, PLAIN, PLAIN, BLUE, BLUE, BLUE);
        List<String> five = List.of(PLAIN, PLAIN, PLAIN, PLAIN, PLAIN);
        return Stream.of(
                arguments("five nodes", five, NONE, "0 1 2 3 4"),
                arguments("no node", List.of(), NONE, ""),
                arguments("one node", List.of(PLAIN), NONE, "0"),
                arguments("a selector", mixed, ON_BLUE, "4 5 6"),
                arguments("a selector that matches nowhere", mixed, "{'nodeSelector':{'color':'red'}}", ""),
                arguments("a node's name", five, "{'nodeName':'node-0'}", "0"),
                arguments("a name that no node has", five, "{'nodeName':'node-10'}", ""),
                arguments(
                        "a name and a selector that agree",
                        mixed,
                        "{'nodeSelector':{'color':'blue'},'nodeName':'node-6'}",
                        "6"),
                arguments(
                        "a name and a selector that do not",
                        mixed,
                        "{'nodeSelector':{'color':'blue'},'nodeName':'node-0'}",
                        ""),
                arguments("node affinity", mixed, affinity(expression("color", "blue")), "4 5 6"),
                arguments(
                        "one term of labels or one of fields",
                        List.of(PLAIN, PLAIN, zone("test"), zone("test"), PLAIN, PLAIN),
                        affinity(
                                expression("zone", "test"),
                                "{'matchFields':[{'key':'metadata.name','operator':'In'," + "'values':['node-1']}]}"),
                        "1 2 3"),
                arguments(
                        "a node that is not ready",
                        List.of(conditions("Ready", "False", "node.kubernetes.io/not-ready:NoExecute")),
                        NONE,
                        "0"),
                arguments(
                        "a node that does not answer",
                        List.of(conditions("Ready", "Unknown", "node.kubernetes.io/unreachable:NoExecute")),
                        NONE,
                        "0"),
                arguments(
                        "a node without network, told by its condition alone",
                        List.of(conditions("NetworkUnavailable", "True", "")),
                        NONE,
                        "0"),
                arguments(
                        "a node under pressure",
                        List.of(conditions(
                                "MemoryPressure",
                                "True",
                                "node.kubernetes.io/memory-pressure:NoSchedule node.kubernetes.io/disk-pressure:NoSchedule "
                                        + "node.kubernetes.io/pid-pressure:NoSchedule")),
                        "{'priorityClassName':'system-node-critical'}",
                        "0"),
                arguments(
                        "cordoned, and without network for one on the host's",
                        List.of(
                                conditions("Ready", "True", "node.kubernetes.io/unschedulable:NoSchedule"),
                                conditions(
                                        "NetworkUnavailable",
                                        "True",
                                        "node.kubernetes.io/network-unavailable:NoSchedule")),
                        "{'hostNetwork':true}",
                        "0 1"),
                arguments("a taint", List.of(conditions("Ready", "True", "dedicated:NoSchedule"), PLAIN), NONE, "1"),
                arguments(
                        "a taint that is tolerated",
                        List.of(conditions("Ready", "True", "dedicated:NoSchedule")),
                        "{'tolerations':[{'key':'dedicated','operator':'Exists','effect':'NoSchedule'}]}",
                        "0"),
                arguments(
                        "a toleration that is not needed",
                        List.of(PLAIN),
                        "{'tolerations':[{'key':'dedicated','operator':'Exists','effect':'NoSchedule'}]}",
                        "0"),
                arguments(
                        "too little room: the Pod is made and waits",
                        List.of("{'metadata':{},'status':{'allocatable':{'memory':'100M','cpu':'200m','pods':'100'}}}"),
                        "{'containers':[{'name':'c','image':'i','resources':{'requests':{'memory':'120M','cpu':'75m'}}}]}",
                        "0"),
                arguments(
                        "room only where the selector matches",
                        List.of(
                                "{'metadata':{},'status':{'allocatable':{'memory':'10M','cpu':'20m'}}}",
                                "{'metadata':{'labels':{'color':'blue'}},'status':{'allocatable':{'memory':'100M',"
                                        + "'cpu':'200m'}}}"),
                        "{'nodeSelector':{'color':'blue'},'containers':[{'name':'c','image':'i',"
                                + "'resources':{'requests':{'memory':'50M','cpu':'75m'}}}]}",
                        "1"));
    }

    private static String expression(String key, String value) {
        return "{'matchExpressions':[{'key':'%s','operator':'In','values':['%s']}]}".formatted(key, value);
    }

    private static String affinity(String... terms) {
        return "{'affinity':{'nodeAffinity':{'requiredDuringSchedulingIgnoredDuringExecution':{'nodeSelectorTerms':["
                + String.join(",", terms) + "]}}}}";
    }

    private static String zone(String zone) {
        return "{'metadata':{'labels':{'zone':'" + zone + "'}}}";
    }

    private static String conditions(String type, String status, String taints) {
        List<String> list = new ArrayList<>();
        for (String taint : taints.split(" ")) {
            if (!taint.isEmpty()) {
                list.add("{'key':'%s','effect':'%s'}".formatted(taint.split(":")[0], taint.split(":")[1]));
            }
        }
        return "{'metadata':{},'spec':{'taints':[%s]},'status':{'conditions':[{'type':'%s','status':'%s'}]}}"
                .formatted(String.join(",", list), type, status);
    }

    static Stream<Arguments> tableForEachStrategy() {
        return table().flatMap(row -> Rounds.strategies().stream().map(strategy -> {
            List<Object> all = new ArrayList<>(List.of(strategy.get()));
            all.addAll(List.of(row.get()));
            return Arguments.of(all.toArray());
        }));
    }

    @ParameterizedTest(name = "{2}, {0}")
    @MethodSource("tableForEachStrategy")
    void launches(
            String name, UnaryOperator<ObjectNode> strategy, String what, List<String> nodes, String spec, String on) {
        FleetSimulation fleet = new FleetSimulation();
        for (int i = 0; i < nodes.size(); i++) {
            ObjectNode node = json(nodes.get(i));
            Json.child(node, "metadata").put("name", "node-" + i);
            fleet.addNode(NodeFacts.of(node));
        }
        fleet.store(with(
                strategy.apply(daemonSet(UID, 1, "a")),
                tree -> ((ObjectNode) Json.at(tree, "spec", "template", "spec")).setAll(json(spec))));
        TreeSet<String> expected = new TreeSet<>();
        for (String index : on.split(" ")) {
            if (!index.isEmpty()) {
                expected.add("node-" + index);
            }
        }
        assertThat(Rounds.once(fleet)).isEqualTo(new Round(expected.size(), 0));
        assertThat(Rounds.once(fleet)).as("nothing is made twice").isEqualTo(Rounds.NOTHING);
        TreeSet<String> launched = new TreeSet<>();
        fleet.nodes.values().stream().filter(node -> !node.pods.isEmpty()).forEach(node -> launched.add(node.name));
        assertThat(launched).isEqualTo(expected);
        fleet.step();
        assertThat(fleet.status("desiredNumberScheduled")).isEqualTo(expected.size());
        assertThat(fleet.status("currentNumberScheduled")).isEqualTo(expected.size());
    }
}
