package io.everynode.nodes.join;

import io.everynode.nodes.api.HollowLoop;
import io.everynode.nodes.http.AgentApi;
import io.everynode.nodes.http.ClusterAccess;
import io.everynode.nodes.http.HttpSettings;
import java.io.IOException;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a running node the certificate by which the API knows it: renews it before its end with the one that is there,
 * and joins again by the token when that counts no more. New connections have the new one at once; what is open goes
 * on. Confined to the loop's thread.
 */
public final class NodeIdentity {

    private static final Logger log = LoggerFactory.getLogger(NodeIdentity.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    /** An answer to what was sent with the former certificate comes within that time. */
    private static final Duration LATE = Duration.ofSeconds(3);

    /** A server that knows nobody, whatever it signed itself, is not to be flooded with requests. */
    private static final Duration BETWEEN_JOINS = Duration.ofMinutes(1);

    private static final Executor BLOCKING = task -> {
        Thread thread = new Thread(task, "node-identity");
        thread.setDaemon(true);
        thread.start();
    };

    private final JoinSettings settings;
    private final HttpSettings http;
    private final AgentApi api;
    private final HollowLoop loop;
    private final NodeFiles files;
    private final Runnable joinedAgain;
    private X509Certificate certificate;
    private Instant since;
    private Instant due;
    private Instant joined = Instant.EPOCH;
    private boolean refused;
    private boolean busy;
    private int failures;
    private int turn;

    private NodeIdentity(JoinSettings settings, HttpSettings http, AgentApi api, HollowLoop loop, Runnable joinedAgain)
            throws ClusterAccess.Broken {
        this.joinedAgain = joinedAgain;
        this.settings = settings;
        this.http = http;
        this.api = api;
        this.loop = loop;
        this.files = new NodeFiles(settings.directory());
        has(files.certificate());
    }

    /**
     * Begins, and goes on until the loop is closed.
     *
     * @param api that the node uses
     * @param joinedAgain is told on the loop's thread, when the node has what it has by its token
     */
    public static void keep(
            JoinSettings settings, HttpSettings http, AgentApi api, HollowLoop loop, Runnable joinedAgain)
            throws ClusterAccess.Broken {
        NodeIdentity identity = new NodeIdentity(settings, http, api, loop, joinedAgain);
        api.onUnknown(identity::unknown);
        loop.execute(identity::look);
    }

    private void has(X509Certificate issued) {
        certificate = issued;
        since = loop.now();
        due = Renewal.due(issued, ThreadLocalRandom.current().nextDouble());
        refused = false;
        failures = 0;
    }

    /** The API does not know who asks. Of what was under way with the former certificate that is no news. */
    private void unknown() {
        if (!refused && !busy && since.plus(LATE).isBefore(loop.now())) {
            refused = true;
            look();
        }
    }

    private void look() {
        turn++;
        if (busy) {
            return;
        }
        Instant now = loop.now();
        switch (Renewal.step(certificate, due, refused, now)) {
            case WAIT -> after(Renewal.wait(due, now), this::look);
            case RENEW -> renew();
            case JOIN -> join();
        }
    }

    private void after(Duration delay, Runnable task) {
        int mine = ++turn;
        loop.after(delay, () -> {
            if (mine == turn) {
                task.run();
            }
        });
    }

    private void renew() {
        busy = true;
        KeyPair keys;
        try {
            keys = files.requestKey(Purpose.CLIENT);
        } catch (IOException e) {
            done(null, e);
            return;
        }
        CertificateOrder.place(api, loop, WantedCertificate.ofClient(settings.node()), keys)
                .thenApplyAsync(chain -> kept(chain, keys), BLOCKING)
                .whenComplete((access, failure) -> loop.execute(() -> done(access, failure)));
    }

    private ClusterAccess kept(List<X509Certificate> chain, KeyPair keys) {
        try {
            String server = settings.server().isEmpty()
                    ? files.access().servers().get(0).toString()
                    : settings.server();
            List<X509Certificate> authorities = new Authorities(server, PATIENCE).now(files.authorities());
            files.keep(server, authorities, chain, keys.getPrivate());
            files.dropRequestKey(Purpose.CLIENT);
            return files.access();
        } catch (ClusterAccess.Broken | IOException | InterruptedException e) {
            throw new CompletionException(e);
        }
    }

    private void join() {
        Instant now = loop.now();
        if (now.isBefore(joined.plus(BETWEEN_JOINS))) {
            after(BETWEEN_JOINS, this::look);
            return;
        }
        String why = Renewal.isOver(certificate, now)
                ? "has ended at " + certificate.getNotAfter().toInstant()
                : "is not accepted: it was revoked, or is of another authority";
        String whose = "The certificate of " + WantedCertificate.user(settings.node()) + " (serial "
                + certificate.getSerialNumber().toString(16) + ") " + why;
        if (!settings.mayJoin()) {
            log.error("{}; to join again start the agent with --server, --token and --ca-hash", whose);
            failures++;
            // It counts again if the revocation is deleted.
            after(Renewal.pause(failures), () -> {
                refused = false;
                look();
            });
            return;
        }
        log.warn("{}; joining again by the token", whose);
        busy = true;
        joined = now;
        CompletableFuture.supplyAsync(
                        () -> {
                            try {
                                return new NodeJoin(settings, http, log::info).join();
                            } catch (JoinFailure | InterruptedException e) {
                                throw new CompletionException(e);
                            }
                        },
                        BLOCKING)
                .whenComplete((access, failure) -> loop.execute(() -> {
                    done(access, failure);
                    if (access != null) {
                        joinedAgain.run();
                    }
                }));
    }

    /** @param access null when it failed */
    private void done(ClusterAccess access, Throwable failure) {
        busy = false;
        if (access != null) {
            try {
                api.use(access);
                has(files.certificate());
                log.info(
                        "{} has a new certificate, until {}",
                        WantedCertificate.user(settings.node()),
                        certificate.getNotAfter().toInstant());
                look();
                return;
            } catch (ClusterAccess.Broken e) {
                log.error("{}", e.getMessage());
            }
        } else {
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            if (cause instanceof JoinFailure refusal && refusal.unknown()) {
                refused = true;
            } else {
                dropRequestKey();
            }
            log.warn("There is no new certificate: {}", cause.getMessage());
        }
        failures++;
        after(Renewal.pause(failures), this::look);
    }

    /** What was refused is not asked for again in the same way. */
    private void dropRequestKey() {
        try {
            files.dropRequestKey(Purpose.CLIENT);
        } catch (IOException e) {
            log.warn("{}", e.toString());
        }
    }
}
