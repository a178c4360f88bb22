package io.everynode.nodes.join;

import io.everynode.nodes.api.HollowLoop;
import io.everynode.nodes.http.AgentApi;
import io.everynode.nodes.http.ClusterAccess;
import io.everynode.nodes.http.HttpSettings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gets a machine its certificate, by a token and the hash of the cluster's authority, and keeps it for later starts. It
 * blocks for as long as the server is away or nobody approves.
 */
public final class NodeJoin {

    private static final Logger log = LoggerFactory.getLogger(NodeJoin.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration CLOSING = Duration.ofSeconds(5);
    private static final int FIRST_PAUSE_MILLIS = 500;
    private static final int LONGEST_PAUSE_MILLIS = 8_000;
    /** Where bindings approve, the certificate is there at once. */
    private static final int SOON_SECONDS = 10;

    private final JoinSettings settings;
    private final HttpSettings http;
    private final Consumer<String> news;
    private final NodeFiles files;

    /** @param news hears what is waited for, one line each time that changes */
    public NodeJoin(JoinSettings settings, HttpSettings http, Consumer<String> news) {
        this.settings = settings;
        this.http = http;
        this.news = news;
        this.files = new NodeFiles(settings.directory());
    }

    /** Where a node keeps what it has when it has joined. */
    public Path kubeconfig() {
        return files.kubeconfig();
    }

    /**
     * As the node: with the certificate that was kept, or with a new one by the token.
     *
     * @throws JoinFailure when it is neither
     */
    public ClusterAccess access() throws JoinFailure, InterruptedException {
        Start start = Start.of(settings.node(), held(), settings.mayJoin(), Instant.now());
        if (start instanceof Start.Not not) {
            throw new JoinFailure(not.why());
        }
        if (start instanceof Start.Kept) {
            try {
                ClusterAccess kept = kept();
                X509Certificate certificate = files.certificate();
                if (accepted(kept)) {
                    return withAuthoritiesOfNow(kept);
                }
                String why = "the API does not accept the certificate of " + WantedCertificate.user(settings.node())
                        + " (serial " + certificate.getSerialNumber().toString(16)
                        + "): it was revoked, or is of another authority";
                if (!settings.mayJoin()) {
                    throw new JoinFailure(why + "; to join again give --server, --token and --ca-hash");
                }
                start = new Start.Join(why);
            } catch (ClusterAccess.Broken e) {
                throw new JoinFailure(e.getMessage());
            }
        }
        String why = ((Start.Join) start).why();
        if (!why.isEmpty()) {
            news.accept("Joining again: " + why);
        }
        return join();
    }

    private Start.Held held() {
        if (!files.joined()) {
            return Start.Held.NOTHING;
        }
        try {
            files.access();
            X509Certificate certificate = files.certificate();
            return new Start.Held(
                    Subjects.commonName(certificate), certificate.getNotAfter().toInstant(), "");
        } catch (ClusterAccess.Broken e) {
            return new Start.Held("", Instant.MIN, e.getMessage());
        }
    }

    private ClusterAccess kept() throws ClusterAccess.Broken {
        ClusterAccess kept = files.access();
        return settings.server().isEmpty() ? kept : kept.at(List.of(settings.server()));
    }

    /** So that an authority that changes slowly takes its nodes along. */
    private ClusterAccess withAuthoritiesOfNow(ClusterAccess kept)
            throws ClusterAccess.Broken, JoinFailure, InterruptedException {
        List<X509Certificate> former = files.authorities();
        List<X509Certificate> now = new Authorities(kept.servers().get(0).toString(), PATIENCE).now(former);
        if (now.equals(former)) {
            return kept;
        }
        try {
            files.keepAuthorities(now);
            log.info("{} names other authorities now: {}", kept, now.size());
            return kept();
        } catch (IOException e) {
            throw new JoinFailure("cannot keep the authorities in " + settings.directory() + ": " + e.getMessage());
        }
    }

    /** Whether it is known who asks. A server that is away says nothing against it. */
    private boolean accepted(ClusterAccess access) throws InterruptedException {
        HttpRequest request = access.request(URI.create(access.servers().get(0) + "/api/v1/nodes/" + settings.node()))
                .timeout(PATIENCE)
                .build();
        try {
            HttpClient client = access.client()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(PATIENCE)
                    .build();
            return client.send(request, BodyHandlers.discarding()).statusCode() != 401;
        } catch (IOException e) {
            log.info("{} is away: {}", access, e.toString());
            return true;
        }
    }

    /** By the token, and keeps what it gets. */
    ClusterAccess join() throws JoinFailure, InterruptedException {
        List<X509Certificate> authorities = authorities();
        String token = settings.token().orElseThrow().read();
        try {
            byte[] pem = Pem.text(authorities).getBytes(StandardCharsets.US_ASCII);
            KeyPair keys = files.requestKey(Purpose.CLIENT);
            List<X509Certificate> chain = certificate(ClusterAccess.trusting(settings.server(), pem, token), keys);
            files.keep(settings.server(), authorities, chain, keys.getPrivate());
            files.dropRequestKey(Purpose.CLIENT);
            // What the node had before may have been revoked with the rest, or be of another authority.
            files.dropEndpoint();
            log.info(
                    "Joined {} as {} until {}",
                    settings.server(),
                    WantedCertificate.user(settings.node()),
                    chain.get(0).getNotAfter().toInstant());
            return files.access();
        } catch (ClusterAccess.Broken e) {
            throw new JoinFailure(e.getMessage());
        } catch (IOException e) {
            throw new JoinFailure("cannot keep the certificate in " + settings.directory() + ": " + e.getMessage());
        }
    }

    private List<X509Certificate> authorities() throws JoinFailure, InterruptedException {
        Authorities server = new Authorities(settings.server(), PATIENCE);
        String told = "";
        for (int pause = FIRST_PAUSE_MILLIS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS)) {
            try {
                return server.ask(settings.hashes());
            } catch (Authorities.Away e) {
                if (!told.equals(e.getMessage())) {
                    news.accept("Waiting for " + settings.server() + ": " + e.getMessage());
                    told = e.getMessage();
                }
                TimeUnit.MILLISECONDS.sleep(pause);
            }
        }
    }

