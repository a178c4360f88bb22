package io.everynode.apiserver;

import io.everynode.apiserver.pki.KeyedCertificate;
import io.everynode.apiserver.pki.PkiDirectory;
import io.everynode.apiserver.pki.PkiException;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS to kubelets, whose certificates are verified or not (ADR 0032). A server with an authority shows a certificate
 * that this has signed, by which nodes know it; the certificate lives for a day in memory alone, and another is made
 * after an hour, so that a changed authority counts, too. Thread-safe.
 */
final class KubeletTls {

    private static final Logger LOG = LoggerFactory.getLogger(KubeletTls.class);
    /** As kubeadm names it. */
    private static final String USER = "kube-apiserver-kubelet-client";

    private static final List<String> GROUPS = List.of("system:masters");
    private static final Duration VALID = Duration.ofDays(1);
    private static final Duration USED = Duration.ofHours(1);

    private record Contexts(SSLContext verifying, SSLContext trusting, Instant until) {}

    private final Optional<PkiDirectory> authority;
    private final InstantSource clock;
    private Contexts contexts;

    KubeletTls(Optional<PkiDirectory> authority, InstantSource clock) {
        this.authority = authority;
        this.clock = clock;
    }

    /** For one connection. */
    SSLEngine engine(String host, int port, boolean verify) {
        Contexts now = contexts();
        SSLEngine engine = (verify ? now.verifying() : now.trusting()).createSSLEngine(host, port);
        engine.setUseClientMode(true);
        if (verify) {
            SSLParameters parameters = engine.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            engine.setSSLParameters(parameters);
        }
        return engine;
    }

    private synchronized Contexts contexts() {
        Instant now = clock.instant();
        if (contexts == null || now.isAfter(contexts.until())) {
            try {
                KeyManager[] own = own(now);
                SSLContext verifying = SSLContext.getInstance("TLS");
                verifying.init(own, null, null);
                SSLContext trusting = SSLContext.getInstance("TLS");
                trusting.init(own, new TrustManager[] {new TrustAnyCertificate()}, null);
                contexts = new Contexts(verifying, trusting, now.plus(USED));
            } catch (GeneralSecurityException | IOException e) {
                throw new IllegalStateException("this Java runtime has no TLS", e);
            }
        }
        return contexts;
    }

    private KeyManager[] own(Instant now) throws GeneralSecurityException, IOException {
        if (authority.isEmpty()) {
            return null;
        }
        KeyedCertificate made;
        try {
            made = authority.get().client(authority.get().authority(), USER, GROUPS, VALID);
        } catch (PkiException e) {
            LOG.error("nodes are shown no certificate: {}", e.getMessage());
            return null;
        }
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("client", made.key(), new char[0], made.chain().toArray(X509Certificate[]::new));
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, new char[0]);
        return managers.getKeyManagers();
    }
}
