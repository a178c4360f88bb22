package io.everynode.objects.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Kinds without behaviour of their own: wrong ones, and what may not change. */
class OtherKindsTest {

    private static Kind kind(String name) {
        return Kinds.all().stream()
                .filter(kind -> kind.kind().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ConfigMap|{data: {'a/b': 'x'}}|data[a/b]: Invalid value: \"a/b\": a valid config key must consist of",
                "ConfigMap|{data: {'..': 'x'}}|data[..]: Invalid value: \"..\": must not be '..'",
                "ConfigMap|{data: {a: 'x'}, binaryData: {a: 'eA=='}}|data[a]: Invalid value: \"a\": duplicate of key present in binaryData",
                "Secret|{data: {'a b': 'eA=='}}|data[a b]: Invalid value: \"a b\"",
                "Secret|{type: 'kubernetes.io/tls', data: {'tls.crt': 'eA=='}}|data[tls.key]: Required value",
                "Secret|{type: 'kubernetes.io/ssh-auth'}|data[ssh-privatekey]: Required value",
                "Secret|{type: 'kubernetes.io/dockerconfigjson'}|data[.dockerconfigjson]: Required value",
                "Secret|{type: 'kubernetes.io/dockercfg', data: {'.dockercfg': 'c2VjcmV0'}}|"
                        + "data[.dockercfg]: Invalid value: \"<secret contents redacted>\": must be a JSON object",
                "Secret|{type: 'kubernetes.io/service-account-token'}|"
                        + "metadata.annotations[kubernetes.io/service-account.name]: Required value",
                "ServiceAccount|{metadata: {name: 'A'}}|metadata.name: Invalid value: \"A\"",
                "Service|{}|spec.ports: Required value",
                "Service|{metadata: {name: '1a'}, spec: {ports: [{port: 1}]}}|metadata.name: Invalid value: \"1a\": a DNS-1035 label",
                "Service|{spec: {ports: [{port: 0}]}}|spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive",
                "Service|{spec: {ports: [{port: 1, name: 'a'}, {port: 2}]}}|spec.ports[1].name: Required value",
                "Service|{spec: {ports: [{port: 1, name: 'a'}, {port: 1, name: 'b'}]}}|"
                        + "spec.ports[1]: Duplicate value: {\"protocol\":\"TCP\",\"port\":1}",
                "Service|{spec: {type: 'Magic', ports: [{port: 1}]}}|spec.type: Unsupported value: \"Magic\": supported values: "
                        + "\"ClusterIP\", \"ExternalName\", \"LoadBalancer\", \"NodePort\"",
                "Service|{spec: {type: 'ExternalName'}}|spec.externalName: Required value",
                "Service|{spec: {type: 'NodePort', clusterIP: 'None', ports: [{port: 1}]}}|"
                        + "spec.clusterIPs[0]: Invalid value: \"None\": may not be set to 'None' for NodePort services",
                "Lease|{spec: {leaseDurationSeconds: 0}}|spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0",
                "Lease|{spec: {leaseTransitions: -1}}|spec.leaseTransitions: Invalid value: -1: must be greater than or equal to 0",
                "PriorityClass|{value: 1000000001}|value: Forbidden: maximum allowed value of a user defined priority is 1000000000",
                "PriorityClass|{metadata: {name: 'system-mine'}}|metadata.name: Forbidden: priority class names with 'system-' prefix are "
                        + "reserved for system use only. error: system-mine is not a known system priority class",
                "PriorityClass|{preemptionPolicy: 'x'}|preemptionPolicy: Unsupported value: \"x\"",
                "ControllerRevision|{}|data: Required value: data is mandatory",
                "ClusterRole|{metadata: {name: 'a/b'}}|metadata.name: Invalid value: \"a/b\": may not contain '/'",
                "ClusterRole|{rules: [{apiGroups: [''], resources: ['pods']}]}|rules[0].verbs: Required value: verbs must contain",
                "Role|{rules: [{verbs: ['get'], nonResourceURLs: ['/x']}]}|rules[0].nonResourceURLs: Invalid value: [\"/x\"]: "
                        + "namespaced rules cannot apply to non-resource URLs",
                "ClusterRole|{rules: [{verbs: ['get'], resources: ['pods']}]}|rules[0].apiGroups: Required value: resource rules must",
                "RoleBinding|{roleRef: {kind: 'User', name: 'x'}}|roleRef.kind: Unsupported value: \"User\": supported values: "
                        + "\"Role\", \"ClusterRole\"",
                "ClusterRoleBinding|{roleRef: {kind: 'Role', name: 'x'}}|roleRef.kind: Unsupported value: \"Role\"",
                "ClusterRoleBinding|{roleRef: {kind: 'ClusterRole', name: 'x'}, subjects: [{kind: 'ServiceAccount', name: 'a'}]}|"
                        + "subjects[0].namespace: Required value",
                "RoleBinding|{roleRef: {kind: 'Role', name: 'x'}, subjects: [{kind: 'Robot', name: 'a'}]}|"
                        + "subjects[0].kind: Unsupported value: \"Robot\"",
                "ClusterRole|{aggregationRule: {}}|aggregationRule.clusterRoleSelectors: Required value: at least one",
                "Event|{involvedObject: {namespace: 'other'}}|involvedObject.namespace: Invalid value: \"other\": does not match event.namespace",
                "Event|{involvedObject: {namespace: 'n'}, eventTime: '2026-01-01T00:00:00.000000Z', reportingInstance: 'i', action: 'a', "
                        + "reason: 'r'}|reportingComponent: Required value"
            })
    void wrongOnes(String kind, String rest, String expected) {
        assertThat(Samples.wrongNew(kind(kind), Samples.object(kind(kind), rest)))
                .first()
                .asString()
                .startsWith(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ConfigMap|{immutable: true, data: {a: '1'}}|{data: {a: '2'}}|data: Forbidden: field is immutable when `immutable` is set",
                "ConfigMap|{immutable: true}|{immutable: false}|immutable: Forbidden: field is immutable when `immutable` is set",
                "Secret|{type: 'a/b'}|{type: 'c/d'}|type: Invalid value: \"c/d\": field is immutable",
                "Secret|{immutable: true, stringData: {a: '1'}}|{stringData: {a: '2'}}|data: Forbidden: field is immutable when",
                "PriorityClass|{value: 5}|{value: 6}|value: Forbidden: may not be changed in an update.",
                "PriorityClass|{value: 5}|{preemptionPolicy: 'Never'}|preemptionPolicy: Invalid value: \"Never\": field is immutable",
                "ControllerRevision|{data: {a: 1}}|{data: {a: 2}}|data: Invalid value: {\"a\":2}: field is immutable",
                "RoleBinding|{roleRef: {kind: 'Role', name: 'x'}}|{roleRef: {name: 'y'}}|roleRef: Invalid value: "
                        + "{\"kind\":\"Role\",\"name\":\"y\",\"apiGroup\":\"rbac.authorization.k8s.io\"}: cannot change roleRef",
                "Service|{spec: {clusterIP: 'None'}}|{spec: {clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.1']}}|"
                        + "spec.clusterIPs[0]: Invalid value: [\"10.0.0.1\"]: may not change once set"
            })
    void whatMayNotChange(String kind, String rest, String change, String expected) {
        ObjectNode current = Samples.created(kind(kind), Samples.object(kind(kind), rest));
        assertThat(Samples.wrongUpdate(kind(kind), "", current, Samples.with(current, change)))
                .first()
                .asString()
                .startsWith(expected);
    }

