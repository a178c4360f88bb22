package io.everynode.nodes.join;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RenewalTest {

    private static X509Certificate certificate(String from, String until) {
        return Certificates.of(Certificates.keys(), "CN=n", Instant.parse(from), Instant.parse(until));
    }

    @ParameterizedTest
    @CsvSource({
        "2026-01-01T00:00:00Z, 2026-01-01T01:40:00Z, 0.0, 2026-01-01T01:10:00Z",
        "2026-01-01T00:00:00Z, 2026-01-01T01:40:00Z, 0.5, 2026-01-01T01:20:00Z",
        "2026-01-01T00:00:00Z, 2026-01-01T01:40:00Z, 1.0, 2026-01-01T01:30:00Z",
        "2026-01-01T00:00:00Z, 2026-04-11T00:00:00Z, 0.0, 2026-03-12T00:00:00Z",
        "2026-01-01T00:00:00Z, 2026-04-11T00:00:00Z, 1.0, 2026-04-01T00:00:00Z",
    })
    void between70And90PercentOfItsLife(String from, String until, double luck, Instant due) {
        assertThat(Renewal.due(certificate(from, until), luck)).isEqualTo(due);
    }

    @Test
    void itIsOverAtItsEnd() {
        X509Certificate one = certificate("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z");
        assertThat(Renewal.isOver(one, Instant.parse("2026-01-01T23:59:59Z"))).isFalse();
        assertThat(Renewal.isOver(one, Instant.parse("2026-01-02T00:00:00Z"))).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "2026-01-01T12:00:00Z, false, WAIT",
        "2026-01-01T18:00:00Z, false, RENEW",
        "2026-01-01T23:59:59Z, false, RENEW",
        "2026-01-02T00:00:00Z, false, JOIN",
        "2026-01-01T12:00:00Z, true, JOIN",
        "2026-01-01T18:00:00Z, true, JOIN",
    })
    void whatIsToBeDone(Instant now, boolean refused, Renewal.Step expected) {
        X509Certificate one = certificate("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z");
        Instant due = Instant.parse("2026-01-01T18:00:00Z");
        assertThat(Renewal.step(one, due, refused, now)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"1, 10", "2, 20", "3, 40", "7, 640", "8, 640", "1000, 640"})
    void pausesGrow(int failures, long seconds) {
        assertThat(Renewal.pause(failures)).hasSeconds(seconds);
    }

    @ParameterizedTest
    @CsvSource({"2026-01-01T00:00:00Z, 600", "2026-01-01T23:59:00Z, 60", "2026-01-02T00:00:01Z, -1"})
    void theClockIsLookedAtNowAndThen(Instant now, long seconds) {
        assertThat(Renewal.wait(Instant.parse("2026-01-02T00:00:00Z"), now)).hasSeconds(seconds);
    }

    @Test
    void anEndpointsCertificateFitsItsNamesAndAuthorities() {
        KeyPair keys = Certificates.keys();
        X509Certificate authority = Certificates.of(keys, "CN=ca", Instant.EPOCH, Instant.now());
        X509Certificate other = Certificates.of(Certificates.keys(), "CN=ca", Instant.EPOCH, Instant.now());
        X509Certificate own =
                Certificates.of(keys, "CN=nodes", Instant.EPOCH, Instant.now(), "10.0.0.1", "fd00::1", "n");
        List<String> names = List.of("n", "10.0.0.1", "fd00:0::1");

        assertThat(Renewal.fits(own, names, List.of(other, authority))).isTrue();
        assertThat(Renewal.fits(own, names, List.of(other))).isFalse();
        assertThat(Renewal.fits(own, names, List.of())).isFalse();
        assertThat(Renewal.fits(own, List.of("n", "10.0.0.1"), List.of(authority)))
                .isFalse();
        assertThat(Renewal.fits(own, List.of("n", "10.0.0.2", "fd00::1"), List.of(authority)))
                .isFalse();
        assertThat(Renewal.fits(authority, names, List.of(authority))).isFalse();
    }
}
