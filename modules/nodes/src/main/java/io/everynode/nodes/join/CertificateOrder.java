package io.everynode.nodes.join;

import io.everynode.nodes.api.HollowLoop;
import io.everynode.nodes.http.AgentApi;
import io.everynode.objects.Kinds;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Asks for one certificate and waits until there is an answer, however long that takes: also while the API is away, or
 * until somebody approves. Confined to the loop's thread.
 */
final class CertificateOrder {

    private static final String REQUESTS = "/apis/certificates.k8s.io/v1/certificatesigningrequests";
    private static final Duration AGAIN = Duration.ofSeconds(1);
    private static final int MOST_DOUBLINGS = 3;

    /** A watch does not tell that who watches may no longer, such as with a token that has ended meanwhile. */
    private static final Duration LOOK = Duration.ofSeconds(30);

    private final AgentApi api;
    private final HollowLoop loop;
    private final WantedCertificate wanted;
    private final KeyPair keys;
    private final String path;
    private final CompletableFuture<List<X509Certificate>> answer = new CompletableFuture<>();
    private Runnable endWatch = () -> {};
    private boolean looking;
    private boolean changed;
    private int failures;

    private CertificateOrder(AgentApi api, HollowLoop loop, WantedCertificate wanted, KeyPair keys) {
        this.api = api;
        this.loop = loop;
        this.wanted = wanted;
        this.keys = keys;
        this.path = REQUESTS + "/" + wanted.requestName(keys);
    }

    /**
     * Asks, from any thread.
     *
     * @return the chain; fails with a {@link JoinFailure} when it is refused. Cancelling it ends the waiting, not the
     *     request
     */
    static CompletableFuture<List<X509Certificate>> place(
            AgentApi api, HollowLoop loop, WantedCertificate wanted, KeyPair keys) {
        CertificateOrder order = new CertificateOrder(api, loop, wanted, keys);
        order.answer.whenComplete((chain, failure) -> loop.execute(() -> order.endWatch.run()));
        loop.execute(order::ask);
        return order.answer;
    }

    private void ask() {
        if (answer.isDone()) {
            return;
        }
        api.send("POST", REQUESTS, "application/json", wanted.request(keys)).thenAccept(this::asked);
    }

    private void asked(AgentApi.Answer given) {
        loop.execute(() -> {
            // 409: it was asked for before, with the same key.
            if (given.ok() || given.code() == 409) {
                follow();
            } else if (given.passing()) {
                later(given, this::ask);
            } else {
                refused(given);
            }
        });
    }

    private void later(AgentApi.Answer given, Runnable task) {
        Duration delay = AGAIN.multipliedBy(1L << Math.min(failures++, MOST_DOUBLINGS));
        loop.after(delay.compareTo(given.retryAfter()) > 0 ? delay : given.retryAfter(), task);
    }

    private void refused(AgentApi.Answer given) {
        boolean unknown = given.code() == 401;
        String who = unknown
                ? "the API does not know who asks for the certificate"
                : "the API refuses the request for the certificate";
        answer.completeExceptionally(new JoinFailure(who + ": " + given.message(), unknown));
    }

    private void follow() {
        if (answer.isDone()) {
            return;
        }
        endWatch = api.watchObject(
                Kinds.CERTIFICATE_SIGNING_REQUEST, "", wanted.requestName(keys), new AgentApi.ObjectListener() {
                    @Override
                    public void is(String version) {
                        look();
                    }

                    @Override
                    public void refused(String why) {
                        answer.completeExceptionally(
                                new JoinFailure("the API does not tell of the certificate: " + why));
                    }
                });
        lookNowAndThen();
    }

    private void lookNowAndThen() {
        loop.after(LOOK, () -> {
            if (!answer.isDone()) {
                look();
                lookNowAndThen();
            }
        });
    }

    private void look() {
        if (answer.isDone()) {
            return;
        }
        changed = looking;
        if (!looking) {
            looking = true;
            api.send("GET", path, "", null)
                    .thenAccept(given -> loop.execute(() -> {
                        looking = false;
                        looked(given);
                        if (changed) {
                            look();
                        }
                    }));
        }
    }

    private void looked(AgentApi.Answer given) {
        if (given.ok()) {
            RequestState state = RequestState.of(given.body(), keys.getPublic());
            if (state instanceof RequestState.Issued issued) {
                answer.complete(issued.chain());
            } else if (state instanceof RequestState.Refused refused) {
                answer.completeExceptionally(new JoinFailure(refused.why()));
            }
        } else if (given.code() == 404) {
            answer.completeExceptionally(
                    new JoinFailure("the certificate request " + wanted.requestName(keys) + " was deleted"));
        } else if (given.passing()) {
            later(given, this::look);
        } else {
            refused(given);
        }
    }
}
