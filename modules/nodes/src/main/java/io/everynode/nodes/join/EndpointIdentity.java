package io.everynode.nodes.join;

import io.everynode.nodes.api.HollowLoop;
import io.everynode.nodes.http.AgentApi;
import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gets a node's endpoint a certificate of the cluster's authority for the node's addresses, and renews it. Until it
 * comes, which is when somebody approves it, the endpoint has the one that it made itself. Confined to the loop's
 * thread.
 */
public final class EndpointIdentity {

    private static final Logger log = LoggerFactory.getLogger(EndpointIdentity.class);

    /** Uses a certificate from now on. */
    @FunctionalInterface
    public interface User {
        void use(PrivateKey key, List<X509Certificate> chain);
    }

    private final NodeFiles files;
    private final WantedCertificate wanted;
    private final AgentApi api;
    private final HollowLoop loop;
    private final User endpoint;
    private Instant due = Instant.MIN;
    private boolean asking;
    private boolean anew;
    private int failures;
    private int turn;

    private EndpointIdentity(NodeFiles files, WantedCertificate wanted, AgentApi api, HollowLoop loop, User endpoint) {
        this.files = files;
        this.wanted = wanted;
        this.api = api;
        this.loop = loop;
        this.endpoint = endpoint;
    }

    /**
     * Begins, with the one that was kept if it is for these names and of these authorities, and goes on until the loop
     * is closed.
     *
     * @param directory of the node alone
     * @param names addresses and host names of the Node
     * @param authorities of the cluster
     * @param api that the node uses
     */
    public static EndpointIdentity keep(
            String node,
            Path directory,
            List<String> names,
            List<X509Certificate> authorities,
            AgentApi api,
            HollowLoop loop,
            User endpoint) {
        WantedCertificate wanted = new WantedCertificate(Purpose.ENDPOINT, node, names);
        EndpointIdentity identity = new EndpointIdentity(new NodeFiles(directory), wanted, api, loop, endpoint);
        loop.execute(() -> identity.begin(authorities));
        return identity;
    }

    /**
     * Gets another one, as what the node had so far may have been revoked with the rest. To be called on the loop's
     * thread.
     */
    public void another() {
        if (asking) {
            anew = true;
            return;
        }
        due = Instant.MIN;
        failures = 0;
        look();
    }

    private void begin(List<X509Certificate> authorities) {
        files.endpoint()
                .filter(pair -> Renewal.fits(pair.chain().get(0), wanted.names(), authorities))
                .filter(pair -> !Renewal.isOver(pair.chain().get(0), loop.now()))
                .ifPresent(pair -> has(pair.key(), pair.chain()));
        look();
    }

    private void has(PrivateKey key, List<X509Certificate> chain) {
        due = Renewal.due(chain.get(0), ThreadLocalRandom.current().nextDouble());
        failures = 0;
        endpoint.use(key, chain);
    }

    private void look() {
        Instant now = loop.now();
        if (now.isBefore(due)) {
            after(Renewal.wait(due, now));
        } else {
            ask();
        }
    }

    /** The last one that was wanted counts. */
    private void after(Duration delay) {
        int mine = ++turn;
        loop.after(delay, () -> {
            if (mine == turn && !asking) {
                look();
            }
        });
    }

    private void ask() {
        KeyPair keys;
        asking = true;
        anew = false;
        try {
            keys = files.requestKey(Purpose.ENDPOINT);
        } catch (IOException e) {
            asking = false;
            again(e);
            return;
        }
        CertificateOrder.place(api, loop, wanted, keys)
                .whenComplete((chain, failure) -> loop.execute(() -> {
                    asking = false;
                    try {
                        files.dropRequestKey(Purpose.ENDPOINT);
                        if (failure == null) {
                            files.keepEndpoint(chain, keys);
                        }
                    } catch (IOException e) {
                        log.warn("The certificate of the endpoint is not kept for the next start: {}", e.toString());
                    }
                    if (failure == null) {
                        has(keys.getPrivate(), chain);
                        due = anew ? Instant.MIN : due;
                        look();
                    } else {
                        again(failure);
                    }
                }));
    }

    private void again(Throwable failure) {
        Duration pause = Renewal.pause(++failures);
        log.warn("The endpoint has no new certificate, again in {}: {}", pause, failure.getMessage());
        after(pause);
    }
}
