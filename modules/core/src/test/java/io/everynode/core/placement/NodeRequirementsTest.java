package io.everynode.core.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.everynode.objects.Json;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeRequirementsTest {

    private static final NodeFacts NODE = Yaml.node("""
            metadata: {name: node-1, labels: {type: production, cores: "8", word: eight, empty: ""}}
            """);

    @ParameterizedTest(name = "{0} {1} [{2}] -> {3}")
    @CsvSource({
        "type,  In,           production,      true",
        "type,  In,           test production, true",
        "type,  In,           test,            false",
        "other, In,           production,      false",
        "type,  In,           '',              false",
        "type,  NotIn,        test,            true",
        "type,  NotIn,        test production, false",
        "other, NotIn,        production,      true",
        "type,  NotIn,        '',              false",
        "type,  Exists,       '',              true",
        "empty, Exists,       '',              true",
        "other, Exists,       '',              false",
        "type,  Exists,       production,      false",
        "other, DoesNotExist, '',              true",
        "type,  DoesNotExist, '',              false",
        "other, DoesNotExist, production,      false",
        "cores, Gt,           7,               true",
        "cores, Gt,           8,               false",
        "cores, Lt,           9,               true",
        "cores, Lt,           8,               false",
        "cores, Gt,           -9,              true",
        "other, Gt,           7,               false",
        "other, Lt,           7,               false",
        "word,  Gt,           7,               false",
        "word,  Lt,           9,               false",
        "cores, Gt,           seven,           false",
        "cores, Gt,           '1 2',           false",
        "cores, Gt,           '',              false",
        "type,  Like,         production,      false",
        // The special key is the node's name.
        "metadata.name, In,           node-1,        true",
        "metadata.name, In,           node-0 node-1, true",
        "metadata.name, In,           node-0,        false",
        "metadata.name, NotIn,        node-0 node-2, true",
        "metadata.name, NotIn,        node-0 node-1, false",
        "metadata.name, Exists,       '',            true",
        "metadata.name, DoesNotExist, '',            false",
    })
    void matchExpressions(String key, String operator, String values, boolean expected) {
        assertThat(new NodeSelectorTerm(List.of(requirement(key, operator, values)), List.of()).matches(NODE))
                .isEqualTo(expected);
    }

    @ParameterizedTest(name = "field {0} {1} [{2}] -> {3}")
    @CsvSource({
        "metadata.name, In,     node-1,        true",
        "metadata.name, In,     node-0,        false",
        "metadata.name, NotIn,  node-0,        true",
        "metadata.name, NotIn,  node-1,        false",
        "metadata.name, In,     node-0 node-1, false",
        "metadata.name, NotIn,  node-0 node-2, false",
        "metadata.name, In,     '',            false",
        "metadata.name, Exists, '',            false",
        "metadata.uid,  In,     u1,            false",
        "metadata.uid,  NotIn,  u1,            true",
        "type,          In,     production,    false",
    })
    void matchFields(String key, String operator, String values, boolean expected) {
        assertThat(new NodeSelectorTerm(List.of(), List.of(requirement(key, operator, values))).matches(NODE))
                .isEqualTo(expected);
    }

    @Test
    void aLabelNamedLikeTheSpecialKeyHidesTheName() {
        NodeFacts labelled = Yaml.node("metadata: {name: node-1, labels: {metadata.name: alias}}");
        NodeSelectorTerm byAlias =
                new NodeSelectorTerm(List.of(requirement("metadata.name", "In", "alias")), List.of());
        NodeSelectorTerm byName =
                new NodeSelectorTerm(List.of(requirement("metadata.name", "In", "node-1")), List.of());
        assertThat(byAlias.matches(labelled)).isTrue();
        assertThat(byName.matches(labelled)).isFalse();
        assertThat(byName.matches(NODE)).isTrue();
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "{}                                                                              | true",
                "{nodeSelector: {type: production, cores: '8'}}                                  | true",
                "{nodeSelector: {type: production, cores: '9'}}                                  | false",
                "{nodeSelector: {empty: ''}}                                                     | true",
                "{nodeSelector: {missing: ''}}                                                   | false",
                "{nodeSelector: {metadata.name: node-1}}                                         | false",
                "{nodeName: node-1}                                                              | true",
                "{nodeName: node-2}                                                              | false",
                // Terms are alternatives; one without conditions, and a list without terms, match nothing.
                "{affinity: {nodeAffinity: {}}}                                                  | true",
                "{affinity: {nodeAffinity: {R: {nodeSelectorTerms: []}}}}                        | false",
                "{affinity: {nodeAffinity: {R: {nodeSelectorTerms: [{}]}}}}                      | false",
                "{affinity: {nodeAffinity: {R: {nodeSelectorTerms: [{}, {E: [T]}]}}}}            | true",
                "{affinity: {nodeAffinity: {R: {nodeSelectorTerms: [{E: [F]}, {E: [T]}]}}}}      | true",
                "{affinity: {nodeAffinity: {R: {nodeSelectorTerms: [{E: [F, T]}]}}}}             | false",
                // Labels and fields of one term must both match; so must selector and affinity.
                "{affinity: {nodeAffinity: {R: {nodeSelectorTerms: [{E: [T], M: [N]}]}}}}        | true",
                "{affinity: {nodeAffinity: {R: {nodeSelectorTerms: [{E: [F], M: [N]}]}}}}        | false",
                "{affinity: {nodeAffinity: {R: {nodeSelectorTerms: [{E: [F]}, {M: [N]}]}}}}      | true",
                "{nodeSelector: {a: b}, affinity: {nodeAffinity: {R: {nodeSelectorTerms: [{E: [T]}]}}}} | false",
            })
    void readsAPodSpec(String spec, boolean expected) {
        String full = spec.replace("R:", "requiredDuringSchedulingIgnoredDuringExecution:")
                .replace("E:", "matchExpressions:")
                .replace("M:", "matchFields:")
                .replaceAll("\\bT\\b", "{key: type, operator: In, values: [production]}")
                .replaceAll("\\bF\\b", "{key: type, operator: NotIn, values: [production]}")
                .replaceAll("\\bN\\b", "{key: metadata.name, operator: In, values: [node-1]}");
        assertThat(NodeRequirements.of(Yaml.object(full)).matches(NODE)).isEqualTo(expected);
    }

    @Test
    void survivesJsonWithAndWithoutTerms() throws Exception {
        NodeRequirements none = new NodeRequirements("n", Map.of("b", "1", "a", "2"), null);
        NodeRequirements nothing = new NodeRequirements("", Map.of(), List.of());
        assertThat(roundTrip(none)).isEqualTo(none);
        assertThat(roundTrip(nothing)).isEqualTo(nothing);
        assertThat(nothing.matches(NODE)).isFalse();
    }

    private static NodeRequirements roundTrip(NodeRequirements value) throws Exception {
        return Json.mapper().readValue(Json.mapper().writeValueAsBytes(value), NodeRequirements.class);
    }

    private static NodeSelectorRequirement requirement(String key, String operator, String values) {
        return new NodeSelectorRequirement(key, operator, values.isEmpty() ? List.of() : List.of(values.split(" ")));
    }
}
