package io.everynode.apiserver;

import io.everynode.apiserver.authentication.ClientCertificates;
import io.everynode.apiserver.authentication.RevokedCertificates;
import io.everynode.apiserver.pki.PkiException;
import io.everynode.controlplane.catalog.Catalog;
import io.everynode.core.authorization.User;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trusts one node: a certificate for servers that an authority signed for its user, valid now and not revoked. Names
 * and addresses in it do not matter, as the node chooses them itself, and reports where it is reached itself. A session
 * that goes on without certificates being shown is not asked about here, so nodes must not share sessions. Thread-safe.
 */
final class NodeTrust extends X509ExtendedTrustManager {

    private static final String SERVER = "1.3.6.1.5.5.7.3.1";

    /** Who signs what nodes serve with. */
    @FunctionalInterface
    interface Anchors {
        Set<TrustAnchor> now() throws PkiException;
    }

    private final String node;
    private final Anchors anchors;
    private final Supplier<Catalog> catalog;
    private final InstantSource clock;

    /** @param catalog has the revocations */
    NodeTrust(String node, Anchors anchors, Supplier<Catalog> catalog, InstantSource clock) {
        this.node = node;
        this.anchors = anchors;
        this.catalog = catalog;
        this.clock = clock;
    }

    private void check(X509Certificate[] shown) throws CertificateException {
        List<X509Certificate> chain = List.of(shown);
        Optional<String> problem;
        try {
            problem = problem(chain, anchors.now(), node, clock.instant());
        } catch (PkiException e) {
            throw refusal(e.getMessage());
        }
        if (problem.isPresent()) {
            throw refusal("x509: " + problem.get());
        }
        String user = RevokedCertificates.user(chain.get(0));
        if (!RevokedCertificates.Marks.of(chain, user).count(catalog.get())) {
            throw refusal("x509: certificate was revoked");
        }
    }

    /** Why a chain is not a node's; empty when it is. In Go's words where it has some. Pure. */
    static Optional<String> problem(List<X509Certificate> chain, Set<TrustAnchor> anchors, String node, Instant now) {
        X509Certificate own = chain.get(0);
        Date date = Date.from(now);
        if (date.before(own.getNotBefore()) || date.after(own.getNotAfter())) {
            return Optional.of("certificate has expired or is not yet valid");
        }
        try {
            PKIXParameters parameters = new PKIXParameters(anchors);
            parameters.setRevocationEnabled(false);
            parameters.setDate(date);
            CertPathValidator.getInstance("PKIX")
                    .validate(CertificateFactory.getInstance("X.509").generateCertPath(chain), parameters);
            if (own.getExtendedKeyUsage() == null || !own.getExtendedKeyUsage().contains(SERVER)) {
                return Optional.of("certificate specifies an incompatible key usage");
            }
        } catch (GeneralSecurityException e) {
            return Optional.of("certificate signed by unknown authority");
        }
        User user = ClientCertificates.subject(own).orElse(User.of(""));
        return user.node().equals(node)
                ? Optional.empty()
                : Optional.of("certificate is " + (user.isNode() ? "that of the node " + user.node() : "no node's")
                        + ", not that of " + node);
    }

    private CertificateException refusal(String why) {
        return new CertificateException("failed to verify certificate: " + why + " (the node " + node
                + " has to serve with a certificate of kubernetes.io/kubelet-serving, or"
                + " everynode.api-server.kubelet.verify-certificates is off)");
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
    public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
        throw refusal("it is no client");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        throw refusal("it is no client");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
        throw refusal("it is no client");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
