package io.everynode.objects.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodRulesTest {

    private final ObjectNode current = Samples.created(Kinds.POD, Samples.pod());

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|BestEffort",
                "{requests: {cpu: '0'}}|BestEffort",
                "{requests: {'ephemeral-storage': '1'}}|BestEffort",
                "{requests: {cpu: '1'}}|Burstable",
                "{limits: {cpu: '1'}}|Burstable",
                "{limits: {cpu: '1', memory: '1Mi'}}|Guaranteed",
                "{limits: {cpu: '1', memory: '1Mi'}, requests: {cpu: '1000m'}}|Guaranteed",
                "{limits: {cpu: '1', memory: '1Mi'}, requests: {cpu: '10m'}}|Burstable"
            })
    void qualityOfService(String resources, String expected) {
        ObjectNode pod = Samples.with(
                Samples.pod(), "{spec: {containers: [{name: 'c', image: 'i', resources: " + resources + "}]}}");
        assertThat(Samples.created(Kinds.POD, pod).path("status"))
                .isEqualTo(Samples.json("{phase: 'Pending', qosClass: '" + expected + "'}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[]|2",
                "[{operator: 'Exists'}]|1",
                "[{operator: 'Exists', effect: 'NoSchedule'}]|3",
                "[{key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 5}]|2",
                "[{key: 'other', operator: 'Exists'}]|3"
            })
    void fiveMinutesOnTroubledNodes(String tolerations, int expected) {
        ObjectNode pod = Samples.with(Samples.pod(), "{spec: {tolerations: " + tolerations + "}}");
        assertThat(Samples.created(Kinds.POD, pod).at("/spec/tolerations")).hasSize(expected);
    }

    @Test
    void requestsComeFromLimits() {
        ObjectNode pod = Samples.with(
                Samples.pod(),
                "{spec: {containers: [{name: 'c', image: 'i', resources: {limits: {cpu: '2', memory: '1Gi'}, requests: {cpu: '1'}}}]}}");
        assertThat(Samples.created(Kinds.POD, pod).at("/spec/containers/0/resources/requests"))
                .isEqualTo(Samples.json("{cpu: '1', memory: '1Gi'}"));
    }

    @Test
    void onTheHostsNetworkPortsAreTheHosts() {
        ObjectNode pod = Samples.with(
                Samples.pod(),
                "{spec: {hostNetwork: true, containers: [{name: 'c', image: 'i', ports: [{containerPort: 80}]}]}}");
        assertThat(Samples.created(Kinds.POD, pod).at("/spec/containers/0/ports/0"))
                .isEqualTo(Samples.json("{containerPort: 80, protocol: 'TCP', hostPort: 80}"));
        ObjectNode other = Samples.with(
                Samples.pod(),
                "{spec: {hostNetwork: true, containers: [{name: 'c', image: 'i', ports: [{containerPort: 80, hostPort: 81}]}]}}");
        assertThat(Samples.wrongNew(Kinds.POD, other))
                .containsExactly(
                        "spec.containers[0].ports[0].hostPort: Invalid value: 81: must match `containerPort` when `hostNetwork` is true");
    }

    @Test
    void aNegativeGracePeriodIsOneSecond() {
        ObjectNode pod = Samples.with(Samples.pod(), "{spec: {terminationGracePeriodSeconds: -5}}");
        assertThat(Samples.created(Kinds.POD, pod)
                        .at("/spec/terminationGracePeriodSeconds")
                        .asInt())
                .isEqualTo(1);
    }

    @Test
    void bothNamesOfTheAccount() {
        ObjectNode old = Samples.with(Samples.pod(), "{spec: {serviceAccount: 'a'}}");
        assertThat(Json.text(Samples.created(Kinds.POD, old), "spec", "serviceAccountName"))
                .isEqualTo("a");
        ObjectNode both = Samples.with(Samples.pod(), "{spec: {serviceAccount: 'a', serviceAccountName: 'b'}}");
        assertThat(Json.text(Samples.created(Kinds.POD, both), "spec", "serviceAccount"))
                .isEqualTo("b");
    }

    @Test
    void mirrorPodsHaveNoAccountButANode() {
        ObjectNode mirror =
                Samples.with(Samples.pod(), "{metadata: {annotations: {'kubernetes.io/config.mirror': 'x'}}}");
        assertThat(Samples.wrongNew(Kinds.POD, mirror))
                .containsExactly(
                        "metadata.annotations[kubernetes.io/config.mirror]: Invalid value: \"x\": must set spec.nodeName "
                                + "if mirror pod annotation is set");
        ObjectNode placed = Samples.with(mirror, "{spec: {nodeName: 'node'}}");
        assertThat(Samples.created(Kinds.POD, placed).path("spec").has("serviceAccountName"))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{containers: [{name: 'c', image: 'i:2'}]}",
                "{activeDeadlineSeconds: 100}",
                "{tolerations: [{key: 'x', operator: 'Exists'}]}"
            })
    void allowedChangesCountAsGenerations(String spec) {
        // Containers are merged by name as kubectl would; tolerations can only be added to.
        ObjectNode changed = PlainPatch.apply(
                "application/strategic-merge-patch+json", current, Samples.json("{spec: " + spec + "}"));
        if (changed.at("/spec/tolerations").size() == 1) {
            current.at("/spec/tolerations").forEach(((ArrayNode) changed.at("/spec/tolerations"))::add);
        }
        ObjectNode stored = Samples.updated(Kinds.POD, "", current, changed);
        assertThat(stored.path("metadata").path("generation").asInt()).isEqualTo(2);
        assertThat(stored.path("status")).isEqualTo(current.path("status"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{nodeName: 'other'}|spec: Forbidden: pod updates may not change fields other than",
                "{hostNetwork: true}|spec: Forbidden: pod updates may not change fields other than",
                "{containers: []}|spec.containers: Required value",
                "{containers: [{name: 'c', image: 'i'}, {name: 'd', image: 'i'}]}|"
                        + "spec.containers: Forbidden: pod updates may not add or remove containers",
                "{tolerations: []}|spec.tolerations: Forbidden: existing toleration can not be modified except its tolerationSeconds",
                "{activeDeadlineSeconds: 60}|spec.activeDeadlineSeconds: Invalid value: 60: must be less than or equal to previous value",
                "{activeDeadlineSeconds: null}|"
                        + "spec.activeDeadlineSeconds: Invalid value: null: must not update from a positive integer to nil value",
                "{schedulingGates: [{name: 'g'}]}|"
                        + "spec.schedulingGates[0].name: Forbidden: only deletion is allowed, but found new scheduling gate 'g'"
            })
    void forbiddenChanges(String spec, String expected) {
        ObjectNode limited = Samples.with(
                current,
                "{spec: {activeDeadlineSeconds: 50, tolerations: [{key: 'k', "
                        + "operator: 'Exists', effect: 'NoExecute'}]}}");
        assertThat(Samples.wrongUpdate(Kinds.POD, "", limited, Samples.with(limited, "{spec: " + spec + "}")))
                .first()
                .asString()
                .startsWith(expected);
    }

    @Test
    void theForbiddenChangeIsNamed() {
        ObjectNode changed =
                Samples.with(current, "{spec: {hostname: 'h', containers: [{name: 'c', image: 'i:1', tty: true}]}}");
        assertThat(Samples.wrongUpdate(Kinds.POD, "", current, changed))
                .singleElement()
                .asString()
                .endsWith("\nchanged: spec.containers[0].tty, spec.hostname");
    }

    @Test
    void priorityIsKeptWhenLeftOut() {
        ObjectNode important = Samples.with(current, "{spec: {priority: 7, preemptionPolicy: 'Never'}}");
        ObjectNode plain = Samples.with(important, "{spec: {priority: null, preemptionPolicy: null}}");
        assertThat(Samples.updated(Kinds.POD, "", important, plain)).isEqualTo(important);
    }

    @Test
    void statusKeepsSpecOwnersAndQos() {
        ObjectNode owned = Samples.with(
                current, "{metadata: {ownerReferences: [{apiVersion: 'v1', kind: 'Node', name: 'n', uid: 'u'}]}}");
        ObjectNode reported = Samples.with(
                owned,
                "{metadata: {ownerReferences: null, labels: {l: 'm'}}, spec: {nodeName: 'x'},"
                        + "status: {phase: 'Running', qosClass: null}}");
        ObjectNode stored = Samples.updated(Kinds.POD, "status", owned, reported);
        assertThat(stored).isEqualTo(Samples.with(owned, "{metadata: {labels: {l: 'm'}}, status: {phase: 'Running'}}"));
    }

    /** So a Node looks at its daemon Pods. */
    @Test
    void endedContainersOfAPodWithoutSpecMayRunAgain() {
        ObjectNode ended = Json.object();
        ended.putObject("status")
                .putArray("containerStatuses")
                .addObject()
                .put("name", "c")
                .putObject("state")
                .putObject("terminated")
                .put("exitCode", 137);
        ObjectNode running = Json.object();
        running.putObject("status")
                .putArray("containerStatuses")
                .addObject()
                .put("name", "c")
                .putObject("state")
                .putObject("running");
        Causes causes = new Causes();
        PodStatusValidation.validate(running, ended, causes);
        assertThat(causes.isEmpty()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Never|0|status.containerStatuses[0].state: Forbidden: may not be transitioned to non-terminated state",
                "OnFailure|0|status.containerStatuses[0].state: Forbidden: may not be transitioned to non-terminated state",
                "OnFailure|1|",
                "Always|1|",
                "Always|0|"
            })
    void endedContainersStayEnded(String policy, int exitCode, String expected) {
        ObjectNode ended = Samples.with(
                current,
                "{spec: {restartPolicy: '" + policy
                        + "'}, status: {containerStatuses: [{name: 'c', state: {terminated: {exitCode: " + exitCode
                        + "}}}]}}");
        ObjectNode again = Samples.with(ended, "{status: {containerStatuses: [{name: 'c', state: {running: {}}}]}}");
        assertThat(String.join("", Samples.wrongUpdate(Kinds.POD, "status", ended, again)))
                .isEqualTo(expected == null ? "" : expected);
    }

    @ParameterizedTest
    @CsvSource({
        "busybox, true",
        "busybox:latest, true",
        "busybox:1, false",
        "host:5000/a/b, true",
        "host:5000/a/b:2, false",
        "'busybox@sha256:aa', false",
        "'busybox:latest@sha256:aa', true",
        "'', false",
        "Upper/Case, false",
        "' busybox', false"
    })
    void latestImagesArePulledAlways(String image, boolean always) {
        assertThat(ContainerDefaults.isLatest(image)).isEqualTo(always);
    }
}
