package io.everynode.core.placement;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConditionTaintsTest {

    private static final List<String> CONDITIONS =
            List.of("Ready", "MemoryPressure", "DiskPressure", "PIDPressure", "NetworkUnavailable", "Other");

    @ParameterizedTest(name = "{0} cordoned={1} -> {2}")
    @CsvSource({
        "Ready=True,                            false, ''",
        "Ready=False,                           false, not-ready",
        "Ready=Unknown,                         false, unreachable",
        "'',                                    false, not-ready",
        "MemoryPressure=False,                  false, not-ready",
        "Ready=True MemoryPressure=True,        false, memory-pressure",
        "Ready=True MemoryPressure=Unknown,     false, ''",
        "Ready=True DiskPressure=True,          false, disk-pressure",
        "Ready=True PIDPressure=True,           false, pid-pressure",
        "Ready=True NetworkUnavailable=True,    false, network-unavailable",
        "Ready=True Other=True,                 false, ''",
        "Ready=True,                            true,  unschedulable",
        "Ready=False DiskPressure=True,         true,  not-ready disk-pressure unschedulable",
    })
    void ofConditions(String conditions, boolean cordoned, String expected) {
        ObjectNode node = node(split(conditions), cordoned, List.of());
        assertThat(ConditionTaints.of(node))
                .containsExactlyElementsOf(split(expected).stream()
                        .map(key -> new Taint("node.kubernetes.io/" + key, "", "NoSchedule"))
                        .toList());
    }

    @Test
    void aNewNodeGetsItsTaint() {
        ObjectNode node = Yaml.object("metadata: {name: n}");
        assertThat(ConditionTaints.reconcile(node))
                .isEqualTo(Yaml.object("{metadata: {name: n}, "
                        + "spec: {taints: [{key: node.kubernetes.io/not-ready, effect: NoSchedule}]}}"));
        assertThat(node).isEqualTo(Yaml.object("metadata: {name: n}"));
    }

    @Test
    void othersTaintsStayAsAndWhereTheyAre() {
        ObjectNode node = Yaml.object("""
                spec:
                  taints:
                  - {key: node.kubernetes.io/not-ready, effect: NoExecute, timeAdded: "2026-01-01T00:00:00Z"}
                  - {key: node.kubernetes.io/not-ready, effect: NoSchedule}
                  - {key: gpu, value: big, effect: NoSchedule}
                  - {key: node.kubernetes.io/memory-pressure, value: mine, effect: NoSchedule}
                status: {conditions: [{type: Ready, status: "True"}, {type: MemoryPressure, status: "True"},
                  {type: DiskPressure, status: "True"}]}
                """);
        assertThat(ConditionTaints.reconcile(node).at("/spec")).isEqualTo(Yaml.object("""
                taints:
                - {key: node.kubernetes.io/not-ready, effect: NoExecute, timeAdded: "2026-01-01T00:00:00Z"}
                - {key: gpu, value: big, effect: NoSchedule}
                - {key: node.kubernetes.io/memory-pressure, value: mine, effect: NoSchedule}
                - {key: node.kubernetes.io/disk-pressure, effect: NoSchedule}
                """));
    }

    @Test
    void theLastTaintTakesTheFieldWithIt() {
        ObjectNode node = node(List.of("Ready=True"), false, List.of(new Taint(Taint.NOT_READY, "", "NoSchedule")));
        assertThat(ConditionTaints.reconcile(node).at("/spec").has("taints")).isFalse();
    }

    @Property
    void reconcilesToExactlyWhatTheConditionsAsk(@ForAll("nodes") ObjectNode node) {
        ObjectNode before = node.deepCopy();
        ObjectNode after = ConditionTaints.reconcile(node);

        assertThat(node).as("the given tree").isEqualTo(before);
        assertThat(ConditionTaints.reconcile(after)).as("a second time").isSameAs(after);
        assertThat(after.equals(before))
                .as("the same instance if nothing changed")
                .isEqualTo(after == node);
        assertThat(taints(after)).containsAll(ConditionTaints.of(node)).doesNotHaveDuplicates();
        assertThat(others(after)).as("others' taints, in their order").isEqualTo(others(before));
        assertThat(taints(after))
                .hasSize(others(before).size() + ConditionTaints.of(node).size());
    }

    @Provide
    Arbitrary<ObjectNode> nodes() {
        Arbitrary<List<String>> conditions = Combinators.combine(
                        Arbitraries.of(CONDITIONS), Arbitraries.of("True", "False", "Unknown"))
                .as((type, status) -> type + "=" + status)
                .list()
                .uniqueElements(text -> text.split("=")[0])
                .ofMaxSize(6);
        Arbitrary<List<Taint>> taints = Combinators.combine(
                        Arbitraries.of(
                                "gpu", Taint.NOT_READY, Taint.UNREACHABLE, Taint.UNSCHEDULABLE, Taint.PID_PRESSURE),
                        Arbitraries.of("NoSchedule", "NoExecute"))
                .as((key, effect) -> new Taint(key, "", effect))
                .set()
                .ofMaxSize(5)
                .map(ArrayList::new);
        return Combinators.combine(conditions, Arbitraries.of(true, false), taints)
                .as(ConditionTaintsTest::node);
    }

    private static List<Taint> taints(ObjectNode node) {
        return NodeFacts.of(node).taints();
    }

    private static List<Taint> others(ObjectNode node) {
        return taints(node).stream()
                .filter(taint -> taint.key().equals("gpu") || taint.effect().equals("NoExecute"))
                .toList();
    }

    private static ObjectNode node(List<String> conditions, boolean cordoned, List<Taint> taints) {
        ObjectNode node = Json.object();
        ObjectNode spec = node.putObject("spec");
        if (cordoned) {
            spec.put("unschedulable", true);
        }
        if (!taints.isEmpty()) {
            ArrayNode array = spec.putArray("taints");
            taints.forEach(taint -> array.addObject().put("key", taint.key()).put("effect", taint.effect()));
        }
        ArrayNode array = node.putObject("status").putArray("conditions");
        conditions.forEach(condition -> array.addObject()
                .put("type", condition.split("=")[0])
                .put("status", condition.split("=")[1]));
        return node;
    }

    private static List<String> split(String words) {
        return words.isEmpty() ? List.of() : List.of(words.split(" "));
    }
}
