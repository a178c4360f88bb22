package io.everynode.nodes.join;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuthorityHashesTest {

    /** Its hash was printed by openssl x509 -pubkey, openssl pkey -pubin -outform der and sha256sum. */
    private static final String PEM = """
            -----BEGIN CERTIFICATE-----
            MIIBjzCCATWgAwIBAgIUdGypJFbOJ6jMtjLAuRgWH2xs/KowCgYIKoZIzj0EAwIw
            HDEaMBgGA1UEAwwRZXZlcnlub2RlLWNhLXRlc3QwIBcNMjYxMTIzMDAxMDAxWhgP
            MjEyNjEwMzAwMDEwMDFaMBwxGjAYBgNVBAMMEWV2ZXJ5bm9kZS1jYS10ZXN0MFkw
            EwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEA+ZgVClP+l/pR1fXaUV9Yr/sQAHgIOPq
            G2hGDHT+yo6FmW8nU8UFv9AEhIddju76zVZ8FdWB+B1MCqxZN5/a6aNTMFEwHQYD
            VR0OBBYEFOZMjxhpkPGZKq0r++9ivzCfSwosMB8GA1UdIwQYMBaAFOZMjxhpkPGZ
            Kq0r++9ivzCfSwosMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIg
            IeLRVtp8zVC8/jykLVMiIUf2opkzynteiPIGuPidkvMCIQDxbu9r3RKoHGGngsQ/
            brE1qytU/fRDmniaXpGujfHWsw==
            -----END CERTIFICATE-----
            """;

    private static final String HASH = "sha256:b172ed7988f4332b07989c90c91d6036e2f6131cb89bd3ab9780169f393c24ce";

    private static X509Certificate other() {
        return Certificates.of(Certificates.keys(), "CN=ca", Instant.EPOCH, Instant.now());
    }

    @Test
    void itIsTheOneThatOpensslPrints() throws Exception {
        X509Certificate authority = Pem.certificates(PEM).get(0);
        assertThat(AuthorityHashes.text(authority)).isEqualTo(HASH);
        for (String text : List.of(HASH, HASH.toUpperCase(Locale.ROOT), " " + HASH)) {
            assertThat(AuthorityHashes.of(List.of(text)).known(List.of(authority)))
                    .containsExactly(authority);
        }
    }

    @Test
    void onlyThoseWithAHashAreKnownWhoeverStandsBesideThem() throws Exception {
        X509Certificate authority = Pem.certificates(PEM).get(0);
        X509Certificate foreign = other();
        X509Certificate second = other();
        AuthorityHashes hashes = AuthorityHashes.of(List.of(HASH, AuthorityHashes.text(second)));
        assertThat(hashes.known(List.of(foreign, authority, second))).containsExactly(authority, second);
        assertThat(hashes.known(List.of(foreign))).isEmpty();
        assertThat(AuthorityHashes.of(List.of()).known(List.of(authority))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "sha256:",
                "sha256:12",
                "md5:d41d8cd98f00b204e9800998ecf8427e",
                "d41d8cd98f00b204e9800998ecf8427ed41d8cd98f00b204e9800998ecf8427e",
                "sha256:g41d8cd98f00b204e9800998ecf8427ed41d8cd98f00b204e9800998ecf8427e"
            })
    void whatIsNoHashIsRefused(String text) {
        assertThatThrownBy(() -> AuthorityHashes.of(List.of(text)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is no hash such as sha256:");
    }
}
