package io.everynode.controlplane.runtime;

import com.fasterxml.jackson.databind.JsonNode;
import io.everynode.controlplane.catalog.CatalogVersion;
import io.everynode.controlplane.catalog.Change;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.core.event.Caller;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import java.io.ByteArrayInputStream;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;

/**
 * CertificateSigningRequests go once they are of no more use: an hour after they were approved, denied or have failed,
 * a day after they were made if nobody has decided, and when the certificate that came of them has ended
 * (pkg/controller/certificates/cleaner/cleaner.go). The key is the name.
 */
final class CertificateRequestsDuty implements Duty<String> {

    static final Duration DECIDED = Duration.ofHours(1);
    static final Duration PENDING = Duration.ofHours(24);

    private static final Caller CALLER = Caller.controller("certificate-request-cleaner");
    private static final List<String> DECISIONS = List.of("Approved", "Denied", "Failed");

    @Override
    public Collection<String> everything(CatalogVersion version) {
        List<String> names = new ArrayList<>();
        version.list(Kinds.CERTIFICATE_SIGNING_REQUEST, "").forEach(request -> names.add(request.name()));
        return names;
    }

    @Override
    public void concerned(CatalogVersion version, Change change, Consumer<String> keys) {
        if (change.object().kind().equals(Kinds.CERTIFICATE_SIGNING_REQUEST) && change.type() != Change.Type.REMOVED) {
            keys.accept(change.object().name());
        }
    }

    @Override
    public Todo decide(CatalogVersion version, String key, Instant now) {
        StoredObject request =
                version.get(Kinds.CERTIFICATE_SIGNING_REQUEST, "", key).orElse(null);
        if (request == null || request.terminating()) {
            return Todo.NOTHING;
        }
        Instant end = end(request.tree(), now);
        return end.isAfter(now)
                ? new Todo(List.of(), Duration.between(now, end))
                : Todo.of(List.of(CleanupWrites.delete(request, null, CALLER, now)));
    }

    /** From when on a request is of no use. */
    static Instant end(JsonNode request, Instant now) {
        Instant made = time(Json.text(request, "metadata", "creationTimestamp"), now, now);
        Instant end = null;
        for (JsonNode condition : request.path("status").path("conditions")) {
            if (DECISIONS.contains(Json.text(condition, "type"))) {
                Instant own =
                        time(Json.text(condition, "lastUpdateTime"), made, now).plus(DECIDED);
                end = end == null || own.isBefore(end) ? own : end;
            }
        }
        if (end == null) {
            return made.plus(PENDING);
        }
        Instant over = certificateEnd(Json.text(request, "status", "certificate"));
        return over.isBefore(end) ? over : end;
    }

    /** What a client writes must not keep a request for ever: times ahead of the clock do not count. */
    private static Instant time(String text, Instant otherwise, Instant now) {
        try {
            Instant time = text.isEmpty() ? Instant.MAX : Instant.parse(text);
            return time.isAfter(now) ? otherwise : time;
        } catch (DateTimeException e) {
            return otherwise;
        }
    }

    private static Instant certificateEnd(String base64) {
        if (base64.isEmpty()) {
            return Instant.MAX;
        }
        try {
            Certificate own = CertificateFactory.getInstance("X.509")
                    .generateCertificate(
                            new ByteArrayInputStream(Base64.getDecoder().decode(base64)));
            return own instanceof X509Certificate x509 ? x509.getNotAfter().toInstant() : Instant.MAX;
        } catch (CertificateException | IllegalArgumentException e) {
            return Instant.MAX;
        }
    }
}
