package io.everynode.core.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.daemonset.AdmittedTemplate;
import io.everynode.core.placement.Yaml;
import io.everynode.objects.Json;
import io.everynode.objects.Outcome;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Cases after plugin/pkg/admission/priority/admission_test.go. */
class PriorityAdmissionTest {

    private static final PriorityAdmission PLAIN = new PriorityAdmission(List.of(
            Yaml.object("{metadata: {name: high}, value: 1000, preemptionPolicy: PreemptLowerPriority}"),
            Yaml.object("{metadata: {name: patient}, value: 900, preemptionPolicy: Never}")));

    private static final PriorityAdmission WITH_DEFAULT = new PriorityAdmission(List.of(
            Yaml.object("{metadata: {name: high}, value: 1000}"),
            Yaml.object("{metadata: {name: usual}, value: 50, preemptionPolicy: Never, globalDefault: true}")));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | 0 PreemptLowerPriority ",
                "{priorityClassName: high} | 1000 PreemptLowerPriority high",
                "{priorityClassName: patient} | 900 Never patient",
                "{priorityClassName: system-node-critical} | 2000001000 PreemptLowerPriority system-node-critical",
                "{priorityClassName: high, priority: 1000} | 1000 PreemptLowerPriority high",
                "{priorityClassName: high, preemptionPolicy: PreemptLowerPriority} | 1000 PreemptLowerPriority high",
                "{priority: 0} | 0 PreemptLowerPriority ",
            })
    void resolves(String spec, String expected) {
        assertThat(admitted(PLAIN, spec)).isEqualTo(expected.strip());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{priorityClassName: gone} | no PriorityClass with name gone was found",
                "{priorityClassName: high, priority: 7} | the integer value of priority (7) must not be provided in pod spec; priority admission controller computed 1000 from the given PriorityClass name",
                "{priority: 7} | the integer value of priority (7) must not be provided in pod spec; priority admission controller computed 0 from the given PriorityClass name",
                "{priorityClassName: high, preemptionPolicy: Never} | the string value of PreemptionPolicy (Never) must not be provided in pod spec; priority admission controller computed PreemptLowerPriority from the given PriorityClass name",
            })
    void refuses(String spec, String expected) {
        assertThat(PLAIN.admit(Yaml.object(spec))).isEqualTo(expected);
    }

    @Test
    void theGlobalDefaultIsForPodsWithoutClass() {
        assertThat(admitted(WITH_DEFAULT, "{}")).isEqualTo("50 Never usual");
        assertThat(admitted(WITH_DEFAULT, "{priorityClassName: high}")).isEqualTo("1000 PreemptLowerPriority high");
        assertThat(WITH_DEFAULT.globalDefault()).isEqualTo("usual");
        assertThat(PLAIN.globalDefault()).isEmpty();
    }

    @Test
    void templatesOfDaemonSetsGetItToo() {
        AdmittedTemplate template = AdmittedTemplate.of(Yaml.object("{spec: {priorityClassName: high}}"));
        Outcome<AdmittedTemplate> admitted = template.withPriority(PLAIN, "agent-");
        AdmittedTemplate done = ((Outcome.Done<AdmittedTemplate>) admitted).value();
        assertThat(done.requirements().priority()).isEqualTo(1000);
        assertThat(done.hash()).isNotEqualTo(template.hash());
        assertThat(done.template().toString()).contains("\"priority\":1000");
        AdmittedTemplate lost = AdmittedTemplate.of(Yaml.object("{spec: {priorityClassName: gone}}"));
        assertThat(((Outcome.Refused<AdmittedTemplate>) lost.withPriority(PLAIN, "agent-"))
                        .status()
                        .message())
                .isEqualTo("pods \"agent-\" is forbidden: no PriorityClass with name gone was found");
    }

    /** Nobody looks at them when the DaemonSet is written, so its Pods fail, as upstream. */
    @Test
    void templatesWithFinalizersThatNoPodMayHaveAreRefused() {
        AdmittedTemplate good = AdmittedTemplate.of(Yaml.object("{metadata: {finalizers: [example.com/a]}, spec: {}}"));
        assertThat(good.finalizers()).containsExactly("example.com/a");
        assertThat(((Outcome.Done<AdmittedTemplate>) good.withPriority(PLAIN, "agent-"))
                        .value()
                        .finalizers())
                .containsExactly("example.com/a");
        AdmittedTemplate bad = AdmittedTemplate.of(Yaml.object("{metadata: {finalizers: [mine]}, spec: {}}"));
        assertThat(((Outcome.Refused<AdmittedTemplate>) bad.withPriority(PLAIN, "agent-"))
                        .status()
                        .message())
                .isEqualTo("Pod \"agent-\" is invalid: metadata.finalizers[0]: Invalid value: \"mine\": "
                        + "name is neither a standard finalizer name nor is it fully qualified");
    }

    private static String admitted(PriorityAdmission classes, String text) {
        ObjectNode spec = Yaml.object(text);
        assertThat(classes.admit(spec)).isEmpty();
        return (spec.path("priority").asText() + " " + Json.text(spec, "preemptionPolicy") + " "
                        + Json.text(spec, "priorityClassName"))
                .strip();
    }
}
