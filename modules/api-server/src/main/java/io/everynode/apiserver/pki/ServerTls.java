package io.everynode.apiserver.pki;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS of the API's port, from files that may change meanwhile: they are looked at when a connection comes, at most once
 * a second, and new connections get what is there. Files that cannot be used change nothing and are told in the log. A
 * certificate of ours is made anew well before its end. TLS 1.2 and 1.3; HTTP/2 and 1.1 by ALPN; clients are asked for
 * a certificate and need none. Thread-safe.
 */
public final class ServerTls {

    private static final Logger LOG = LoggerFactory.getLogger(ServerTls.class);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    private static final char[] NO_PASSWORD = {};

    private final PkiDirectory directory;
    private final Path certificateFile;
    private final Path keyFile;
    private final Path authorityFile;
    private final Path clientAuthorityFile;
    private final boolean own;
    private final Set<String> names;
    private final InstantSource clock;

    private volatile Loaded loaded;
    private volatile Instant nextLook;
    private List<String> refused = List.of();

    /** @param files when and how long the files were that this comes from */
    private record Loaded(SSLContext context, List<X509Certificate> clientAuthorities, List<String> files) {}

    private ServerTls(PkiDirectory directory, TlsSettings settings, String host, InstantSource clock) {
        this.directory = directory;
        this.own = settings.certificate().isEmpty();
        this.certificateFile = settings.certificate().orElse(directory.serverCertificateFile());
        this.keyFile = settings.key().orElse(directory.serverKeyFile());
        this.authorityFile = settings.authority().orElse(directory.authorityFile());
        this.clientAuthorityFile = settings.clientAuthority().orElse(directory.authorityFile());
        this.names = settings.allNames(host);
        this.clock = clock;
    }

    /** Makes what is missing. */
    public static ServerTls open(PkiDirectory directory, TlsSettings settings, String host, InstantSource clock)
            throws PkiException {
        ServerTls tls = new ServerTls(directory, settings, host, clock);
        directory.authorityOrNew();
        tls.renew();
        tls.loaded = tls.load();
        tls.nextLook = clock.instant().plus(LOOK_EVERY);
        return tls;
    }

    /** For one new connection. */
    public SSLEngine engine() {
        SSLEngine engine = newest().context.createSSLEngine();
        engine.setUseClientMode(false);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
        parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
        parameters.setUseCipherSuitesOrder(true);
        parameters.setWantClientAuth(true);
        engine.setSSLParameters(parameters);
        return engine;
    }

    /** Who signs clients; the same list as long as it is not changed. */
    public List<X509Certificate> clientAuthorities() {
        return newest().clientAuthorities;
    }

    /** In PEM: what clients have to trust to know this server. */
    public String authority() throws PkiException {
        return PkiDirectory.text(authorityFile);
    }

    private Loaded newest() {
        if (!clock.instant().isBefore(nextLook)) {
            look();
        }
        return loaded;
    }

    private synchronized void look() {
        Instant now = clock.instant();
        if (now.isBefore(nextLook)) {
            return;
        }
        nextLook = now.plus(LOOK_EVERY);
        try {
            renew();
            List<String> there = stamps();
            if (!there.equals(loaded.files) && !there.equals(refused)) {
                // Said once of the same files.
                refused = there;
                loaded = load();
                LOG.info("new certificates are in use");
            }
        } catch (PkiException e) {
            LOG.error("the certificates in use stay: {}", e.getMessage());
        }
    }

    private void renew() throws PkiException {
        if (own) {
            directory.ensureServer(directory.authority(), names);
        }
    }

    private Loaded load() throws PkiException {
        List<String> files = stamps();
        KeyedCertificate server = PkiDirectory.read(certificateFile, keyFile);
        List<X509Certificate> authorities = List.copyOf(Pem.certificates(PkiDirectory.text(clientAuthorityFile)));
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry(
                    "server", server.key(), NO_PASSWORD, server.chain().toArray(X509Certificate[]::new));
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, NO_PASSWORD);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), new TrustManager[] {new AnyClientCertificate(authorities)}, null);
            return new Loaded(context, authorities, files);
        } catch (GeneralSecurityException | IOException e) {
            throw new PkiException(certificateFile + " and " + keyFile + " do not fit together", e);
        }
    }

    private List<String> stamps() throws PkiException {
        List<String> stamps = new ArrayList<>();
        for (Path file : List.of(certificateFile, keyFile, clientAuthorityFile)) {
            try {
                stamps.add(Files.getLastModifiedTime(file) + " " + Files.size(file));
            } catch (IOException e) {
                throw new PkiException("cannot read " + file, e);
            }
        }
        return stamps;
    }
}
