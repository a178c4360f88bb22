package io.everynode.objects.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Kinds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeRulesTest {

    private static final String NOT_READY = "{key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule'}";

    private static ObjectNode node(String rest) {
        return Samples.object(Kinds.NODE, rest);
    }

    @Test
    void aKubeletRegistersWithItsStatus() {
        ObjectNode created =
                Samples.created(Kinds.NODE, node("{status: {capacity: {cpu: 4, pods: '110'}, phase: 'x'}}"));
        assertThat(created.path("status"))
                .isEqualTo(Samples.json(
                        "{capacity: {cpu: '4', pods: '110'}, phase: 'x', allocatable: {cpu: '4', pods: '110'}}"));
    }

    @Test
    void newNodesAreNotReadyUntilSomebodySaysSo() {
        assertThat(Samples.created(Kinds.NODE, node("{spec: {taints: [{key: 'a', effect: 'NoExecute'}]}}"))
                        .path("spec"))
                .isEqualTo(Samples.json("{taints: [{key: 'a', effect: 'NoExecute'}, " + NOT_READY + "]}"));
        assertThat(Samples.created(Kinds.NODE, node("{spec: {taints: [" + NOT_READY + "]}}"))
                        .at("/spec/taints"))
                .hasSize(1);
    }

    @Test
    void eachEndpointWritesItsPart() {
        ObjectNode current = Samples.created(Kinds.NODE, node("{status: {nodeInfo: {kubeletVersion: 'v1'}}}"));
        ObjectNode changed = Samples.with(
                current,
                "{metadata: {labels: {l: 'm'}}, spec: {unschedulable: true}, status: {nodeInfo: {kubeletVersion: 'v2'}}}");
        ObjectNode viaMain = Samples.updated(Kinds.NODE, "", current, changed);
        assertThat(viaMain)
                .isEqualTo(Samples.with(current, "{metadata: {labels: {l: 'm'}}, spec: {unschedulable: true}}"));
        ObjectNode viaStatus = Samples.updated(Kinds.NODE, "status", current, changed);
        assertThat(viaStatus)
                .isEqualTo(Samples.with(
                        current, "{metadata: {labels: {l: 'm'}}, status: {nodeInfo: {kubeletVersion: 'v2'}}}"));
        ObjectNode uncordoned = Samples.with(viaMain, "{spec: {unschedulable: false}}");
        assertThat(Samples.updated(Kinds.NODE, "", viaMain, uncordoned)
                        .path("spec")
                        .has("unschedulable"))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{spec: {taints: [{key: 'a b', effect: 'NoSchedule'}]}}|metadata.taints[0].key: Invalid value: \"a b\"",
                "{spec: {taints: [{key: 'a'}]}}|metadata.taints[0].effect: Required value",
                "{spec: {taints: [{key: 'a', effect: 'x'}]}}|metadata.taints[0].effect: Unsupported value: \"x\"",
                "{spec: {taints: [{key: 'a', effect: 'NoExecute', value: '-'}]}}|metadata.taints[0].value: Invalid value: \"-\"",
                "{spec: {taints: [{key: 'a', effect: 'NoExecute'}, {key: 'a', effect: 'NoExecute', value: 'v'}]}}|"
                        + "metadata.taints[1]: Duplicate value: {\"key\":\"a\",\"effect\":\"NoExecute\",\"value\":\"v\"}: "
                        + "taints must be unique by key and effect pair",
                "{spec: {podCIDR: '10.0.0.0/33'}}|spec.podCIDRs[0]: Invalid value: \"10.0.0.0/33\": must be a valid CIDR value",
                "{spec: {podCIDRs: ['10.0.0.0/8', '11.0.0.0/8']}}|"
                        + "spec.podCIDRs: Invalid value: [\"10.0.0.0/8\",\"11.0.0.0/8\"]: may specify no more than one CIDR for each IP family",
                "{status: {capacity: {cpu: '-1'}, allocatable: {}}}|status.capacity.cpu: Invalid value: \"-1\": must be greater than",
                "{status: {allocatable: {pods: '1.5'}}}|status.allocatable.pods: Invalid value: \"1.5\": must be an integer"
            })
    void wrongNodes(String node, String expected) {
        assertThat(Samples.wrongNew(Kinds.NODE, node(node)))
                .singleElement()
                .asString()
                .startsWith(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{podCIDR: '10.2.0.0/16', podCIDRs: ['10.2.0.0/16']}|spec.podCIDRs: Forbidden: node updates may not change podCIDR "
                        + "except from \"\" to valid",
                "{providerID: 'other'}|spec.providerID: Forbidden: node updates may not change providerID except from \"\" to valid"
            })
    void placesStay(String spec, String expected) {
        ObjectNode current = Samples.created(Kinds.NODE, node("{spec: {podCIDR: '10.1.0.0/16', providerID: 'p'}}"));
        assertThat(Samples.wrongUpdate(Kinds.NODE, "", current, Samples.with(current, "{spec: " + spec + "}")))
                .containsExactly(expected);
        ObjectNode fresh = Samples.created(Kinds.NODE, node("{}"));
        assertThat(Samples.wrongUpdate(Kinds.NODE, "", fresh, Samples.with(fresh, "{spec: " + spec + "}")))
                .isEmpty();
    }

    @Test
    void anAddressAppearsOnce() {
        ObjectNode current = Samples.created(Kinds.NODE, node("{}"));
        String address = "{type: 'InternalIP', address: '10.0.0.1'}";
        ObjectNode twice = Samples.with(current, "{status: {addresses: [" + address + ", " + address + "]}}");
        assertThat(Samples.wrongUpdate(Kinds.NODE, "status", current, twice))
                .containsExactly(
                        "status.addresses[1]: Duplicate value: {\"type\":\"InternalIP\",\"address\":\"10.0.0.1\"}");
    }

    @Test
    void namespacesAreHeldByTheirFinalizer() {
        ObjectNode created =
                Samples.created(Kinds.NAMESPACE, Samples.object(Kinds.NAMESPACE, "{status: {phase: 'x'}}"));
        assertThat(created.path("spec")).isEqualTo(Samples.json("{finalizers: ['kubernetes']}"));
        assertThat(created.path("status")).isEqualTo(Samples.json("{phase: 'Active'}"));
        assertThat(created.path("metadata").path("labels"))
                .isEqualTo(Samples.json("{'kubernetes.io/metadata.name': 'o'}"));
        ObjectNode emptied = Samples.with(created, "{spec: {finalizers: []}, status: {phase: 'Terminating'}}");
        assertThat(Samples.updated(Kinds.NAMESPACE, "", created, emptied)).isEqualTo(created);
        assertThat(Samples.updated(Kinds.NAMESPACE, "finalize", created, emptied)
                        .at("/spec/finalizers"))
                .isEmpty();
        assertThat(Samples.wrongUpdate(Kinds.NAMESPACE, "status", created, emptied))
                .containsExactly(
                        "status.Phase: Invalid value: \"Terminating\": may only be 'Active' if `deletionTimestamp` is empty");
        ObjectNode dying = Samples.with(created, "{metadata: {deletionTimestamp: '2026-01-01T00:00:00Z'}}");
        ObjectNode ending = Samples.with(dying, "{status: {phase: 'Terminating'}}");
        assertThat(Samples.updated(Kinds.NAMESPACE, "status", dying, ending)).isEqualTo(ending);
    }
}
