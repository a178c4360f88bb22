package io.everynode.core.podsecurity;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.placement.Yaml;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamespacePolicyTest {

    private static final NamespacePolicy DEFAULTS = new NamespacePolicy(
            new SecurityStandard(SecurityLevel.BASELINE, 30),
            SecurityStandard.PRIVILEGED,
            new SecurityStandard(SecurityLevel.RESTRICTED, SecurityStandard.LATEST));

    private static ObjectNode namespace(String labels) {
        ObjectNode namespace = Yaml.object("{metadata: {name: x}}");
        ObjectNode into = ((ObjectNode) namespace.get("metadata")).putObject("labels");
        for (String label : labels.split(" ")) {
            if (label.contains("=")) {
                into.put("pod-security.kubernetes.io/" + label.split("=", -1)[0], label.split("=", -1)[1]);
            }
        }
        return namespace;
    }

    @ParameterizedTest
    @CsvSource({
        "-, baseline:v1.30, privileged:latest, restricted:latest",
        "enforce=restricted, restricted:v1.30, privileged:latest, restricted:latest",
        "enforce=restricted enforce-version=v1.0, restricted:v1.0, privileged:latest, restricted:latest",
        "enforce-version=latest, baseline:latest, privileged:latest, restricted:latest",
        "audit=baseline audit-version=v1.5 warn=privileged, baseline:v1.30, baseline:v1.5, privileged:latest",
        "enforce=privileged warn-version=v1.9, privileged:v1.30, privileged:latest, restricted:v1.9",
        "enforce=Restricted audit=x warn=y, restricted:v1.30, privileged:latest, privileged:latest",
        "enforce-version=1.30 audit-version= warn-version=v2.0, baseline:latest, privileged:latest, restricted:latest",
        "enforce-version=v1.01, baseline:latest, privileged:latest, restricted:latest",
        "enforce-version=v1.99999999999, baseline:latest, privileged:latest, restricted:latest"
    })
    void labelsCountBeforeDefaults(String labels, String enforce, String audit, String warn) {
        NamespacePolicy policy = NamespacePolicy.of(namespace(labels), DEFAULTS);

        assertThat(List.of(
                        policy.enforce().toString(),
                        policy.audit().toString(),
                        policy.warn().toString()))
                .containsExactly(enforce, audit, warn);
    }

    @Test
    void someNamespacesArePrivilegedUnlessTheySayOtherwise() {
        PodSecurityDefaults defaults = new PodSecurityDefaults(DEFAULTS, Set.of("kube-system"));

        assertThat(defaults.of("kube-system", namespace("-")).allowsAll()).isTrue();
        assertThat(defaults.of("kube-system", namespace("enforce=baseline")).enforce())
                .hasToString("baseline:latest");
        assertThat(defaults.of("other", namespace("-"))).isEqualTo(DEFAULTS);
        assertThat(PodSecurityDefaults.NONE.of("other", namespace("-")).allowsAll())
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "enforce=privileged, enforce=baseline, true",
        "enforce=baseline, enforce=restricted, true",
        "enforce=restricted, enforce=baseline, false",
        "enforce=baseline, enforce=baseline, false",
        "enforce=baseline, enforce=privileged, false",
        "enforce=restricted enforce-version=v1.0, enforce=restricted enforce-version=v1.30, true",
        "enforce=restricted enforce-version=v1.0, enforce=baseline enforce-version=v1.30, true",
        "enforce=baseline, enforce=baseline warn=restricted, false"
    })
    void podsAreLookedAtWhenMoreMayBeForbidden(String before, String after, boolean looked) {
        assertThat(NamespacePolicy.of(namespace(after), NamespacePolicy.PRIVILEGED)
                        .mayNewlyForbid(NamespacePolicy.of(namespace(before), NamespacePolicy.PRIVILEGED)))
                .isEqualTo(looked);
    }

    @Test
    void podsThatViolateTheSameAreToldTogether() {
        ExistingPods pods =
                new ExistingPods("team", new SecurityStandard(SecurityLevel.BASELINE, SecurityStandard.LATEST));
        pods.look("c", Yaml.object("{spec: {hostNetwork: true}}"));
        pods.look("b", Yaml.object("{spec: {hostPID: true}}"));
        pods.look("a", Yaml.object("{spec: {containers: [{name: a, securityContext: {privileged: true}}]}}"));
        pods.look("d", Yaml.object("{spec: {hostIPC: true}}"));
        pods.look("e", Yaml.object("{spec: {containers: [{name: a}]}}"));
        pods.look("f", Yaml.object("{spec: {containers: [{name: b, securityContext: {privileged: true}}]}}"));

        assertThat(pods.warnings(6))
                .containsExactly(
                        "existing pods in namespace \"team\" violate the new PodSecurity enforce level \"baseline:latest\"",
                        "a (and 1 other pod): privileged",
                        "b (and 2 other pods): host namespaces");
        assertThat(pods.warnings(7))
                .startsWith("new PodSecurity enforce level only checked against the first 6 of 7 existing pods");
    }

    @Test
    void nobodyWaitsForMoreThanABoundedNumberOfPods() {
        ExistingPods pods = new ExistingPods("team", SecurityStandard.PRIVILEGED);
        int looked = 1;
        while (pods.look("p" + looked, Yaml.object("{}"))) {
            looked++;
        }
        assertThat(looked).isEqualTo(ExistingPods.MOST);
        assertThat(pods.warnings(looked)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{metadata: {labels: {a: b}}} | false",
                "{metadata: {annotations: {a: b}}} | false",
                "{status: {phase: Running}} | false",
                "{spec: {containers: [{name: c, image: other}]}} | true",
                "{spec: {containers: [{name: c, image: i}], ephemeralContainers: [{name: e, image: i}]}} | true",
                "{metadata: {annotations: {container.apparmor.security.beta.kubernetes.io/c: unconfined}}} | true",
                "{metadata: {annotations: {seccomp.security.alpha.kubernetes.io/pod: unconfined}}} | true"
            })
    void onlySomeUpdatesOfPodsMatter(String change, boolean matters) {
        ObjectNode before = Yaml.object("{spec: {containers: [{name: c, image: i}]}}");
        ObjectNode after = before.deepCopy();
        after.setAll(Yaml.object(change));

        assertThat(PodUpdates.matter(before, after)).isEqualTo(matters);
    }
}