    @Test
    void valuesOfSecretsAreEncoded() {
        ObjectNode secret =
                Samples.object(Kinds.SECRET, "{stringData: {a: 'x', b: 'ä'}, data: {a: 'b2xk', c: 'eQ=='}}");
        ObjectNode created = Samples.created(Kinds.SECRET, secret);
        assertThat(created.path("data")).isEqualTo(Samples.json("{a: 'eA==', b: 'w6Q=', c: 'eQ=='}"));
        assertThat(created.has("stringData")).isFalse();
        assertThat(created.path("type").asText()).isEqualTo("Opaque");
    }

    @Test
    void aMebibyteAndNoMore() {
        String full = "x".repeat(ConfigMapRules.SIZE_LIMIT);
        assertThat(Samples.wrongNew(Kinds.CONFIG_MAP, Samples.object(Kinds.CONFIG_MAP, "{data: {a: '" + full + "'}}")))
                .isEmpty();
        assertThat(Samples.wrongNew(Kinds.CONFIG_MAP, Samples.object(Kinds.CONFIG_MAP, "{data: {a: '" + full + "x'}}")))
                .containsExactly(": Too long: may not be more than 1048576 bytes");
        assertThat(Samples.wrongNew(Kinds.SECRET, Samples.object(Kinds.SECRET, "{stringData: {a: '" + full + "'}}")))
                .isEmpty();
        assertThat(Samples.wrongNew(Kinds.SECRET, Samples.object(Kinds.SECRET, "{stringData: {a: '" + full + "x'}}")))
                .containsExactly("data: Too long: may not be more than 1048576 bytes");
    }

