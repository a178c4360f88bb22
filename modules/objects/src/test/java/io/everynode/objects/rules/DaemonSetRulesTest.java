package io.everynode.objects.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.ApiStatus;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import io.everynode.objects.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DaemonSetRulesTest {

    private final ObjectNode current = Samples.created(Kinds.DAEMON_SET, Samples.daemonSet());

    /** What a PUT of the original with the fragment merged in gives. */
    private ObjectNode put(String fragment) {
        return Samples.updated(Kinds.DAEMON_SET, "", current, Samples.with(Samples.daemonSet(), fragment));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|1|1",
                "{metadata: {labels: {x: 'y'}}}|1|1",
                "{metadata: {annotations: {'" + DaemonSetRules.TEMPLATE_GENERATION + "': '77'}}}|1|1",
                "{status: {numberReady: 3}}|1|1",
                "{spec: {minReadySeconds: 5}}|2|1",
                "{spec: {minReadySeconds: 0}}|1|1",
                "{spec: {updateStrategy: {type: 'OnDelete'}}}|2|1",
                "{spec: {updateStrategy: {rollingUpdate: {maxUnavailable: 1}}}}|1|1",
                "{spec: {template: {spec: {hostNetwork: true}}}}|2|2",
                "{spec: {template: {spec: {hostNetwork: false, tolerations: [], dnsPolicy: 'ClusterFirst'}}}}|1|1",
                "{spec: {template: {metadata: {annotations: {restarted: 'now'}}}}}|2|2",
                "{spec: {template: {metadata: {annotations: {}}}}}|1|1",
                "{spec: {template: {spec: {containers: [{name: 'c', image: 'i:2'}]}}}}|2|2",
                "{spec: {template: {spec: {volumes: [{name: 'v', emptyDir: {}}]}}}}|2|2"
            })
    void generations(String fragment, int generation, String templateGeneration) {
        ObjectNode stored = put(fragment);
        assertThat(stored.path("metadata").path("generation").asInt()).isEqualTo(generation);
        assertThat(Json.text(stored, "metadata", "annotations", DaemonSetRules.TEMPLATE_GENERATION))
                .isEqualTo(templateGeneration);
        assertThat(stored.path("status")).isEqualTo(current.path("status"));
    }

    @Test
    void equalAmountsAreNoChange() {
        String one =
                "{spec: {template: {spec: {containers: [{name: 'c', image: 'i:1', resources: {limits: {cpu: '1'}}}]}}}}";
        ObjectNode limited = Samples.created(Kinds.DAEMON_SET, Samples.with(Samples.daemonSet(), one));
        ObjectNode inMilli = Samples.with(Samples.daemonSet(), one.replace("'1'}}", "'1000m'}}"));
        ObjectNode stored = Samples.updated(Kinds.DAEMON_SET, "", limited, inMilli);
        assertThat(stored).isEqualTo(limited);
    }

    @Test
    void amountsBecomeText() {
        ObjectNode submitted = Samples.with(
                Samples.daemonSet(),
                "{spec: {template: {spec: {containers: [{name: 'c', image: 'i', resources: {limits: {cpu: 2, memory: 0.5}}}]}}}}");
        assertThat(Samples.created(Kinds.DAEMON_SET, submitted).at("/spec/template/spec/containers/0/resources"))
                .isEqualTo(Samples.json("{limits: {cpu: '2', memory: '0.5'}}"));
    }

    @Test
    void createClearsStatus() {
        ObjectNode created =
                Samples.created(Kinds.DAEMON_SET, Samples.with(Samples.daemonSet(), "{status: {numberReady: 3}}"));
        assertThat(created.path("status"))
                .isEqualTo(
                        Samples.json(
                                "{currentNumberScheduled: 0, numberMisscheduled: 0, desiredNumberScheduled: 0, numberReady: 0}"));
    }

    @ParameterizedTest
    @CsvSource({"'5', 5", "'0', 1", "'-3', 1"})
    void createKeepsAPositiveTemplateGeneration(String given, String stored) {
        ObjectNode submitted = Samples.with(
                Samples.daemonSet(),
                "{metadata: {annotations: {'" + DaemonSetRules.TEMPLATE_GENERATION + "': '" + given + "'}}}");
        assertThat(Json.text(
                        Samples.created(Kinds.DAEMON_SET, submitted),
                        "metadata",
                        "annotations",
                        DaemonSetRules.TEMPLATE_GENERATION))
                .isEqualTo(stored);
    }

    @Test
    void aTemplateGenerationThatIsNoNumberCannotBeRead() {
        ObjectNode submitted = Samples.with(
                Samples.daemonSet(), "{metadata: {annotations: {'" + DaemonSetRules.TEMPLATE_GENERATION + "': 'x'}}}");
        Outcome<ObjectNode> outcome = ObjectRules.create(Kinds.DAEMON_SET, submitted, Samples.CONTEXT);
        assertThat(((Outcome.Refused<ObjectNode>) outcome).status())
                .extracting(ApiStatus::code, ApiStatus::reason)
                .containsExactly(400, "BadRequest");
    }

    @Test
    void statusWritesOnlyStatusAndMetadata() {
        ObjectNode submitted = Samples.with(
                current,
                "{metadata: {labels: {l: 'm'}}, spec: {minReadySeconds: 9}, status: {numberReady: 2, observedGeneration: 1}}");
        ObjectNode stored = Samples.updated(Kinds.DAEMON_SET, "status", current, submitted);
        assertThat(stored.path("spec")).isEqualTo(current.path("spec"));
        assertThat(stored.path("status").path("numberReady").asInt()).isEqualTo(2);
        assertThat(stored.path("metadata").path("generation").asInt()).isEqualTo(1);
        assertThat(Json.text(stored, "metadata", "labels", "l")).isEqualTo("m");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{currentNumberScheduled: -1}|status.currentNumberScheduled: Invalid value: -1: must be greater than or equal to 0",
                "{numberMisscheduled: -1}|status.numberMisscheduled: Invalid value: -1: must be greater than or equal to 0",
                "{desiredNumberScheduled: -1}|status.desiredNumberScheduled: Invalid value: -1: must be greater than or equal to 0",
                "{numberReady: -1}|status.numberReady: Invalid value: -1: must be greater than or equal to 0",
                "{observedGeneration: -1}|status.observedGeneration: Invalid value: -1: must be greater than or equal to 0",
                "{updatedNumberScheduled: -1}|status.updatedNumberScheduled: Invalid value: -1: must be greater than or equal to 0",
                "{numberAvailable: -1}|status.numberAvailable: Invalid value: -1: must be greater than or equal to 0",
                "{numberUnavailable: -1}|status.numberUnavailable: Invalid value: -1: must be greater than or equal to 0",
                "{collisionCount: 1}|status.collisionCount: Invalid value: 1: cannot be decremented",
                "{collisionCount: null}|status.collisionCount: Invalid value: 0: cannot be decremented"
            })
    void wrongStatus(String status, String expected) {
        ObjectNode collided = Samples.with(current, "{status: {collisionCount: 2}}");
        assertThat(Samples.wrongUpdate(
                        Kinds.DAEMON_SET, "status", collided, Samples.with(collided, "{status: " + status + "}")))
                .containsExactly(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{selector: null}|spec.selector: Required value",
                "{selector: {matchLabels: null, matchExpressions: [{key: 'a', operator: 'In'}]}}|"
                        + "spec.selector.matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
                "{selector: {matchExpressions: [{key: 'a', operator: 'Near'}]}}|"
                        + "spec.selector.matchExpressions[0].operator: Invalid value: \"Near\": not a valid selector operator",
                "{template: {metadata: {labels: {a: 'c'}}}}|"
                        + "spec.template.metadata.labels: Invalid value: {\"a\":\"c\"}: `selector` does not match template `labels`",
                "{template: {spec: {activeDeadlineSeconds: 5}}}|"
                        + "spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in DaemonSet is not Supported",
                "{template: {spec: {restartPolicy: 'OnFailure'}}}|"
                        + "spec.template.spec.restartPolicy: Unsupported value: \"OnFailure\": supported values: \"Always\"",
                "{minReadySeconds: -1}|spec.minReadySeconds: Invalid value: -1: must be greater than or equal to 0",
                "{updateStrategy: {rollingUpdate: {maxUnavailable: -1}}}|"
                        + "spec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: -1: must be greater than or equal to 0",
                "{updateStrategy: {rollingUpdate: {maxUnavailable: '0%', maxSurge: '0%'}}}|"
                        + "spec.updateStrategy.rollingUpdate.maxUnavailable: Required value: cannot be 0 when maxSurge is 0",
                "{revisionHistoryLimit: -1}|spec.revisionHistoryLimit: Invalid value: -1: must be greater than or equal to 0",
                "{updateStrategy: {rollingUpdate: {maxUnavailable: '101%'}}}|"
                        + "spec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: \"101%\": must not be greater than 100%",
                "{updateStrategy: {rollingUpdate: {maxUnavailable: 'x'}}}|"
                        + "spec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: \"x\": a valid percent string must be a "
                        + "numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')",
                "{updateStrategy: {rollingUpdate: {maxSurge: 1}}}|"
                        + "spec.updateStrategy.rollingUpdate.maxSurge: Invalid value: 1: may not be set when maxUnavailable is non-zero",
                "{updateStrategy: {rollingUpdate: {maxUnavailable: 0}}}|"
                        + "spec.updateStrategy.rollingUpdate.maxUnavailable: Required value: cannot be 0 when maxSurge is 0",
                "{updateStrategy: {type: 'Canary'}}|spec.updateStrategy: Unsupported value: {\"type\":\"Canary\"}: "
                        + "supported values: \"RollingUpdate\", \"OnDelete\""
            })
    void wrongSpecs(String spec, String expected) {
        ObjectNode submitted = Samples.with(Samples.daemonSet(), "{spec: " + spec + "}");
        assertThat(Samples.wrongNew(Kinds.DAEMON_SET, submitted)).first().isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{maxUnavailable: 0, maxSurge: 1}",
                "{maxUnavailable: '0%', maxSurge: '30%'}",
                "{maxUnavailable: '100%'}",
                "{maxUnavailable: 5000}"
            })
    void rightStrategies(String rolling) {
        ObjectNode submitted =
                Samples.with(Samples.daemonSet(), "{spec: {updateStrategy: {rollingUpdate: " + rolling + "}}}");
        assertThat(Samples.wrongNew(Kinds.DAEMON_SET, submitted)).isEmpty();
    }

    @Test
    void theSelectorStays() {
        ObjectNode other = Samples.with(
                current,
                "{spec: {selector: {matchLabels: {a: null, x: 'y'}}, template: {metadata: {labels: {x: 'y'}}}}}");
        assertThat(Samples.wrongUpdate(Kinds.DAEMON_SET, "", current, other))
                .containsExactly("spec.selector: Invalid value: {\"matchLabels\":{\"x\":\"y\"}}: field is immutable");
    }

    @Test
    void templatesGetNoDefaultsOfPods() {
        assertThat(current.at("/spec/template/spec"))
                .isEqualTo(Samples.json(
                        "{containers: [{name: 'c', image: 'i:1', imagePullPolicy: 'IfNotPresent', resources: {},"
                                + "terminationMessagePath: '/dev/termination-log', terminationMessagePolicy: 'File'}],"
                                + "dnsPolicy: 'ClusterFirst', restartPolicy: 'Always', schedulerName: 'default-scheduler',"
                                + "securityContext: {}, terminationGracePeriodSeconds: 30}"));
    }

    @Test
    void everyWrongFieldIsNamedAtOnce() {
        ObjectNode submitted = Samples.with(
                Samples.daemonSet(),
                "{metadata: {name: 'D'}, spec: {minReadySeconds: -1, template: {spec: {dnsPolicy: 'x', containers: [{}]}}}}");
        assertThat(Samples.wrongNew(Kinds.DAEMON_SET, submitted))
                .extracting(text -> text.substring(0, text.indexOf(':')))
                .containsExactly(
                        "metadata.name",
                        "spec.template.spec.containers[0].name",
                        "spec.template.spec.containers[0].image",
                        "spec.template.spec.dnsPolicy",
                        "spec.minReadySeconds");
    }
}
