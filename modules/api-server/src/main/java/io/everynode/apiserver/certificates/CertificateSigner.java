package io.everynode.apiserver.certificates;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.everynode.apiserver.authentication.RevokedCertificates;
import io.everynode.apiserver.pki.Pem;
import io.everynode.apiserver.pki.PkiDirectory;
import io.everynode.apiserver.pki.PkiException;
import io.everynode.controlplane.ControlPlane;
import io.everynode.controlplane.WriteRequest;
import io.everynode.controlplane.WriteResult;
import io.everynode.controlplane.catalog.Catalog;
import io.everynode.controlplane.catalog.Change;
import io.everynode.controlplane.catalog.StoredObject;
import io.everynode.controlplane.catalog.WatchCursor;
import io.everynode.controlplane.catalog.WatchSelection;
import io.everynode.core.authorization.AccessRequest;
import io.everynode.core.authorization.User;
import io.everynode.core.event.Caller;
import io.everynode.core.object.ObjectWrite;
import io.everynode.core.object.Precondition;
import io.everynode.objects.Json;
import io.everynode.objects.Kinds;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Approves and signs CertificateSigningRequests of our {@link Signers}, as they come. Each server with an authority
 * does it; who is later finds the request changed and leaves it. After a start, and when it has fallen behind, it looks
 * at all. Thread-safe.
 */