    @Test
    void defaultsOfServices() {
        ObjectNode headless = Samples.created(
                Kinds.SERVICE, Samples.object(Kinds.SERVICE, "{spec: {clusterIP: 'None', ports: [{port: 80}]}}"));
        assertThat(headless.path("spec"))
                .isEqualTo(Samples.json(
                        "{clusterIP: 'None', ports: [{port: 80, protocol: 'TCP', targetPort: 80}], type: 'ClusterIP',"
                                + "sessionAffinity: 'None', internalTrafficPolicy: 'Cluster', clusterIPs: ['None'],"
                                + "ipFamilyPolicy: 'RequireDualStack', ipFamilies: ['IPv4', 'IPv6']}"));
        assertThat(headless.path("status")).isEqualTo(Samples.json("{loadBalancer: {}}"));
        ObjectNode plain =
                Samples.created(Kinds.SERVICE, Samples.object(Kinds.SERVICE, "{spec: {ports: [{port: 80}]}}"));
        String address = plain.path("spec").path("clusterIP").asText();
        assertThat(address).matches("10\\.(9[6-9]|10[0-9]|11[01])\\.[0-9]+\\.[0-9]+");
        assertThat(plain.path("spec").path("clusterIPs"))
                .isEqualTo(Samples.json("{l: ['" + address + "']}").get("l"));
        assertThat(plain.path("spec").path("ipFamilyPolicy").asText()).isEqualTo("SingleStack");
        assertThat(plain.path("spec").path("ipFamilies"))
                .isEqualTo(Samples.json("{l: ['IPv4']}").get("l"));
    }

    @Test
    void aServiceKeepsItsAddressUntilItIsAnAlias() {
        ObjectNode plain =
                Samples.created(Kinds.SERVICE, Samples.object(Kinds.SERVICE, "{spec: {ports: [{port: 80}]}}"));
        ObjectNode again = Samples.updated(
                Kinds.SERVICE, "", plain, Samples.object(Kinds.SERVICE, "{spec: {ports: [{port: 80}]}}"));
        assertThat(again.path("spec")).isEqualTo(plain.path("spec"));
        ObjectNode alias = Samples.updated(
                Kinds.SERVICE, "", plain, Samples.with(plain, "{spec: {type: 'ExternalName', externalName: 'a.b'}}"));
        assertThat(alias.path("spec").has("clusterIP") || alias.path("spec").has("ipFamilies"))
                .isFalse();
        ObjectNode back = Samples.updated(
                Kinds.SERVICE, "", alias, Samples.with(alias, "{spec: {type: 'ClusterIP', externalName: null}}"));
        assertThat(back.path("spec").path("clusterIP"))
                .isEqualTo(plain.path("spec").path("clusterIP"));
    }

    @Test
    void systemPriorityClassesHaveTheirValues() {
        ObjectNode node =
                Samples.object(Kinds.PRIORITY_CLASS, "{metadata: {name: 'system-node-critical'}, value: 2000001000}");
        assertThat(Samples.wrongNew(Kinds.PRIORITY_CLASS, node)).isEmpty();
        assertThat(Samples.wrongNew(Kinds.PRIORITY_CLASS, Samples.with(node, "{value: 5}")))
                .isEqualTo(List.of(
                        "metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for system use "
                                + "only. error: value of system-node-critical PriorityClass must be 2000001000"));
    }

    @Test
    void eventsOfObjectsWithoutNamespaceLiveInDefault() {
        ObjectNode event = Samples.object(Kinds.EVENT, "{involvedObject: {kind: 'Node', name: 'x'}}");
        assertThat(Samples.wrongNew(Kinds.EVENT, event)).hasSize(1);
        assertThat(Samples.wrongNew(Kinds.EVENT, Samples.with(event, "{metadata: {namespace: 'default'}}")))
                .isEmpty();
    }
}
