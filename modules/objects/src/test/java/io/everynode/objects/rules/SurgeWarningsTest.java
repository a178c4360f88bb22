package io.everynode.objects.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Kinds;
import io.everynode.objects.Outcome;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SurgeWarningsTest {

    private static final String PORT = "{name: 'c', image: 'i', ports: [{containerPort: 80, hostPort: 9100}]}";
    private static final String NETWORK = "{name: 'c', image: 'i', ports: [{containerPort: 80}]}";

    private static ObjectNode submitted(String strategy, String podSpec) {
        return Samples.with(
                Samples.daemonSet(), "{spec: {updateStrategy: " + strategy + ", template: {spec: " + podSpec + "}}}");
    }

    private static List<String> warnings(Outcome<ObjectNode> outcome) {
        return ((Outcome.Done<ObjectNode>) outcome).warnings();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{rollingUpdate: {maxSurge: 1, maxUnavailable: 0}} | {containers: [" + PORT + "]} | 9100/TCP",
                "{rollingUpdate: {maxSurge: '10%', maxUnavailable: 0}} | {containers: [" + PORT + "]} | 9100/TCP",
                "{rollingUpdate: {maxSurge: 1, maxUnavailable: 0}} | {hostNetwork: true, containers: [" + NETWORK
                        + "]} | 80/TCP",
                "{rollingUpdate: {maxSurge: 1, maxUnavailable: 0}} | {containers: [" + NETWORK + "]} | ''",
                "{rollingUpdate: {maxUnavailable: 1}} | {containers: [" + PORT + "]} | ''",
                "{rollingUpdate: {maxSurge: '0%', maxUnavailable: 1}} | {containers: [" + PORT + "]} | ''",
                "{type: 'OnDelete'} | {containers: [" + PORT + "]} | ''"
            })
    void hostPortsBesideASurge(String strategy, String podSpec, String port) {
        List<String> warnings =
                warnings(ObjectRules.create(Kinds.DAEMON_SET, submitted(strategy, podSpec), Samples.CONTEXT));
        if (port.isEmpty()) {
            assertThat(warnings).isEmpty();
        } else {
            assertThat(warnings).singleElement().asString().contains("maxSurge", "hostPort " + port, "\"c\"");
        }
    }

    @Test
    void warnsOnlyWhenTheSpecChanges() {
        ObjectNode current = Samples.created(
                Kinds.DAEMON_SET,
                submitted("{rollingUpdate: {maxSurge: 1, maxUnavailable: 0}}", "{containers: [" + PORT + "]}"));
        assertThat(warnings(update(current, "", "{metadata: {labels: {x: 'y'}}}")))
                .isEmpty();
        assertThat(warnings(update(current, "status", "{status: {numberReady: 1}}")))
                .isEmpty();
        assertThat(warnings(update(current, "", "{spec: {minReadySeconds: 3}}")))
                .hasSize(1);
    }

    private static Outcome<ObjectNode> update(ObjectNode current, String subresource, String fragment) {
        return ObjectRules.update(
                Kinds.DAEMON_SET, subresource, current, Samples.with(current, fragment), Samples.CONTEXT);
    }
}