public final class CertificateSigner implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(CertificateSigner.class);
    private static final Duration LONGEST = Duration.ofDays(365);
    private static final Duration DEADLINE = Duration.ofSeconds(20);
    private static final Executor LATER = CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS);

    private final ControlPlane controlPlane;
    private final Predicate<AccessRequest> may;
    private final PkiDirectory directory;
    private final InstantSource clock;
    private volatile WatchCursor cursor;
    private volatile boolean closed;

    /** @param may whether somebody is allowed something */
    public CertificateSigner(
            ControlPlane controlPlane, Predicate<AccessRequest> may, PkiDirectory directory, InstantSource clock) {
        this.controlPlane = controlPlane;
        this.may = may;
        this.directory = directory;
        this.clock = clock;
    }

    /** Begins as soon as the control plane answers. */
    public void start() {
        if (closed) {
            return;
        }
        if (controlPlane.notServing().isPresent()) {
            LATER.execute(this::start);
            return;
        }
        controlPlane.currentCatalog().whenComplete((catalog, failure) -> {
            if (failure != null) {
                LATER.execute(this::start);
                return;
            }
            for (StoredObject request : catalog.list(Kinds.CERTIFICATE_SIGNING_REQUEST, "")) {
                consider(request);
            }
            follow(catalog);
        });
    }

    private void follow(Catalog catalog) {
        Optional<WatchCursor> changes =
                controlPlane.watch(WatchSelection.all(Kinds.CERTIFICATE_SIGNING_REQUEST), catalog.resourceVersion());
        if (changes.isEmpty()) {
            LATER.execute(this::start);
            return;
        }
        cursor = changes.get();
        if (closed) {
            cursor.close();
            return;
        }
        next(cursor);
    }

    private void next(WatchCursor from) {
        from.next().whenCompleteAsync((changes, failure) -> {
            if (failure != null) {
                from.close();
                LATER.execute(this::start);
                return;
            }
            if (closed || changes.isEmpty()) {
                return;
            }
            for (Change change : changes) {
                if (change.type() != Change.Type.REMOVED) {
                    consider(change.object());
                }
            }
            next(from);
        });
    }

    @Override
    public void close() {
        closed = true;
        WatchCursor open = cursor;
        if (open != null) {
            open.close();
        }
    }

    private void consider(StoredObject object) {
        try {
            ObjectNode request = object.tree();
            JsonNode spec = request.path("spec");
            String signer = Json.text(spec, "signerName");
            boolean done = !Json.text(request, "status", "certificate").isEmpty()
                    || has(request, "Denied")
                    || has(request, "Failed");
            if (done || object.terminating() || !Signers.isOurs(signer)) {
                return;
            }
            Optional<RequestedCertificate> wanted = RequestedCertificate.parse(Json.text(spec, "request"));
            if (has(request, "Approved")) {
                sign(object, request, signer, wanted);
            } else if (wanted.isPresent()) {
                approve(object, request, signer, wanted.get());
            }
        } catch (RuntimeException e) {
            LOG.error("the certificate request {} was not looked at", object.name(), e);
        }
    }

    private static boolean has(ObjectNode request, String type) {
        for (JsonNode condition : request.path("status").path("conditions")) {
            if (Json.text(condition, "type").equals(type)) {
                return true;
            }
        }
        return false;
    }

    private void approve(StoredObject object, ObjectNode request, String signer, RequestedCertificate wanted) {
        User asking = asking(request.path("spec"));
        for (Signers.Approval approval : Signers.approvals(signer, wanted, usages(request), asking)) {
            boolean allowed = asking.isIn(User.MASTERS)
                    || may.test(AccessRequest.ofResource(
                            asking,
                            "create",
                            "certificates.k8s.io",
                            "certificatesigningrequests",
                            approval.subresource(),
                            "",
                            ""));
            if (allowed) {
                condition(request, "Approved", "AutoApproved", approval.message());
                write(object, "approval", request);
                return;
            }
        }
    }

    private static User asking(JsonNode spec) {
        TreeMap<String, List<String>> extra = new TreeMap<>();
        spec.path("extra").properties().forEach(fact -> extra.put(fact.getKey(), texts(fact.getValue())));
        return new User(Json.text(spec, "username"), Json.text(spec, "uid"), texts(spec.path("groups")), extra);
    }

    private static List<String> usages(ObjectNode request) {
        return texts(request.path("spec").path("usages"));
    }

    private static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(text -> texts.add(text.asText()));
        return texts;
    }

    private void sign(StoredObject object, ObjectNode request, String signer, Optional<RequestedCertificate> wanted) {
        Optional<String> problem = wanted.isEmpty()
                ? Optional.of("the request cannot be read")
                : Signers.problem(signer, wanted.get(), usages(request));
        if (problem.isPresent()) {
            condition(request, "Failed", "SignerValidationFailure", problem.get());
            write(object, "status", request);
            return;
        }
        long seconds = request.path("spec").path("expirationSeconds").asLong(LONGEST.toSeconds());
        Duration valid = seconds < LONGEST.toSeconds() ? Duration.ofSeconds(seconds) : LONGEST;
        try {
            // Who joins again, after what it had was revoked, has one that counts at once.
            Instant first = RevokedCertificates.firstBegin(wanted.get().user(), controlPlane.catalog());
            X509Certificate made = signer.equals(Signers.KUBELET_SERVING)
                    ? directory.signForNode(wanted.get(), usages(request), valid, first)
                    : directory.sign(wanted.get(), usages(request), valid, first);
            String pem = Pem.of(List.of(made));
            Json.child(request, "status")
                    .put("certificate", Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.US_ASCII)));
            write(object, "status", request);
        } catch (PkiException e) {
            LOG.error("the certificate request {} was not signed: {}", object.name(), e.getMessage());
        }
    }

    private void condition(ObjectNode request, String type, String reason, String message) {
        Json.child(request, "status")
                .withArray("conditions")
                .addObject()
                .put("type", type)
                .put("status", "True")
                .put("reason", reason)
                .put("message", message);
    }

    private void write(StoredObject object, String subresource, ObjectNode changed) {
        Instant deadline = clock.instant().plus(DEADLINE);
        WriteRequest request = new WriteRequest(
                Kinds.CERTIFICATE_SIGNING_REQUEST,
                "",
                object.name(),
                new ObjectWrite.Replace(subresource, changed, new Precondition(object.uid(), 0)),
                object.resourceVersion(),
                false,
                Caller.controller("certificate-controller"),
                "certificate request " + object.name(),
                deadline);
        controlPlane.write(request).whenComplete((result, failure) -> {
            boolean gone = result instanceof WriteResult.Refused refused
                    && (refused.status().code() == 409 || refused.status().code() == 404);
            if (failure == null && (gone || !(result instanceof WriteResult.Refused))) {
                // Another server was faster, or its change is on its way here.
                return;
            }
            boolean passing = failure != null
                    || result instanceof WriteResult.Refused refused
                            && (refused.status().code() == 429
                                    || refused.status().code() >= 500);
            LOG.warn("the certificate request {} was not written{}", object.name(), passing ? ", again soon" : "");
            if (passing && !closed) {
                LATER.execute(() -> controlPlane
                        .catalog()
                        .get(Kinds.CERTIFICATE_SIGNING_REQUEST, "", object.name())
                        .ifPresent(this::consider));
            }
        });
    }
}
