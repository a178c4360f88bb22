package io.everynode.objects.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.objects.Kind;
import io.everynode.objects.Kinds;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CertificateSigningRequestRulesTest {

    private static final Kind KIND = Kinds.CERTIFICATE_SIGNING_REQUEST;
    private static final String APPROVED = "{status: {conditions: [{type: 'Approved', status: 'True', reason: 'r'}]}}";

    private static ObjectNode valid() {
        return ObjectMetaRulesTest.valid(KIND);
    }

    private static ObjectNode approved() {
        ObjectNode current = Samples.created(KIND, valid());
        return Samples.updated(KIND, "approval", current, Samples.with(current, APPROVED));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {CertificateSamples.REQUEST, CertificateSamples.RSA_REQUEST, CertificateSamples.ED25519_REQUEST})
    void requestsOfTheUsualKeysAreTaken(String request) {
        assertThat(Samples.wrongNew(KIND, Samples.with(valid(), "{spec: {request: '" + request + "'}}")))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{spec: {request: ''}}|spec.request: Invalid value: \"\": PEM block type must be CERTIFICATE REQUEST",
                "{spec: {request: 'eA=='}}|spec.request: Invalid value: \"eA==\": PEM block type must be CERTIFICATE REQUEST",
                "{spec: {request: '" + CertificateSamples.CERTIFICATE + "'}}|spec.request: Invalid value: \""
                        + CertificateSamples.CERTIFICATE + "\": PEM block type must be CERTIFICATE REQUEST",
                "{spec: {usages: []}}|spec.usages: Required value",
                "{spec: {usages: ['juggling']}}|spec.usages[0]: Unsupported value: \"juggling\"",
                "{spec: {usages: ['any', 'any']}}|spec.usages[1]: Duplicate value: \"any\"",
                "{spec: {signerName: ''}}|spec.signerName: Required value",
                "{spec: {signerName: 'a'}}|spec.signerName: Invalid value: \"a\": must be a fully qualified domain and path",
                "{spec: {signerName: 'a/b'}}|spec.signerName: Invalid value: \"a\": should be a domain with at least two segments",
                "{spec: {signerName: 'a.b/C'}}|spec.signerName: Invalid value: \"C\": validating label \"C\": a lowercase RFC 1123",
                "{spec: {signerName: 'kubernetes.io/legacy-unknown'}}|spec.signerName: Invalid value: \"kubernetes.io/legacy-unknown\": the legacy",
                "{spec: {expirationSeconds: 599}}|spec.expirationSeconds: Invalid value: 599: may not specify a duration less than 600 seconds",
            })
    void wrongOnes(String change, String expected) {
        assertThat(Samples.wrongNew(KIND, Samples.with(valid(), change)))
                .first()
                .asString()
                .startsWith(expected);
    }

    @Test
    void aRequestThatSomebodyChangedIsRefusedAndNothingIsThrown() {
        byte[] pem = Base64.getDecoder().decode(CertificateSamples.REQUEST);
        byte[] der = Pem.blocks(pem).get(0).bytes();
        Random random = new Random(7);
        for (int i = 0; i < 500; i++) {
            byte[] other = der.clone();
            // The signature stands at the end; what is signed, before it.
            other[4 + random.nextInt(der.length - 100)] ^= (byte) (1 + random.nextInt(255));
            String text = "-----BEGIN CERTIFICATE REQUEST-----\n"
                    + Base64.getMimeEncoder().encodeToString(other) + "\n-----END CERTIFICATE REQUEST-----\n";
            assertThat(CertificateChecks.request(
                            Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII))))
                    .as("change %s", i)
                    .isPresent();
        }
    }

    @Test
    void blocksAreFoundAmongOtherText() {
        String block = "-----BEGIN A-----\neA==\n-----END A-----\n";
        assertThat(Pem.blocks(("before\n" + block + "between\n-----BEGIN B-----\n" + block + block)
                        .getBytes(StandardCharsets.US_ASCII)))
                .hasSize(3)
                .allMatch(one ->
                        one.type().equals("A") && new String(one.bytes(), StandardCharsets.US_ASCII).equals("x"));
        assertThat(Pem.blocks("-----BEGIN A-----\neA==\n-----END B-----\n".getBytes(StandardCharsets.US_ASCII)))
                .isEmpty();
    }

    /** A body of a few mebibytes must not cost more than reading it. */
    @Test
    @Timeout(20)
    void beginningsWithoutAnEndCostNothing() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 150_000; i++) {
            text.append("-----BEGIN ").append(i).append("-----\n");
        }
        text.append("-----END X-----\n");
        assertThat(Pem.blocks(text.toString().getBytes(StandardCharsets.US_ASCII)))
                .isEmpty();
    }

    @Test
    void theDecisionComesThroughApprovalAlone() {
        ObjectNode current = Samples.created(KIND, valid());
        assertThat(Samples.updated(KIND, "", current, Samples.with(current, APPROVED)))
                .isEqualTo(current);
        assertThat(Samples.wrongUpdate(KIND, "status", current, Samples.with(current, APPROVED)))
                .containsExactly("status.conditions: Forbidden: updates may not add a condition of type \"Approved\"");
        ObjectNode condition = (ObjectNode) approved().at("/status/conditions/0");
        assertThat(condition.path("lastUpdateTime").asText()).isEqualTo("2026-11-21T20:45:53Z");
        assertThat(condition.path("lastTransitionTime").asText()).isEqualTo("2026-11-21T20:45:53Z");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "approval|{status: {conditions: []}}|status.conditions: Forbidden: updates may not remove a condition of type \"Approved\"",
                "approval|{status: {conditions: [{type: 'Approved', status: 'True'}, {type: 'Denied', status: 'True'}]}}|"
                        + "status.conditions[1].type: Invalid value: \"Denied\": Approved and Denied conditions are mutually exclusive",
                "approval|{status: {conditions: [{type: 'Approved', status: 'False'}]}}|status.conditions[0].status: Unsupported value: "
                        + "\"False\": supported values: \"True\"",
                "approval|{status: {conditions: [{type: 'Approved', status: 'True'}, {status: 'True'}]}}|status.conditions[1].type: Required value",
                "status|{status: {conditions: [{type: 'Approved', status: 'True', reason: 'other'}]}}|status.conditions: Forbidden: updates "
                        + "may not modify a condition of type \"Approved\"",
                "status|{status: {certificate: 'eA=='}}|status.certificate: Invalid value: \"<certificate data>\": must contain at least one",
            })
    void decisionsStand(String subresource, String change, String expected) {
        ObjectNode current = approved();
        assertThat(Samples.wrongUpdate(KIND, subresource, current, Samples.with(current, change)))
                .first()
                .asString()
                .startsWith(expected);
    }

    @Test
    void aCertificateIsIssuedOnce() {
        ObjectNode current = approved();
        ObjectNode issued = Samples.updated(
                KIND,
                "status",
                current,
                Samples.with(current, "{status: {certificate: '" + CertificateSamples.CERTIFICATE + "'}}"));
        assertThat(issued.at("/status/certificate").asText()).isEqualTo(CertificateSamples.CERTIFICATE);
        assertThat(Samples.wrongUpdate(KIND, "status", issued, Samples.with(issued, "{status: {certificate: null}}")))
                .containsExactly("status.certificate: Forbidden: updates may not modify existing certificate content");
        assertThat(Samples.updated(KIND, "approval", issued, Samples.with(issued, "{status: {certificate: null}}")))
                .as("approval writes the conditions alone")
                .isEqualTo(issued);
        assertThat(Samples.updated(KIND, "", issued, Samples.with(issued, "{spec: {signerName: 'other.io/x'}}")))
                .as("what was asked for stays")
                .isEqualTo(issued);
    }
}
