package io.everynode.core.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.core.object.ObjectWrite;
import io.everynode.core.object.Precondition;
import io.everynode.core.placement.Yaml;
import io.everynode.objects.Json;
import io.everynode.objects.decode.ObjectDecoder.FieldValidation;
import io.everynode.objects.patch.PatchType;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LeaseRenewalTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:01:00Z");
    private static final String LATER = "2026-01-01T00:00:10.000000Z";

    private static ObjectNode lease() {
        return Yaml.object("""
                apiVersion: coordination.k8s.io/v1
                kind: Lease
                metadata: {name: n, namespace: kube-node-lease, uid: u, resourceVersion: "7",
                  creationTimestamp: "2026-01-01T00:00:00Z"}
                spec: {holderIdentity: n, leaseDurationSeconds: 40, renewTime: "2026-01-01T00:00:00.000000Z"}
                """);
    }

    private static String patch(String body) {
        return LeaseRenewal.of(
                lease(),
                new ObjectWrite.Patch(
                        "", PatchType.MERGE, Yaml.object(body), FieldValidation.STRICT, Precondition.NONE),
                NOW);
    }

    @Test
    void whatAKubeletPutsIsARenewal() {
        ObjectNode put = LeaseRenewal.withTime(lease(), LATER);
        ObjectNode before = put.deepCopy();
        assertThat(LeaseRenewal.of(lease(), new ObjectWrite.Replace("", put, Precondition.NONE), NOW))
                .isEqualTo(LATER);
        assertThat(put).isEqualTo(before);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{spec: {renewTime: '" + LATER + "'}} | " + LATER,
                "{metadata: {resourceVersion: '8'}, spec: {renewTime: '" + LATER + "'}} | " + LATER,
                "{metadata: {resourceVersion: null}, spec: {renewTime: '" + LATER + "'}} | " + LATER,
                // Fields that the server keeps by itself.
                "{metadata: {uid: null}, spec: {renewTime: '" + LATER + "'}} | " + LATER,
                "{metadata: {creationTimestamp: null}, spec: {renewTime: '" + LATER + "'}} | " + LATER,
                // It changes more, or nothing, or is refused: the Lease's entity decides.
                "{metadata: {labels: {a: b}}, spec: {renewTime: '" + LATER + "'}} |",
                "{metadata: {annotations: {a: b}}, spec: {renewTime: '" + LATER + "'}} |",
                "{spec: {renewTime: '" + LATER + "', holderIdentity: other}} |",
                "{spec: {renewTime: '" + LATER + "', holderIdentity: null}} |",
                "{spec: {renewTime: '" + LATER + "', leaseTransitions: 1}} |",
                "{spec: {renewTime: '" + LATER + "', leaseDurationSeconds: 0}} |",
                "{spec: {renewTime: '2026-01-01T00:00:00.000000Z'}} |",
                "{spec: {renewTime: null}} |",
                "{spec: null} |",
                "{} |",
            })
    void ofPutsOnlyThoseThatChangeNothingElse(String changed, String renewed) throws Exception {
        ObjectNode put = Json.mapper().readerForUpdating(lease()).readValue(Yaml.object(changed));
        put.forEach(part -> {
            if (part instanceof ObjectNode fields) {
                fields.properties().removeIf(field -> field.getValue().isNull());
            }
        });
        assertThat(LeaseRenewal.of(lease(), new ObjectWrite.Replace("", put, Precondition.NONE), NOW))
                .isEqualTo(renewed);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{spec: {renewTime: '" + LATER + "'}} | " + LATER,
                // It changes more, or nothing, or is refused: the Lease's entity decides.
                "{spec: {renewTime: '" + LATER + "', holderIdentity: other}} |",
                "{spec: {renewTime: '" + LATER + "', leaseDurationSeconds: 0}} |",
                "{metadata: {labels: {a: b}}, spec: {renewTime: '" + LATER + "'}} |",
                "{spec: {renewTime: '2026-01-01T00:00:00.000000Z'}} |",
                "{spec: {renewTime: soon}} |",
                "{spec: {renewTime: '2026-13-01T00:00:10.000000Z'}} |",
                "{spec: {renewTime: '2026-01-01T00:00:10.00000+01Z'}} |",
                "{spec: {renewTime: '2028-02-29T23:59:59.999999Z'}} | 2028-02-29T23:59:59.999999Z",
                "{spec: {renewTime: '2026-02-29T00:00:10.000000Z'}} |",
                "{spec: {renewTime: '2026-01-00T00:00:10.000000Z'}} |",
                "{spec: {renewTime: '2026-01-02T25:00:10.000000Z'}} |",
                "{spec: {renewTime: '2026-01-02T00:60:10.000000Z'}} |",
                "{spec: {renewTime: '2026-01-02T00:00:61.000000Z'}} |",
                "{spec: {renewTime: '2026-01-02 00:00:10.000000Z'}} |",
                "{spec: {renewTime: '2026-01-02T00:00:10.00000xZ'}} |",
                "{spec: {renewTime: '٢026-01-02T00:00:10.000000Z'}} |",
                "{spec: {renewTime: [1]}} |",
                "{spec: [1]} |",
                "{spec: {renewTime: null}} |",
                "{spec: {renewed: '" + LATER + "'}} |",
                "{} |",
            })
    void ofPatchesOnlyThoseOfTheTimeAlone(String body, String renewed) {
        assertThat(patch(body)).isEqualTo(renewed);
    }

    @Test
    void theUidMustBeThatOfTheLease() {
        ObjectNode put = LeaseRenewal.withTime(lease(), LATER);
        put.withObject("/metadata").put("uid", "another");
        ObjectWrite patch = new ObjectWrite.Patch(
                "",
                PatchType.MERGE,
                Yaml.object("{spec: {renewTime: '" + LATER + "'}}"),
                FieldValidation.STRICT,
                new Precondition("another", 0));
        assertThat(LeaseRenewal.of(lease(), patch, NOW)).isNull();
        assertThat(LeaseRenewal.of(lease(), new ObjectWrite.Replace("", put, Precondition.NONE), NOW))
                .isNull();
    }
}
