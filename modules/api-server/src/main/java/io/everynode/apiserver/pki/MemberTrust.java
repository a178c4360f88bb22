package io.everynode.apiserver.pki;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trusts members of the cluster only: certificates that one of the authorities signed for this use. The authorities
 * sign nodes' and people's certificates as well, and those are refused. Names and addresses do not matter, as members
 * are told where others are by the database. Thread-safe.
 */
final class MemberTrust extends X509ExtendedTrustManager {

    private final X509Certificate[] authorities;
    private final InstantSource clock;
    private final Consumer<String> refused;

    /** @param refused is told why, before the connection ends */
    MemberTrust(List<X509Certificate> authorities, InstantSource clock, Consumer<String> refused) {
        this.authorities = authorities.toArray(X509Certificate[]::new);
        this.clock = clock;
        this.refused = refused;
    }

    private void check(X509Certificate[] chain) throws CertificateException {
        try {
            Set<TrustAnchor> anchors = List.of(authorities).stream()
                    .map(authority -> new TrustAnchor(authority, null))
                    .collect(Collectors.toSet());
            PKIXParameters parameters = new PKIXParameters(anchors);
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(clock.instant()));
            CertPathValidator.getInstance("PKIX")
                    .validate(CertificateFactory.getInstance("X.509").generateCertPath(List.of(chain)), parameters);
        } catch (GeneralSecurityException e) {
            throw refusal(
                    "a certificate that none of the authorities of ca.crt has signed, or that is not valid now",
                    chain,
                    e);
        }
        List<String> purposes = chain[0].getExtendedKeyUsage();
        if (purposes == null || !purposes.contains(CertificateAuthority.MEMBER_PURPOSE)) {
            throw refusal("a certificate that is no member's", chain, null);
        }
    }

    private CertificateException refusal(String what, X509Certificate[] chain, Exception cause) {
        String text = "another process showed " + what + " (" + chain[0].getSubjectX500Principal() + ", by "
                + chain[0].getIssuerX500Principal() + ")";
        refused.accept(text);
        return new CertificateException(text, cause);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        check(chain);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return authorities.clone();
    }
}
