package io.everynode.objects.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Kinds;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A selector that matches every Pod, after TestPodIsNotDeletedByDaemonsetWithEmptyLabelSelector. Upstream's controller
 * leaves such a DaemonSet alone with an event; here none can come to be.
 */
class EmptySelectorTest {

    @ParameterizedTest
    @ValueSource(
            strings = {"{matchLabels: null}", "{matchLabels: {a: null}}", "{matchLabels: null, matchExpressions: []}"})
    void isRefused(String selector) {
        ObjectNode submitted = Samples.with(Samples.daemonSet(), "{spec: {selector: " + selector + "}}");
        assertThat(Samples.wrongNew(Kinds.DAEMON_SET, submitted))
                .singleElement()
                .satisfies(message -> assertThat(message)
                        .startsWith("spec.selector: Invalid value: ")
                        .endsWith(": empty selector is invalid for daemonset"));
    }
}
