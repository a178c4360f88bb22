package io.everynode.nodes.join;

import io.everynode.nodes.http.ClusterAccess;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Learns whom to trust from a server that is not trusted yet: what it tells counts only where it has a hash that
 * somebody knows, and only when the server then shows a certificate of it. Nothing is sent but the question, and no
 * token. It blocks.
 */
final class Authorities {

    private static final Logger log = LoggerFactory.getLogger(Authorities.class);
    private static final String PATH = "/cacerts";
    private static final int LONGEST = 1024 * 1024;

    /** The server is away, which may pass. */
    static final class Away extends Exception {
        private static final long serialVersionUID = 1L;

        Away(String message, Throwable cause) {
            super(message, cause);
        }
    }

    private final String server;
    private final Duration patience;

    Authorities(String server, Duration patience) {
        this.server = server;
        this.patience = patience;
    }

    /**
     * All that the server names, once it has shown that it is of one that has a hash.
     *
     * @throws JoinFailure when it is not
     */
    List<X509Certificate> ask(AuthorityHashes hashes) throws JoinFailure, Away, InterruptedException {
        List<X509Certificate> known =
                hashes.known(question(HttpClient.newBuilder().sslContext(trustingAnybody())));
        if (known.isEmpty()) {
            throw new JoinFailure("the authority of " + server + " has another hash than --ca-hash: this is not the"
                    + " cluster, or somebody is in between. No token was sent");
        }
        return confirmed(known);
    }

    /** All that the server names when it is of one of these. */
    List<X509Certificate> confirmed(List<X509Certificate> trusted) throws JoinFailure, Away, InterruptedException {
        try {
            byte[] pem = Pem.text(trusted).getBytes(StandardCharsets.US_ASCII);
            return question(ClusterAccess.trusting(server, pem, "").client());
        } catch (ClusterAccess.Broken e) {
            throw new JoinFailure(e.getMessage());
        }
    }

    /** As {@link #confirmed}; the former ones when there is no answer that counts. */
    List<X509Certificate> now(List<X509Certificate> former) throws InterruptedException {
        try {
            return confirmed(former);
        } catch (JoinFailure | Away e) {
            log.info("The authorities of {} stay as they were: {}", server, e.getMessage());
            return former;
        }
    }

    private List<X509Certificate> question(HttpClient.Builder client) throws JoinFailure, Away, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(server + PATH))
                .timeout(patience)
                .build();
        try {
            HttpResponse<InputStream> answer = client.connectTimeout(patience)
                    .version(HttpClient.Version.HTTP_1_1)
                    .build()
                    .send(request, BodyHandlers.ofInputStream());
            try (InputStream body = answer.body()) {
                refuseNode(answer);
                if (answer.statusCode() == 429 || answer.statusCode() >= 500) {
                    throw new Away("it answers " + answer.statusCode(), null);
                }
                byte[] text = body.readNBytes(LONGEST);
                if (answer.statusCode() != 200) {
                    throw new JoinFailure(server + " does not tell its authority: it answers " + answer.statusCode()
                            + " for " + PATH);
                }
                return Pem.certificates(new String(text, StandardCharsets.US_ASCII));
            }
        } catch (IOException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof CertificateException) {
                    throw new JoinFailure(server + " has no certificate of that authority for this address: "
                            + line(cause) + ". No token was sent");
                }
            }
            throw new Away(line(e), e);
        } catch (GeneralSecurityException e) {
            throw new JoinFailure(server + " tells no certificate at " + PATH + ": is it a server of Everynode?");
        }
    }

    /**
     * An authority's key may also sign, by another name, what nodes serve with, for whatever address a node asks; and a
     * hash of the key does not tell the names apart, which whoever is in between writes as they like.
     */
    private void refuseNode(HttpResponse<?> answer) throws JoinFailure, SSLPeerUnverifiedException {
        Certificate[] chain = answer.sslSession().orElseThrow().getPeerCertificates();
        if (Subjects.organizations((X509Certificate) chain[0]).contains(WantedCertificate.GROUP)) {
            throw new JoinFailure(server + " shows the certificate of a node, not of a server. No token was sent");
        }
    }

    private static String line(Throwable e) {
        String message = e.getMessage();
        return message == null || message.isBlank()
                ? e.getClass().getSimpleName()
                : message.lines().findFirst().orElse("");
    }

    private static SSLContext trustingAnybody() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new Anybody()}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime has no TLS", e);
        }
    }

    /** What it lets through is judged by its hash. */
    private static final class Anybody extends X509ExtendedTrustManager {
        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
            throw new IllegalStateException("for servers alone");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {
            throw new IllegalStateException("for servers alone");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {
            throw new IllegalStateException("for servers alone");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
