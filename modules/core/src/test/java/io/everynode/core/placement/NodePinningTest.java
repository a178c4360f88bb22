package io.everynode.core.placement;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NodePinningTest {

    private static final String PINNED = """
            affinity:
              nodeAffinity:
                requiredDuringSchedulingIgnoredDuringExecution:
                  nodeSelectorTerms:
                  - matchFields:
                    - {key: metadata.name, operator: In, values: [node-1]}
            """;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{affinity: {}}",
                "{affinity: {nodeAffinity: {}}}",
                "{affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: "
                        + "[{matchExpressions: [{key: a, operator: Exists}]}, {matchExpressions: []}]}}}}",
            })
    void leavesTheNodesNameAsTheOnlyTerm(String spec) {
        ObjectNode given = Yaml.object(spec);
        ObjectNode pinned = NodePinning.pin(given, "node-1");
        assertThat(pinned).isEqualTo(Yaml.object(PINNED));
        assertThat(given).isEqualTo(Yaml.object(spec));
        assertThat(NodePinning.target(pinned)).isEqualTo("node-1");
    }

    @Test
    void keepsEverythingElse() {
        String kept = """
                nodeSelector: {a: b}
                affinity:
                  podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: t}]}
                  nodeAffinity:
                    preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1, preference: {}}]
                """;
        ObjectNode expected = Yaml.object(kept);
        expected.withObject("/affinity/nodeAffinity")
                .setAll((ObjectNode) Yaml.object(PINNED).at("/affinity/nodeAffinity"));
        assertThat(NodePinning.pin(Yaml.object(kept), "node-1")).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "{}                                                             | ''",
                "{nodeName: bound}                                              | bound",
                "[{key: metadata.name, operator: In, values: [a]}]              | a",
                "[{key: metadata.name, operator: In, values: [a, b]}]           | ''",
                "[{key: metadata.name, operator: NotIn, values: [a]}]           | ''",
                "[{key: other, operator: In, values: [a]}]                      | ''",
            })
    void findsTheNode(String specOrFields, String expected) {
        String spec = specOrFields.startsWith("[")
                ? "{affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: "
                        + "{nodeSelectorTerms: [{matchFields: " + specOrFields + "}]}}}}"
                : specOrFields;
        assertThat(NodePinning.target(Yaml.object(spec))).isEqualTo(expected);
    }
}
