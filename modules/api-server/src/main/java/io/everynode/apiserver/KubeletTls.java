package io.everynode.apiserver;

import io.everynode.apiserver.pki.KeyedCertificate;
import io.everynode.apiserver.pki.PkiDirectory;
import io.everynode.apiserver.pki.PkiException;
import io.everynode.controlplane.catalog.Catalog;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS to kubelets, which are verified or not ({@link NodeTrust}). A server with an authority shows them a certificate
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

    /** @param keys null for none */
    private record Own(KeyManager[] keys, SSLContext trusting, Instant until) {}

    private final Optional<PkiDirectory> authority;
    private final Optional<NodeTrust.Anchors> anchors;
    private final Supplier<Catalog> catalog;
    private final InstantSource clock;
    private Own own;

    /**
     * @param authority signs what nodes are shown; empty for none
     * @param catalog has the revocations
     */
    KubeletTls(
            Optional<PkiDirectory> authority,
            KubeletSettings settings,
            Supplier<Catalog> catalog,
            InstantSource clock) {
        this.authority = authority;
        this.anchors = !settings.verify()
                ? Optional.empty()
                : settings.authority()
                        .<NodeTrust.Anchors>map(file -> () -> PkiDirectory.anchors(file))
                        .or(() -> authority.map(directory -> directory::nodesAnchors));
        this.catalog = catalog;
        this.clock = clock;
    }

    /**
     * For one connection.
     *
     * @param node that has to be there
     * @param skip whether anybody may be there, whatever the settings say
     */
    SSLEngine engine(String node, String host, int port, boolean skip) {
        Own now = own();
        SSLContext context = now.trusting();
        if (anchors.isPresent() && !skip) {
            // One for each connection: what another node has shown must not count for this one.
            context = context(now.keys(), new NodeTrust(node, anchors.get(), catalog, clock));
        }
        SSLEngine engine = context.createSSLEngine(host, port);
        engine.setUseClientMode(true);
        return engine;
    }

    private synchronized Own own() {
        Instant now = clock.instant();
        if (own == null || now.isAfter(own.until())) {
            KeyManager[] keys = keys();
            own = new Own(keys, context(keys, new TrustAnyCertificate()), now.plus(USED));
        }
        return own;
    }

    private static SSLContext context(KeyManager[] keys, TrustManager trust) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys, new TrustManager[] {trust}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime has no TLS", e);
        }
    }

    private KeyManager[] keys() {
        if (authority.isEmpty()) {
            return null;
        }
        try {
            KeyedCertificate made = authority.get().client(authority.get().authority(), USER, GROUPS, VALID);
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("client", made.key(), new char[0], made.chain().toArray(X509Certificate[]::new));
            KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(store, new char[0]);
            return managers.getKeyManagers();
        } catch (PkiException e) {
            LOG.error("nodes are shown no certificate: {}", e.getMessage());
            return null;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("this Java runtime has no TLS", e);
        }
    }
}
