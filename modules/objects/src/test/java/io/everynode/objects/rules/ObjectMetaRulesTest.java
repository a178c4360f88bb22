package io.everynode.objects.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Json;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ObjectMetaRulesTest {

    static Stream<Kind> kinds() {
        return Kinds.all().stream();
    }

    static ObjectNode valid(Kind kind) {
        return switch (kind.kind()) {
            case "DaemonSet" -> Samples.daemonSet();
            case "Pod" -> Samples.pod();
            case "Service" -> Samples.object(kind, "{spec: {ports: [{port: 80}]}}");
            case "ControllerRevision" -> Samples.object(kind, "{data: {a: 1}}");
            case "Event" ->
                Samples.object(
                        kind,
                        kind.group().isEmpty()
                                ? "{involvedObject: {namespace: 'n'}}"
                                : "{regarding: {namespace: 'n'}, eventTime: '2026-01-01T00:00:00.000000Z', type: 'Normal',"
                                        + " reportingController: 'c', reportingInstance: 'i', action: 'a', reason: 'r'}");
            case "RoleBinding", "ClusterRoleBinding" ->
                Samples.object(kind, "{roleRef: {kind: 'ClusterRole', name: 'r'}}");
            case "PersistentVolume" ->
                Samples.object(
                        kind,
                        "{spec: {capacity: {storage: '1Gi'}, accessModes: ['ReadWriteOnce'], csi: {driver: 'd.io',"
                                + " volumeHandle: 'h'}}}");
            case "PersistentVolumeClaim" ->
                Samples.object(
                        kind, "{spec: {accessModes: ['ReadWriteOnce'], resources: {requests: {storage: '1Gi'}}}}");
            case "Endpoints" ->
                Samples.object(kind, "{subsets: [{addresses: [{ip: '10.0.0.1'}], ports: [{port: 1}]}]}");
            case "PodTemplate" ->
                Samples.object(
                        kind,
                        "{template: {metadata: {labels: {a: 'b'}}, spec: {containers: [{name: 'c', image: 'i'}]}}}");
            case "RuntimeClass" -> Samples.object(kind, "{handler: 'h', overhead: {podFixed: {cpu: '1'}}}");
            case "StorageClass" -> Samples.object(kind, "{provisioner: 'p.io/x', parameters: {a: 'b'}}");
            case "CSIDriver" -> Samples.object(kind, "{spec: {tokenRequests: [{audience: 'a'}]}}");
            case "CSINode" ->
                Samples.object(kind, "{spec: {drivers: [{name: 'd.io', nodeID: 'n', topologyKeys: ['a/b']}]}}");
            case "VolumeAttachment" ->
                Samples.object(kind, "{spec: {attacher: 'd.io', nodeName: 'n', source: {persistentVolumeName: 'v'}}}");
            case "CertificateSigningRequest" ->
                Samples.object(
                        kind,
                        "{spec: {signerName: 'kubernetes.io/kubelet-serving', usages: ['digital signature', 'server auth'],"
                                + " request: '" + CertificateSamples.REQUEST + "'}}");
            default -> Samples.object(kind, "{}");
        };
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void systemFieldsComeFromTheSystem(Kind kind) {
        ObjectNode submitted = Samples.with(
                valid(kind),
                "{metadata: {uid: 'mine', creationTimestamp: '2000-01-01T00:00:00Z', resourceVersion: '7', selfLink: '/x',"
                        + "generation: 9, deletionTimestamp: '2000-01-01T00:00:00Z', deletionGracePeriodSeconds: 3,"
                        + "labels: {}}}");
        ObjectNode before = submitted.deepCopy();
        ObjectNode meta = (ObjectNode) Samples.created(kind, submitted).path("metadata");
        assertThat(submitted).as("inputs are never changed").isEqualTo(before);
        assertThat(meta.path("uid").asText()).isEqualTo("uid-1");
        assertThat(meta.path("creationTimestamp").asText()).isEqualTo("2026-11-21T20:45:53Z");
        assertThat(meta.has("resourceVersion") || meta.has("selfLink")).isFalse();
        assertThat(meta.has("deletionTimestamp") || meta.has("deletionGracePeriodSeconds"))
                .isFalse();
        boolean generation = List.of(
                        Kinds.DAEMON_SET,
                        Kinds.POD,
                        Kinds.PRIORITY_CLASS,
                        Kinds.POD_TEMPLATE,
                        Kinds.POD_DISRUPTION_BUDGET)
                .contains(kind);
        assertThat(meta.path("generation").asInt(0)).isEqualTo(generation ? 1 : 0);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void anUnchangedUpdateGivesTheSame(Kind kind) {
        ObjectNode current = Json.parse(Json.encode(Samples.created(kind, valid(kind))));
        ObjectNode again = Samples.updated(kind, "", current, current.deepCopy());
        assertThat(again).isEqualTo(current).isNotSameAs(current);
        if (kind.equals(Kinds.POD)) {
            return; // A Pod's spec must come back whole: what admission added to it is immutable.
        }
        // A client's own copy, without what the system added, means the same.
        ObjectNode plain = Samples.updated(kind, "", current, valid(kind));
        assertThat(plain.path("metadata").path("uid"))
                .isEqualTo(current.path("metadata").path("uid"));
        assertThat(plain.path("metadata").path("generation"))
                .isEqualTo(current.path("metadata").path("generation"));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void immutableMetadata(Kind kind) {
        ObjectNode current = Samples.created(kind, valid(kind));
        assertThat(Samples.wrongUpdate(kind, "", current, Samples.with(current, "{metadata: {uid: 'other'}}")))
                .contains("metadata.uid: Invalid value: \"other\": field is immutable");
        assertThat(Samples.wrongUpdate(kind, "", current, Samples.with(current, "{metadata: {name: 'other'}}")))
                .contains("metadata.name: Invalid value: \"other\": field is immutable");
        ObjectNode later = Samples.with(current, "{metadata: {creationTimestamp: '2000-01-01T00:00:00Z'}}");
        assertThat(Samples.updated(kind, "", current, later)).isEqualTo(current);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{name: ''}|metadata.name: Required value: name or generateName is required",
                "{name: 'A'}|metadata.name: Invalid value: \"A\": a lowercase RFC 1123 subdomain must consist of",
                "{generateName: '-a-'}|metadata.generateName: Invalid value: \"-a-\": a lowercase RFC 1123",
                "{labels: {'/x': 'y'}}|metadata.labels: Invalid value: \"/x\": prefix part must be non-empty",
                "{labels: {'a/b/c': 'y'}}|metadata.labels: Invalid value: \"a/b/c\": a qualified name must consist of",
                "{labels: {a: '-'}}|metadata.labels: Invalid value: \"-\": a valid label must be an empty string or consist",
                "{annotations: {'A b': 'y'}}|metadata.annotations: Invalid value: \"A b\": name part must consist of",
                "{finalizers: ['mine']}|metadata.finalizers[0]: Invalid value: \"mine\": name is neither a standard "
                        + "finalizer name nor is it fully qualified",
                "{finalizers: ['orphan', 'foregroundDeletion']}|metadata.finalizers: Invalid value: "
                        + "[\"orphan\",\"foregroundDeletion\"]: finalizer orphan and foregroundDeletion cannot be both set",
                "{ownerReferences: [{apiVersion: 'v1', kind: 'Pod', name: 'p'}]}|metadata.ownerReferences.uid: "
                        + "Invalid value: \"\": must not be empty",
                "{ownerReferences: [{apiVersion: 'apps/', kind: 'D', name: 'p', uid: 'u'}]}|"
                        + "metadata.ownerReferences.apiVersion: Invalid value: \"apps/\": version must not be empty",
                "{ownerReferences: [{apiVersion: 'v1', kind: 'Event', name: 'p', uid: 'u'}]}|"
                        + "metadata.ownerReferences: Invalid value: {\"apiVersion\":\"v1\",\"kind\":\"Event\",\"name\":\"p\","
                        + "\"uid\":\"u\"}: /v1, Kind=Event is disallowed from being an owner"
            })
    void wrongMetadata(String metadata, String expected) {
        ObjectNode configMap = Samples.object(Kinds.CONFIG_MAP, "{}");
        ObjectNode changed = Samples.with(configMap, "{metadata: " + metadata + "}");
        assertThat(Samples.wrongNew(Kinds.CONFIG_MAP, changed))
                .hasSize(1)
                .first()
                .asString()
                .startsWith(expected);
    }

    @Test
    void onlyOneController() {
        ObjectNode two = Samples.with(
                Samples.pod(),
                "{metadata: {ownerReferences: [{apiVersion: 'v1', kind: 'A', name: 'x', uid: '1', controller: true},"
                        + "{apiVersion: 'v1', kind: 'B', name: 'y', uid: '2', controller: true}]}}");
        assertThat(Samples.wrongNew(Kinds.POD, two))
                .singleElement()
                .asString()
                .endsWith(
                        "Only one reference can have Controller set to true. Found \"true\" in references for A/x and B/y");
    }

    @Test
    void lengthsAreBytes() {
        ObjectNode named = Samples.with(Samples.pod(), "{metadata: {name: '" + "a".repeat(254) + "'}}");
        assertThat(Samples.wrongNew(Kinds.POD, named))
                .singleElement()
                .asString()
                .endsWith("must be no more than 253 bytes");
        String big = "ä".repeat(LabelRules.ANNOTATIONS_LIMIT / 2);
        ObjectNode annotated = Samples.with(Samples.pod(), "{metadata: {annotations: {k: '" + big + "'}}}");
        assertThat(Samples.wrongNew(Kinds.POD, annotated))
                .containsExactly("metadata.annotations: Too long: may not be more than 262144 bytes");
    }

    @Test
    void namesAreGenerated() {
        ObjectNode object = Samples.with(Samples.pod(), "{metadata: {name: null, generateName: 'web-'}}");
        assertThat(Json.text(Samples.created(Kinds.POD, object), "metadata", "name"))
                .isEqualTo("web-x7k2p");
        String longest = "a".repeat(80);
        ObjectNode cut = Samples.with(Samples.pod(), "{metadata: {name: null, generateName: '" + longest + "'}}");
        assertThat(Json.text(Samples.created(Kinds.POD, cut), "metadata", "name"))
                .isEqualTo("a".repeat(58) + "x7k2p");
    }

    @Test
    void aDyingObjectKeepsItsDeadlineAndTakesNoNewFinalizers() {
        ObjectNode current = Samples.with(
                Samples.created(Kinds.POD, Samples.pod()),
                "{metadata: {deletionTimestamp: '2026-01-01T00:00:00Z', deletionGracePeriodSeconds: 30, finalizers: ['a.b/c']}}");
        ObjectNode cleared = Samples.with(
                current, "{metadata: {deletionTimestamp: null, deletionGracePeriodSeconds: 1, finalizers: null}}");
        ObjectNode stored = Samples.updated(Kinds.POD, "", current, cleared);
        assertThat(Json.text(stored, "metadata", "deletionTimestamp")).isEqualTo("2026-01-01T00:00:00Z");
        assertThat(stored.path("metadata").path("deletionGracePeriodSeconds").asInt())
                .isEqualTo(30);
        assertThat(stored.path("metadata").has("finalizers")).isFalse();
        ObjectNode added = Samples.with(current, "{metadata: {finalizers: ['a.b/c', 'x.y/z']}}");
        assertThat(Samples.wrongUpdate(Kinds.POD, "", current, added))
                .containsOnly("metadata.finalizers: Forbidden: no new finalizers can be added if the object is being "
                        + "deleted, found new finalizers [\"x.y/z\"]");
    }

    @Test
    void deletionIsNotAnUpdate() {
        ObjectNode current = Samples.created(Kinds.POD, Samples.pod());
        ObjectNode dying = Samples.with(current, "{metadata: {deletionTimestamp: '2026-01-01T00:00:00Z'}}");
        assertThat(Samples.wrongUpdate(Kinds.POD, "", current, dying))
                .as("once by what holds for all kinds, once by what holds for Pods")
                .hasSize(2)
                .containsOnly(
                        "metadata.deletionTimestamp: Invalid value: \"2026-01-01T00:00:00Z\": field is immutable");
    }

    @Test
    void clusterWideObjectsLoseTheirNamespace() {
        ObjectNode role =
                Samples.with(Samples.object(Kinds.CLUSTER_ROLE, "{}"), "{metadata: {namespace: 'kube-system'}}");
        assertThat(Samples.created(Kinds.CLUSTER_ROLE, role).path("metadata").has("namespace"))
                .isFalse();
    }

    @Test
    void answersToHostileBodiesStaySmall() {
        String owner = "{apiVersion: 'v1', kind: 'A', name: 'x', controller: true},";
        ObjectNode many = Samples.with(Samples.pod(), "{metadata: {ownerReferences: [" + owner.repeat(5000) + "{}]}}");
        assertThat(Samples.wrongNew(Kinds.POD, many))
                .hasSize(Causes.MOST)
                .allMatch(text -> text.length() < 5000)
                .filteredOn(text -> text.contains("Only one reference"))
                .hasSize(1);
    }
}
