package io.everynode.controlplane.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.controlplane.WriteResult;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CertificateRequestsDutyTest {

    @RegisterExtension
    static final TestServer on = TestServer.forClass("");

    /** Of a key that is kept nowhere. */
    private static final String REQUEST =
            "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlISE1HNENBUUF3RERFS01BZ0dBMVVFQXd3QllUQlpNQk1H"
                    + "QnlxR1NNNDlBZ0VHQ0NxR1NNNDlBd0VIQTBJQQpCRmpwU3FpNVNGYWJyTWZoMGgxOS8wWm1yVGVtRm9DaDNjSFRFbWtQeFlJ"
                    + "S2VNQUFSMGNhcTFEMnMrV0ZRQktLCnFTM3RibU9hNVpUckluY2xVZGIxN01tZ0FEQUtCZ2dxaGtqT1BRUURBZ05KQURCR0Fp"
                    + "RUF6UTdTYm1xNk5DcFQKQzlWS0g4ZWpydkVOMWk5N21BSWxRM1hsSVhmOEw0d0NJUUMxSkswTEo1NTNoWkJDWHMrekJLMUF3"
                    + "SjMvcTVPego0ZWFpYWRLZE0vRFUrQT09Ci0tLS0tRU5EIENFUlRJRklDQVRFIFJFUVVFU1QtLS0tLQo=";

    /** Valid from 2026-11-23T00:28:55Z for a day, of a key that is kept nowhere. */
    private static final String CERTIFICATE =
            "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUJiVENDQVJPZ0F3SUJBZ0lVT2FJOTlBaWwzWnNEaDBKZnRCTWpzU1lO"
                    + "K25Rd0NnWUlLb1pJemowRUF3SXcKRERFS01BZ0dBMVVFQXd3QllUQWVGdzB5TmpFeE1qTXdNREk0TlRWYUZ3MHlOakV4TWpR"
                    + "d01ESTROVFZhTUF3eApDakFJQmdOVkJBTU1BV0V3V1RBVEJnY3Foa2pPUFFJQkJnZ3Foa2pPUFFNQkJ3TkNBQVEyYXhFTUND"
                    + "T041NCtRCmZwK01TOTdISHdvbmQ0aW1VaGNueE5mRVptMmloMitvNm5VMnZScVMzWmlWOFNIbERHZFJuU1pJVHlLWGdHV2gK"
                    + "bUxydkQ3bGNvMU13VVRBZEJnTlZIUTRFRmdRVUp0ckdkQ3p2YUZvdUNUcHBNNGYzVk5BT1VMOHdId1lEVlIwagpCQmd3Rm9B"
                    + "VUp0ckdkQ3p2YUZvdUNUcHBNNGYzVk5BT1VMOHdEd1lEVlIwVEFRSC9CQVV3QXdFQi96QUtCZ2dxCmhrak9QUVFEQWdOSUFE"
                    + "QkZBaUIrOGtMTEVpUS9MSXdsTVlUdlZRQ1BubnNHSVIvTTVSRFYwTmI1Z0pRMUdRSWgKQUlXT2F0Zms5V2pSSkNsRWR4YkY2"
                    + "QzhUQzBUWDdIWStiQlNtWit4aG1idFAKLS0tLS1FTkQgQ0VSVElGSUNBVEUtLS0tLQo=";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // Conditions (Type@time) | has a certificate | when it goes; it was made at 2026-11-23T10:00:00Z
                "'' | no | 2026-11-24T10:00:00Z",
                "Approved@2026-11-23T11:00:00Z | no | 2026-11-23T12:00:00Z",
                "Approved@2026-11-23T11:00:00Z | yes | 2026-11-23T12:00:00Z",
                "Denied@2026-11-23T11:30:00Z | no | 2026-11-23T12:30:00Z",
                "Failed@2026-11-23T11:00:00Z | no | 2026-11-23T12:00:00Z",
                "Approved@2026-11-23T11:00:00Z Failed@2026-11-23T11:30:00Z | no | 2026-11-23T12:00:00Z",
                "Other@2026-11-23T11:00:00Z | no | 2026-11-24T10:00:00Z",
                // The certificate ends before the hour is over.
                "Approved@2026-11-24T00:00:00Z | yes | 2026-11-24T00:28:55Z",
                // Times that cannot be.
                "Approved@2999-01-01T00:00:00Z | no | 2026-11-23T11:00:00Z",
                "Approved@never | no | 2026-11-23T11:00:00Z",
            })
    void eachGoesInItsTime(String conditions, String issued, String end) {
        ObjectNode request = Json.object();
        request.putObject("metadata").put("creationTimestamp", "2026-11-23T10:00:00Z");
        for (String condition : conditions.isEmpty() ? new String[0] : conditions.split(" ")) {
            String[] parts = condition.split("@");
            request.withObject("/status")
                    .withArray("conditions")
                    .addObject()
                    .put("type", parts[0])
                    .put("lastUpdateTime", parts[1]);
        }
        if (issued.equals("yes")) {
            request.withObject("/status").put("certificate", CERTIFICATE);
        }

        assertThat(CertificateRequestsDuty.end(request, Instant.parse("2026-11-24T09:00:00Z")))
                .isEqualTo(end);
    }

    private static Optional<StoredObject> stored(String name) {
        return on.server.catalogVersion().get(Kinds.CERTIFICATE_SIGNING_REQUEST, "", name);
    }

    private static void request(String name) {
        on.create(
                Kinds.CERTIFICATE_SIGNING_REQUEST,
                ("{'apiVersion':'certificates.k8s.io/v1','kind':'CertificateSigningRequest','metadata':{'name':'" + name
                        + "'},'spec':{'signerName':'example.com/a','usages':['any'],'request':'" + REQUEST + "'}}"));
    }

    private static void approve(String name, String time) {
        assertThat(on.patch(
                        Kinds.CERTIFICATE_SIGNING_REQUEST,
                        "",
                        name,
                        "approval",
                        "{'status':{'conditions':[{'type':'Approved','status':'True','reason':'r','lastUpdateTime':'"
                                + time + "'}]}}"))
                .isNotInstanceOf(WriteResult.Refused.class);
    }

    @Test
    void whatIsOverGoesAndTheRestIsLookedAtInItsTime() {
        request("pending");
        request("young");
        request("old");
        Instant now = Instant.now();
        approve("young", now.toString());
        approve("old", now.minus(Duration.ofHours(2)).toString());
        TestServer.until(() -> stored("old").isEmpty());

        CertificateRequestsDuty duty = new CertificateRequestsDuty();
        assertThat(duty.everything(on.server.catalogVersion())).containsExactlyInAnyOrder("pending", "young");
        Duty.Todo later = duty.decide(on.server.catalogVersion(), "young", now.plusSeconds(60));
        assertThat(later.writes()).isEmpty();
        assertThat(later.lookAgain()).isBetween(Duration.ofMinutes(58), Duration.ofMinutes(59));
        assertThat(duty.decide(on.server.catalogVersion(), "pending", now.plus(Duration.ofHours(23)))
                        .lookAgain())
                .isBetween(Duration.ofMinutes(59), Duration.ofMinutes(60));
        assertThat(duty.decide(on.server.catalogVersion(), "pending", now.plus(Duration.ofHours(25)))
                        .writes())
                .hasSize(1);
        assertThat(duty.decide(on.server.catalogVersion(), "gone", now)).isEqualTo(Duty.Todo.NOTHING);
    }
}