    private List<X509Certificate> certificate(ClusterAccess asMachine, KeyPair keys)
            throws JoinFailure, InterruptedException, IOException {
        WantedCertificate wanted = WantedCertificate.ofClient(settings.node());
        HollowLoop loop = HollowLoop.thread("join");
        AgentApi api = new AgentApi(loop, asMachine, http, PATIENCE);
        loop.execute(api::start);
        CompletableFuture<List<X509Certificate>> order = CertificateOrder.place(api, loop, wanted, keys);
        try {
            try {
                return order.get(SOON_SECONDS, TimeUnit.SECONDS);
            } catch (TimeoutException later) {
                news.accept("Waiting for the certificate request " + wanted.requestName(keys) + " to be approved");
                return order.get();
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof JoinFailure failure) {
                if (failure.unknown()) {
                    throw new JoinFailure("the token is not accepted: there is none of this ID, it has ended, or it is"
                            + " another one (everynode token list)");
                }
                // Asking for the same once more would find the same refusal.
                files.dropRequestKey(Purpose.CLIENT);
                throw failure;
            }
            throw new IllegalStateException("an order of a certificate broke", e);
        } finally {
            order.cancel(false);
            CompletableFuture<Void> closed = new CompletableFuture<>();
            loop.execute(() -> {
                api.close();
                closed.complete(null);
            });
            closed.completeOnTimeout(null, CLOSING.toMillis(), TimeUnit.MILLISECONDS)
                    .join();
            loop.close();
        }
    }
}
