package io.everynode.apiserver;

import io.everynode.apiserver.authentication.AuthenticationMode;
import io.everynode.apiserver.authentication.BearerHeader;
import io.everynode.apiserver.authentication.ClientCertificates;
import io.everynode.apiserver.authentication.Credential;
import io.everynode.apiserver.authentication.Finding;
import io.everynode.apiserver.pki.ServerTls;
import io.everynode.controlplane.ControlPlane;
import io.everynode.core.authorization.User;
import io.everynode.objects.ApiStatus;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.apache.pekko.http.javadsl.model.AttributeKeys;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who sends a request: by the connection's client certificate, else by a bearer token; without either, nobody, which is
 * enough for a few paths. A token counts beside a certificate that does not, as upstream has it. Thread-safe.
 */
final class Authentication {

    /** What is answered to everybody, by the first segment of the path. */
    private static final Set<String> FOR_ALL = Set.of("healthz", "livez", "readyz", "version", CaCertificate.PATH);

    private static final User ANONYMOUS = User.of(User.ANONYMOUS, User.UNAUTHENTICATED);
    private static final ApiStatus UNAUTHORIZED = new ApiStatus(401, "Unauthorized", "Unauthorized", null);
    private static final Logger LOG = LoggerFactory.getLogger(Authentication.class);

    /** Of a TLS session: whom its certificate shows. */
    private static final String SEEN = "everynode.authentication";

    private final AuthenticationMode mode;
    private final Optional<ServerTls> tls;
    private final TokenChecks tokens;
    private final ControlPlane controlPlane;
    private final InstantSource clock;

    /** @param authorities by which it was found; a list of others is another object */
    private record Seen(Finding.Known finding, List<X509Certificate> authorities, Instant begin) {

        boolean counts(List<X509Certificate> now, Instant time) {
            return authorities == now
                    && !time.isBefore(begin)
                    && !time.isAfter(finding.credential().end());
        }
    }

    Authentication(
            AuthenticationMode mode,
            Optional<ServerTls> tls,
            TokenChecks tokens,
            ControlPlane controlPlane,
            InstantSource clock) {
        this.mode = mode;
        this.tls = tls;
        this.tokens = tokens;
        this.controlPlane = controlPlane;
        this.clock = clock;
    }

    /**
     * @param path its first segment
     * @return empty when {@link #later} has to tell: a token of this cluster may be of an object that this JVM has not
     *     heard of yet
     * @throws ApiFailure with 401
     */
    Optional<Finding.Known> now(HttpRequest request, String path) {
        if (mode == AuthenticationMode.NONE) {
            return Optional.of(new Finding.Known(Callers.user(), Credential.NONE));
        }
        Finding certificate = certificate(request);
        if (certificate instanceof Finding.Known known) {
            return Optional.of(authenticated(known));
        }
        Optional<String> token = token(request);
        if (token.isEmpty() && certificate instanceof Finding.Nothing && FOR_ALL.contains(path)) {
            return Optional.of(new Finding.Known(ANONYMOUS, Credential.NONE));
        }
        Finding bearer =
                token.map(text -> tokens.check(text, controlPlane.catalog())).orElse(Finding.NOTHING);
        if (bearer instanceof Finding.Known known) {
            return Optional.of(authenticated(known));
        }
        if (bearer instanceof Finding.Wrong wrong && wrong.unlessNewer()) {
            return Optional.empty();
        }
        throw refused(bearer instanceof Finding.Wrong ? bearer : certificate);
    }

    /** By the newest state of the cluster; fails with 401. */
    CompletionStage<Finding.Known> later(HttpRequest request) {
        return controlPlane.currentCatalog().thenApply(catalog -> {
            Finding finding = tokens.check(token(request).orElse(""), catalog);
            if (finding instanceof Finding.Known known) {
                return authenticated(known);
            }
            throw refused(finding);
        });
    }

    private static ApiFailure refused(Finding finding) {
        if (finding instanceof Finding.Wrong wrong) {
            LOG.debug("refused: {}", wrong.why());
        }
        return new ApiFailure(UNAUTHORIZED);
    }

    private static Optional<String> token(HttpRequest request) {
        return request.getHeader("Authorization").flatMap(header -> BearerHeader.token(header.value()));
    }

    private static Finding.Known authenticated(Finding.Known known) {
        return known.user().isIn(User.AUTHENTICATED)
                ? known
                : new Finding.Known(known.user().with(User.AUTHENTICATED), known.credential());
    }

    /**
     * Who sends a request, as far as can be told without the cluster's objects, which have tokens and what was revoked:
     * whom a certificate shows that counts but for that, or nobody.
     */
    User withoutObjects(HttpRequest request) {
        if (mode == AuthenticationMode.NONE) {
            return Callers.user();
        }
        return shownCertificate(request) instanceof Finding.Known known
                ? authenticated(known).user()
                : ANONYMOUS;
    }

    private Finding certificate(HttpRequest request) {
        Finding shown = shownCertificate(request);
        return shown instanceof Finding.Known known ? unlessRevoked(known) : shown;
    }

    /** Whether or not it was revoked. */
    private Finding shownCertificate(HttpRequest request) {
        SSLSession session = request.getAttribute(AttributeKeys.sslSession)
                .map(info -> info.getSession())
                .orElse(null);
        if (session == null || tls.isEmpty()) {
            return Finding.NOTHING;
        }
        List<X509Certificate> authorities = tls.get().clientAuthorities();
        Instant now = clock.instant();
        if (session.getValue(SEEN) instanceof Seen seen && seen.counts(authorities, now)) {
            return seen.finding();
        }
        List<X509Certificate> chain = chain(session);
        Finding finding = ClientCertificates.check(chain, authorities, now);
        if (finding instanceof Finding.Known known) {
            Instant begin = Instant.MIN;
            for (X509Certificate each : chain) {
                begin = later(begin, each.getNotBefore().toInstant());
            }
            session.putValue(SEEN, new Seen(known, authorities, begin));
        }
        return finding;
    }

    private Finding unlessRevoked(Finding.Known known) {
        return known.credential().counts().test(controlPlane.catalog())
                ? known
                : new Finding.Wrong("the certificate is revoked");
    }

    private static List<X509Certificate> chain(SSLSession session) {
        List<X509Certificate> chain = new ArrayList<>();
        try {
            for (Certificate each : session.getPeerCertificates()) {
                chain.add((X509Certificate) each);
            }
        } catch (SSLPeerUnverifiedException e) {
            return List.of();
        }
        return chain;
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
