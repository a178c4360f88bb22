package io.everynode.apiserver.pki;

import io.everynode.controlplane.membership.MemberTls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS between members by the authority that they share. Each process signs a certificate of its own, which is kept
 * nowhere, and makes a new one in time. All certificates of {@code ca.crt} are trusted, the first one signs; the file
 * is looked at when a connection comes, at most once a second, and one that cannot be used changes nothing. TLS 1.3.
 * Thread-safe.
 */
public final class AuthorityMemberTls implements MemberTls {

    private static final Logger LOG = LoggerFactory.getLogger(AuthorityMemberTls.class);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    private static final Duration TOLD_FOR = Duration.ofSeconds(20);
    private static final Duration TOLD_EVERY = Duration.ofSeconds(10);
    private static final char[] NO_PASSWORD = {};

    private final PkiDirectory directory;
    private final InstantSource clock;

    private volatile Loaded loaded;
    private volatile Instant nextLook;
    private volatile Refusal last = new Refusal("", Instant.MIN);

    /**
     * @param stamp when and how long the authority's file was
     * @param renew from then on another certificate is made
     */
    private record Loaded(SSLContext context, String stamp, Instant renew) {}

    private record Refusal(String why, Instant when) {}

    private AuthorityMemberTls(PkiDirectory directory, InstantSource clock) {
        this.directory = directory;
        this.clock = clock;
    }

    /** @throws PkiException when the authority is not there or cannot be used */
    public static AuthorityMemberTls open(PkiDirectory directory, InstantSource clock) throws PkiException {
        AuthorityMemberTls tls = new AuthorityMemberTls(directory, clock);
        tls.loaded = tls.load();
        tls.nextLook = clock.instant().plus(LOOK_EVERY);
        return tls;
    }

    @Override
    public SSLEngine client(String host, int port) {
        SSLEngine engine = newest().createSSLEngine(host, port);
        engine.setUseClientMode(true);
        return safe(engine);
    }

    @Override
    public SSLEngine server() {
        SSLEngine engine = newest().createSSLEngine();
        engine.setUseClientMode(false);
        safe(engine);
        engine.setNeedClientAuth(true);
        return engine;
    }

    private static SSLEngine safe(SSLEngine engine) {
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setProtocols(new String[] {"TLSv1.3"});
        engine.setSSLParameters(parameters);
        return engine;
    }

    @Override
    public Optional<String> refused() {
        Refusal refusal = last;
        return refusal.when.isAfter(clock.instant().minus(TOLD_FOR)) ? Optional.of(refusal.why) : Optional.empty();
    }

    private synchronized void refused(String why) {
        Instant now = clock.instant();
        String all = why + "; all members need the same ca.crt and ca.key in DATA_DIR/pki";
        if (!last.why.equals(all) || last.when.isBefore(now.minus(TOLD_EVERY))) {
            LOG.error("A connection between members was refused: {}", all);
            last = new Refusal(all, now);
        }
    }

    private SSLContext newest() {
        if (!clock.instant().isBefore(nextLook)) {
            look();
        }
        return loaded.context;
    }

    private synchronized void look() {
        Instant now = clock.instant();
        if (now.isBefore(nextLook)) {
            return;
        }
        nextLook = now.plus(LOOK_EVERY);
        try {
            if (!stamp().equals(loaded.stamp) || !now.isBefore(loaded.renew)) {
                loaded = load();
                LOG.info("a new certificate is in use between members");
            }
        } catch (PkiException e) {
            LOG.error("the certificate in use between members stays: {}", e.getMessage());
        }
    }

    private Loaded load() throws PkiException {
        String stamp = stamp();
        KeyedCertificate own = directory.member();
        List<X509Certificate> authorities = Pem.certificates(PkiDirectory.text(directory.authorityFile()));
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("member", own.key(), NO_PASSWORD, own.chain().toArray(X509Certificate[]::new));
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, NO_PASSWORD);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(
                    keys.getKeyManagers(),
                    new TrustManager[] {new MemberTrust(authorities, clock, this::refused)},
                    null);
            Instant now = clock.instant();
            Duration life =
                    Duration.between(now, own.certificate().getNotAfter().toInstant());
            return new Loaded(context, stamp, now.plus(life.dividedBy(2)));
        } catch (GeneralSecurityException | IOException e) {
            throw new PkiException("a member's certificate cannot be used", e);
        }
    }

    private String stamp() throws PkiException {
        Path file = directory.authorityFile();
        try {
            return Files.getLastModifiedTime(file) + " " + Files.size(file);
        } catch (IOException e) {
            throw new PkiException("cannot read " + file, e);
        }
    }
}
